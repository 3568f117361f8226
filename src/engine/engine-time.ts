// hot path
// The time of the command at work, and the day that it is on: profits and losses count by days. The
// numbers stand in a typed array, because one beyond 31 bits that goes through calls or fields is
// boxed again and again.

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
    const reals = this.#reals;
    const micros = readU64(words, at);
    reals[MICROS] = micros;
    // A division a command would cost as much as looking an account up.
    if (micros >= reals[DAY_START] && micros < reals[DAY_START] + DAY_MICROS) return;
    this.#day = Math.floor(micros / DAY_MICROS);
    reals[DAY_START] = this.#day * DAY_MICROS;
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.array(this.#reals);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#reals);
    this.#day = this.#reals[DAY_START] / DAY_MICROS;
  }
}
