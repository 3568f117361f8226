// `outcry operator`: what the operator sets, over the API of a running exchange.

import { parseArgs } from "node:util";
import { OPERATOR_COMMANDS, type OperatorCommand } from "../../gateway/operator-commands.ts";
import { valueOfText } from "../../gateway/operator-fields.ts";
import { EXIT_DONE, EXIT_FAILED, usageError, type Verb } from "../verb.ts";

const URL_DEFAULT = "http://127.0.0.1:8000";
const COLUMNS = 96;

const USAGE = `usage: outcry operator COMMAND [FIELD=VALUE ...] [--url URL]

Asks a running exchange to do what only its operator may. The operator's key (outcry key add --role
operator) is read from OUTCRY_KEY. Prints the sequence at which it counts; exits 1 where the
exchange refuses.

  --url URL   where the exchange listens (default http://127.0.0.1:8000, or OUTCRY_URL)

Commands and their fields, those in brackets may be left out:

${OPERATOR_COMMANDS.map(commandUsage).join("\n")}

The units are the journal's: ticks, lots, microseconds, smallest units of money. The reference at
/docs of the exchange says what each field means.
`;

export const verb: Verb = {
  name: "operator",
  summary: "accounts, money, instruments, phases, kill switches and limits",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { env } = process;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { url: { type: "string", default: env["OUTCRY_URL"] ?? URL_DEFAULT } },
  });
  const [name = "nothing", ...assignments] = positionals;
  const command = OPERATOR_COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw usageError("COMMAND", "one of outcry operator --help", name);
  const key = env["OUTCRY_KEY"];
  if (key === undefined) throw usageError("OUTCRY_KEY", "the operator's key", "nothing");
  const url = `${urlArgument(values.url)}/operator/${command.name}`;
  const request = {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(bodyOf(command, assignments)),
  };
  const response = await fetch(url, request).catch((error: Error) => causeText(error));
  if (typeof response === "string") {
    process.stderr.write(`outcry operator: expected an answer from ${url}, found ${response}\n`);
    return EXIT_FAILED;
  }
  const answer = (await response.json()) as { sequence?: number; code?: string; message?: string };
  if (response.ok) {
    process.stdout.write(`${answer.sequence}\n`);
    return EXIT_DONE;
  }
  process.stderr.write(`outcry operator: ${answer.code}: ${answer.message}\n`);
  return EXIT_FAILED;
}

function urlArgument(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocol === "http:" || protocol === "https:") return text.replace(/\/$/, "");
  throw usageError("--url", "http://HOST:PORT or https://HOST:PORT", JSON.stringify(text));
}

/** What the system said: fetch itself says only that it failed. */
function causeText({ message, cause }: Error): string {
  if (!(cause instanceof Error)) return message;
  // A name of several addresses has an error each, and a code for all of them.
  return cause.message === "" && "code" in cause ? String(cause.code) : cause.message;
}

/** The JSON of `field=value` words. */
function bodyOf(command: OperatorCommand, assignments: readonly string[]): object {
  const body: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [name = "", ...rest] = assignment.split("=");
    const field = command.fields.find((known) => known.name === name);
    if (field === undefined || rest.length === 0) {
      throw usageError("FIELD=VALUE", `a field of ${command.name}`, assignment);
    }
    body[name] = valueOfText(field, rest.join("="));
  }
  return body;
}

function commandUsage({ name, summary, fields }: OperatorCommand): string {
  const words = fields.map((field) =>
    field.otherwise === undefined ? field.name : `[${field.name}]`,
  );
  const lines = [`  ${name}: ${summary}`, "   "];
  for (const word of words) {
    const last = lines.length - 1;
    const isFull = `${lines[last]} ${word}`.length > COLUMNS;
    if (isFull) lines.push(`    ${word}`);
    else lines[last] += ` ${word}`;
  }
  return lines.join("\n");
}
