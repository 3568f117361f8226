// Executions of before the gateway: those that a start replays, and those of its first commands.

import type { Venue } from "../../model/venue.ts";
import { EXECUTIONS_KEPT_MAX } from "../limits.ts";
import { ExecutionRing } from "./execution-ring.ts";

export class RecentExecutions {
  readonly #ring = new ExecutionRing(EXECUTIONS_KEPT_MAX, 0);
  #stop: () => void = () => {};

  /** The events of one command. */
  readonly onBatch = (words: Int32Array, startWord: number, endWord: number): void =>
    this.#ring.keep(words, startWord, endWord);

  /** Goes on with what the venue tells; what came before, behind `sequence`, came by onBatch. */
  follow(venue: Pick<Venue, "subscribe">, sequence: number): void {
    this.#ring.beginAfter(sequence);
    this.#stop = venue.subscribe(this.onBatch);
  }

  /** Whoever takes it keeps what comes from now on. */
  take(): ExecutionRing {
    this.#stop();
    return this.#ring;
  }
}
