// `outcry shadow`: would this build have done the same?

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadEngine, shadowBuild, shadowLog } from "../shadow.ts";
import { EXIT_DONE, EXIT_FAILED, onlyArgument, usageError, type Verb } from "../verb.ts";

const USAGE = `usage: outcry shadow LOG --against LOG-OR-BUILD

Replays a log through this build's engine beside another one, command by command, and names the
first event that differs, with its command. LOG is an exchange's data directory or the log's own.
Against a build (a directory with dist/) the same commands go through that build's engine; against
another log its commands go through this one. Exits 1 at a difference.
`;

export const verb: Verb = {
  name: "shadow",
  summary: "replay a log beside another log or build and name the first difference",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { against: { type: "string" } },
  });
  const log = onlyArgument("LOG", "one log", positionals);
  if (values.against === undefined) throw usageError("--against", "a log or a build", "nothing");
  const directory = logIn(log);
  if (directory === undefined) throw usageError("LOG", "a directory with a log", log);
  const otherLog = logIn(values.against);
  const { commands, difference } =
    otherLog === undefined
      ? shadowBuild(directory, await loadEngine(values.against))
      : shadowLog(directory, otherLog);
  if (difference === undefined) {
    process.stdout.write(`${commands} commands, every event the same\n`);
    return EXIT_DONE;
  }
  const { sequence, index, command, mine, other } = difference;
  const lines = [
    `sequence ${sequence}, event ${index} differs`,
    `command ${JSON.stringify(command)}`,
    `here    ${JSON.stringify(mine ?? "nothing")}`,
    `there   ${JSON.stringify(other ?? "nothing")}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  return EXIT_FAILED;
}

/** The log's directory in or at `path`; undefined where there is none. */
function logIn(path: string): string | undefined {
  return [join(path, "log"), path].find(
    (each) => existsSync(each) && readdirSync(each).some((name) => /^\d{8,}\.log$/.test(name)),
  );
}
