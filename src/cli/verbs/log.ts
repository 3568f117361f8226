// `outcry log`: what an operator asks of the log's files.

import { closeSync, existsSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isSegment } from "../../log/segment.ts";
import { exportLog } from "../log-export.ts";
import { firstSequenceIn, oldestBegin } from "../log-extent.ts";
import { commandLines, eachBlockLine, segmentLines } from "../log-inspect.ts";
import { exportParquet } from "../log-parquet.ts";
import { applyRepairs, type Finding, findRepairs, repairText } from "../log-repair.ts";
import { statsOf } from "../log-stats.ts";
import { verifyLog, verifyText } from "../log-verify.ts";
import {
  DATA_OPTION,
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  usageError,
  type Verb,
} from "../verb.ts";
import { writeAll } from "../write-all.ts";

const USAGE = `usage: outcry log verify [--no-replay] [--json]
       outcry log inspect [--blocks | --sequence N]
       outcry log export [--what commands|events] [--format jsonl|csv|parquet] [--from N]
                         [--to N] [--out FILE]
       outcry log stats
       outcry log repair [--apply]

Reads the log of an exchange, running or not. Only repair --apply changes anything.

verify: every checksum, the chain, every snapshot's hash, the seals; and the whole log is replayed
and compared with the states that the snapshots hold and the roots that were sealed. Exits 1 when
something is damaged. A torn end is none: a crash leaves it, nobody was told of it, and the next
start cuts it.

inspect: the segments; with --blocks the commits in them; with --sequence a command and the events
that this build makes of it. One JSON object a line.

export: commands, or events, one a line, to FILE or standard output; parquet to a FILE alone. Prices
in ticks, quantities in lots, codes as docs/protocols/journal.md has them.

repair: says what is wrong and what may be done about it without losing anything acknowledged; does
that with --apply. Damage that only a copy of the files could mend is told, never cut away: then it
exits 1 with --apply too.

  --data DIR   the exchange's data directory (default ./data, or OUTCRY_DATA)
`;

/** Lines that are written together. */
const WRITE_CHARACTERS = 1 << 16;

export const verb: Verb = {
  name: "log",
  summary: "verify, inspect, export, count or repair the log",
  usage: USAGE,
  run,
};

const OPTIONS = {
  data: DATA_OPTION,
  "no-replay": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  blocks: { type: "boolean", default: false },
  sequence: { type: "string" },
  what: { type: "string", default: "commands" },
  format: { type: "string", default: "jsonl" },
  from: { type: "string", default: "1" },
  to: { type: "string", default: String(Number.MAX_SAFE_INTEGER) },
  out: { type: "string" },
  apply: { type: "boolean", default: false },
} as const;

const WHATS = ["verify", "inspect", "export", "stats", "repair"];

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const directory = join(values.data, "log");
  const [what = "nothing"] = positionals;
  if (WHATS.includes(what)) refuseNoLog(directory);
  switch (what) {
    case "verify":
      return verify(directory, values);
    case "inspect":
      return inspect(directory, values);
    case "export":
      return exportTo(directory, values);
    case "stats":
      process.stdout.write(`${JSON.stringify(statsOf(directory), undefined, 2)}\n`);
      return EXIT_DONE;
    case "repair":
      return repair(directory, values.apply);
    default: {
      const expected = `one of ${WHATS.join(", ")}`;
      throw usageError("what to do with the log", expected, what);
    }
  }
}

function refuseNoLog(directory: string): void {
  const isThere = existsSync(directory);
  if (isThere && readdirSync(directory).some(isSegment)) return;
  const found = isThere ? "no segment of one" : "no such directory";
  throw usageError("--data", `the log in ${directory}`, found);
}

function verify(directory: string, values: Values): number {
  const report = verifyLog(directory, !values["no-replay"]);
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : verifyText(report));
  return report.verdict === "damaged" ? EXIT_FAILED : EXIT_DONE;
}

function inspect(directory: string, { blocks, sequence }: Values): number {
  const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
  if (blocks) {
    eachBlockLine(directory, say);
    return EXIT_DONE;
  }
  const lines =
    sequence === undefined
      ? segmentLines(directory)
      : commandLines(directory, sequenceArgument("--sequence", sequence));
  for (const line of lines) say(line);
  return lines.length > 0 ? EXIT_DONE : EXIT_FAILED;
}

function exportTo(directory: string, values: Values): number {
  const { what, format, from, to, out } = values;
  if (what !== "commands" && what !== "events") {
    throw usageError("--what", "commands or events", what);
  }
  const fromSequence = sequenceArgument("--from", from);
  const toSequence = sequenceArgument("--to", to);
  warnOfBegin(directory, what, fromSequence);
  if (format === "parquet") {
    if (out === undefined) throw usageError("--out", "a file, for parquet", "none");
    exportParquet({ directory, what, fromSequence, toSequence }, out);
    return EXIT_DONE;
  }
  if (format !== "jsonl" && format !== "csv") {
    throw usageError("--format", "jsonl, csv or parquet", format);
  }
  const file = out === undefined ? 1 : openSync(out, "w");
  let text = "";
  const flush = (): void => {
    if (!writeAll(file, text)) process.exit(EXIT_DONE); // As main.ts ends for such a reader.
    text = "";
  };
  exportLog({ directory, what, format, fromSequence, toSequence }, (line) => {
    text += `${line}\n`;
    if (text.length > WRITE_CHARACTERS) flush();
  });
  flush();
  if (out !== undefined) closeSync(file);
  return EXIT_DONE;
}

/** Events need the state before them: they begin behind the oldest snapshot that is left. */
function warnOfBegin(directory: string, what: "commands" | "events", fromSequence: number): void {
  const first =
    what === "commands" ? firstSequenceIn(directory) : (oldestBegin(directory) ?? 0) + 1;
  if (fromSequence >= first) return;
  const found = `none before sequence ${first}: older segments of the log are gone`;
  process.stderr.write(`outcry log: expected ${what} from ${fromSequence} on, found ${found}\n`);
}

async function repair(directory: string, applies: boolean): Promise<number> {
  const findings = findRepairs(directory);
  process.stdout.write(repairText(findings));
  const offered = findings.filter((finding) => finding.repair !== "");
  if (applies && offered.length > 0) {
    await applyRepairs(directory, offered);
    process.stdout.write(`${offered.length} repaired\n`);
  } else if (offered.length > 0) {
    process.stdout.write(`--apply does what is offered\n`);
  }
  const isLeft = (finding: Finding): boolean => finding.isDamage && finding.repair === "";
  const isDone = applies ? !findings.some(isLeft) : findings.length === 0;
  return isDone ? EXIT_DONE : EXIT_FAILED;
}

function sequenceArgument(what: string, text: string): number {
  return integerArgument(what, text, 1, Number.MAX_SAFE_INTEGER);
}
