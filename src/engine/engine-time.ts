// hot path
// The time of the command at work, or where a clock does what was due before it the time of that,
// and the day that it is on: profits and losses count by days. The numbers stand in a typed array,
// because one beyond 31 bits that goes through calls or fields is boxed again and again.

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

const DAY_MICROS = 86_400_000_000;
const MICROS = 0;
const DAY_START = 1;
const REALS = 2;

export class EngineTime {
  readonly #reals = new Float64Array(new ArrayBuffer(REALS * 8));
  #day = 0;

  /** Microseconds since the Unix epoch; 0 before the first command. */
  get micros(): number {
    return this.#reals[MICROS];
  }

  /** Days since 1970. */
  get day(): number {
    return this.#day;
  }

  /** It is the time whose low word is `words[at]`. */
  set(words: Int32Array, at: number): void {
    this.#reals[MICROS] = readU64(words, at);
    this.#findDay();
  }

  /** It is a time at which something was due, or the command's own again. */
  moveTo(micros: number): void {
    this.#reals[MICROS] = micros;
    this.#findDay();
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#reals);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#reals);
    this.#day = this.#reals[DAY_START] / DAY_MICROS;
  }

  #findDay(): void {
    const reals = this.#reals;
    const micros = reals[MICROS];
    // A division a command would cost as much as looking an account up.
    if (micros >= reals[DAY_START] && micros < reals[DAY_START] + DAY_MICROS) return;
    this.#day = Math.floor(micros / DAY_MICROS);
    reals[DAY_START] = this.#day * DAY_MICROS;
  }
}
