// What was thrown, which in JavaScript may be anything.

/** The message of whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The system's error over an open file does not say which: with its path. */
export function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || "path" in error) return error;
  return Object.assign(error, { path });
}
