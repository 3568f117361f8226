// What happened, one line a thing in fixed columns, and a hash over all of it: equal hashes, equal
// histories. The columns are seconds since the start, who, what.

import { type Scheduler, START_MICROS } from "./scheduler.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x0100_0193;
/** Lines kept for a failure's report. */
const LINES_KEPT = 60;
const WHO_COLUMNS = 10;

export class Trace {
  readonly #scheduler: Scheduler;
  readonly #print: ((line: string) => void) | undefined;
  readonly #lines: string[] = [];
  #hash = FNV_OFFSET;

  /** `print` gets every line at once. */
  constructor(scheduler: Scheduler, print?: (line: string) => void) {
    this.#scheduler = scheduler;
    this.#print = print;
  }

  /** Eight hexadecimal digits. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  /** The newest lines, oldest first. */
  get lastLines(): readonly string[] {
    return this.#lines.slice(-LINES_KEPT);
  }

  add(who: string, what: string): void {
    const seconds = ((this.#scheduler.nowMicros - START_MICROS) / 1_000_000).toFixed(6);
    const line = `${seconds.padStart(12)}  ${who.padEnd(WHO_COLUMNS)}  ${what}`;
    for (let i = 0; i < line.length; i++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), FNV_PRIME);
    }
    this.#lines.push(line);
    if (this.#lines.length > 2 * LINES_KEPT) this.#lines.splice(0, LINES_KEPT);
    this.#print?.(line);
  }
}
