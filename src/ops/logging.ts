// What operators read: one line an occurrence, on standard error so that standard output stays for
// results. Never a secret, never a line an order.

export type LogLevel = "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, string | number | boolean>>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** "2026-11-23T20:30:00.000Z warn history: no answer code=HISTORY_QUERY", to `write`. */
export function createLog(write: (line: string) => void): Log {
  return (level, message, fields = {}) => {
    const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
    write(`${new Date().toISOString()} ${level} ${message}${pairs.join("")}\n`);
  };
}

export const stderrLog: Log = createLog((line) => process.stderr.write(line));

/** Quoted where a space or a line end could make one field look like two. */
function textOf(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w.:/+-]+$/.test(text) ? text : JSON.stringify(text);
}
