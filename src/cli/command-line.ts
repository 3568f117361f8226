// `outcry VERB ...`: the table of verbs, the dispatch, and how an end becomes an exit code.

import { AssertionError } from "../base/assert.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, UsageError, type Verb } from "./verb.ts";
import { readVersion } from "./version.ts";

type VerbEntry = { readonly summary: string; load(): Promise<{ readonly verb: Verb }> };

/** Every verb. Loaded only when asked for, so that `--help` is quick. */
export const VERBS: Readonly<Record<string, VerbEntry>> = {
  start: {
    summary: "run the exchange",
    load: () => import("./verbs/start.ts"),
  },
  key: {
    summary: "add, list or revoke API keys",
    load: () => import("./verbs/key.ts"),
  },
  operator: {
    summary: "accounts, money, instruments, phases, kill switches and limits",
    load: () => import("./verbs/operator.ts"),
  },
  replay: {
    summary: "run historical order flow through the log and the engine",
    load: () => import("./verbs/replay.ts"),
  },
  cases: {
    summary: "run behavior cases against the engine",
    load: () => import("./verbs/cases.ts"),
  },
  why: {
    summary: "what happened to an order, and why it did not fill",
    load: () => import("./verbs/why.ts"),
  },
  log: {
    summary: "verify, inspect, export, count or repair the log",
    load: () => import("./verbs/log.ts"),
  },
  book: {
    summary: "a book as it was at a sequence or a time",
    load: () => import("./verbs/book.ts"),
  },
  proof: {
    summary: "prove that an event is in the signed history, and check such a proof",
    load: () => import("./verbs/proof.ts"),
  },
  shadow: {
    summary: "replay a log beside another log or build and name the first difference",
    load: () => import("./verbs/shadow.ts"),
  },
  bench: {
    summary: "measure",
    load: () => import("./verbs/bench.ts"),
  },
  load: {
    summary: "a load test: planned arrivals, checked answers",
    load: () => import("./verbs/load.ts"),
  },
  lab: {
    summary: "find an engine's performance ceiling and what sets it",
    load: () => import("./verbs/lab.ts"),
  },
};

/** What was expected, and what to do. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [expected: string, advice: string]>> = {
  ENOSPC: ["room on its disk", "make some"],
  EDQUOT: ["room within this user's quota", "make some"],
  EFBIG: ["room for a file of this length", "raise the limit of the process (ulimit -f)"],
  EISDIR: ["a file", "move the directory away"],
  EROFS: ["a disk that may be written", "mount it so"],
  EACCES: ["the right to it", "give it to this user"],
};

const HELP_HINT = "outcry --help lists the verbs";

/** Runs one command line and returns its exit code. Writes to stdout and stderr; never throws. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(helpText());
    return name === undefined ? EXIT_USAGE : EXIT_DONE;
  }
  if (name === "--version") {
    process.stdout.write(`${readVersion()}\n`);
    return EXIT_DONE;
  }
  const entry = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (entry === undefined) {
    process.stderr.write(`outcry: expected a verb, found "${name}"${suggestion(name)}\n`);
    return EXIT_USAGE;
  }
  try {
    const { verb } = await entry.load();
    if (asksForHelp(rest)) {
      process.stdout.write(`${verb.usage.trimEnd()}\n`);
      return EXIT_DONE;
    }
    return await verb.run(rest);
  } catch (error) {
    return report(name, error);
  }
}

/** `--help` anywhere before a bare `--`. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const own = end === -1 ? args : args.slice(0, end);
  return own.includes("--help") || own.includes("-h");
}

function helpText(): string {
  const widthMax = Math.max(...Object.keys(VERBS).map((name) => name.length));
  const rows = Object.entries(VERBS).map(
    ([name, { summary }]) => `  ${name.padEnd(widthMax)}  ${summary}`,
  );
  return [
    "usage: outcry VERB [options]",
    "",
    ...rows,
    "",
    "outcry VERB --help says more, outcry --version which release this is.",
    "",
  ].join("\n");
}

/** The nearest verb, when it is near: at most two letters away. */
function suggestion(name: string): string {
  const nearest = Object.keys(VERBS)
    .map((verb) => ({ verb, distance: editDistance(name, verb) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest.distance <= 2 ? `; did you mean ${nearest.verb}?` : `; ${HELP_HINT}`;
}

/** Levenshtein: insertions, deletions and replacements from one text to the other. */
function editDistance(source: string, target: string): number {
  let previous = Array.from({ length: target.length + 1 }, (_, column) => column);
  for (let row = 1; row <= source.length; row++) {
    const current = [row];
    for (let column = 1; column <= target.length; column++) {
      const replaced = previous[column - 1] + (source[row - 1] === target[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[target.length];
}

/** A wrong question gets its hint, a failure its causes, a bug its stack. */
function report(name: string, error: unknown): number {
  if (error instanceof UsageError || isParseArgsError(error)) {
    process.stderr.write(`outcry ${name}: ${error.message}\noutcry ${name} --help says more\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(`outcry ${name}: ${describe(error)}\n`);
  return EXIT_FAILED;
}

/** node:util's parseArgs throws these for what a user typed. */
function isParseArgsError(error: unknown): error is Error {
  return error instanceof Error && codeOf(error).startsWith("ERR_PARSE_ARGS_");
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Failures of the outside world have a code and speak for themselves; the rest shows its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  if (error instanceof AssertionError || code === "") return error.stack ?? error.message;
  const cause = error.cause === undefined ? "" : `\n  because: ${describeCause(error.cause)}`;
  return `${ofSystem(error, code) ?? error.message} (${code})${cause}`;
}

/** Text that is not what its reader expected is nobody's bug. */
function describeCause(cause: unknown): string {
  return cause instanceof SyntaxError ? cause.message : describe(cause);
}

/** The system's own errors say neither which file nor what to do. */
function ofSystem(error: Error, code: string): string | undefined {
  if (code === "ENOENT" && "path" in error) {
    return `expected a file or directory ${error.path}, found none`;
  }
  const [expected, advice] = SYSTEM_ERRORS[code] ?? [];
  if (expected === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? `${error.path}: ` : "";
  return `${path}expected ${expected}, found ${error.message}; ${advice}`;
}
