// A verb: one thing that `outcry VERB` does. Each lives in verbs/NAME.ts, exports `verb`, and is
// listed in command-line.ts.

/** What a shell sees: 0 done, 1 not done, 2 asked wrongly. */
export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

export type Verb = {
  readonly name: string;
  /** One line for `outcry --help`, the same as in command-line.ts. */
  readonly summary: string;
  /** The whole text of `outcry NAME --help`, first line `usage: outcry NAME ...`. */
  readonly usage: string;
  /** Runs to its end and returns the exit code. `args` are those after the verb. */
  run(args: string[]): Promise<number>;
};

/** The command line asks for something that this verb cannot mean. Ends with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
  readonly code = "USAGE";
}

/** `--data DIR` of every verb that looks at an exchange of this machine: they agree on which. */
export const DATA_OPTION = {
  type: "string",
  default: process.env["OUTCRY_DATA"] ?? "data",
} as const;

/** `usageError("--port", "an integer from 0 to 65535", "http")`: to throw. */
export function usageError(what: string, expected: string, found: string): UsageError {
  return new UsageError(`${what}: expected ${expected}, found ${found}`);
}

/** The integer written in `text`; a usage error naming `what` unless it is from `min` to `max`. */
export function integerArgument(what: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^-?\d{1,16}$/.test(text) || value < min || value > max) {
    throw usageError(what, `an integer from ${min} to ${max}`, JSON.stringify(text));
  }
  return value;
}

/** The only positional argument; a usage error naming `what` where there is none, or another. */
export function onlyArgument(
  what: string,
  expected: string,
  positionals: readonly string[],
): string {
  if (positionals.length === 1) return positionals[0];
  throw usageError(what, expected, positionals.join(" ") || "none");
}
