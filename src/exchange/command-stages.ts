// hot path
// The times at which the newest commands passed each stage, while somebody wants to be told.

import type { CommandTimes, StageTimes } from "../model/stage-times.ts";
import type { Clock } from "../ops/clock.ts";

/** More than can wait for the disk. */
const KEPT_MAX = 131_072;

export class CommandStages implements StageTimes {
  ingressNanos = 0;
  readonly #clock: Clock;
  #wantedCount = 0;
  /** Commands before it passed while nobody wanted to know; 0: the next one sets it. */
  #firstSequence = 0;
  #lastSequence = 0;
  #durableSequence = 0;
  // By sequence modulo KEPT_MAX; made when first wanted.
  #ingress = new Float64Array(0);
  #sequenced = new Float64Array(0);
  #matched = new Float64Array(0);
  #durable = new Float64Array(0);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#wantedCount > 0;
  }

  want(): () => void {
    if (this.#wantedCount++ === 0) this.#begin();
    let isWanted = true;
    return () => {
      if (isWanted) this.#wantedCount--;
      isWanted = false;
    };
  }

  arrival(): number {
    return this.isOn ? this.#clock.nowNanos() : 0;
  }

  nowNanos(): number {
    return this.#clock.nowNanos();
  }

  /** The command of this sequence goes into the log and to the engine now. */
  onSequenced(sequence: number): void {
    if (this.#firstSequence === 0) {
      this.#firstSequence = sequence;
      this.#durableSequence = sequence - 1;
    }
    const slot = sequence % KEPT_MAX;
    const nowNanos = this.#clock.nowNanos();
    this.#lastSequence = sequence;
    this.#ingress[slot] = this.ingressNanos === 0 ? nowNanos : this.ingressNanos;
    this.#sequenced[slot] = nowNanos;
    this.#durable[slot] = 0;
  }

  onMatched(sequence: number): void {
    this.#matched[sequence % KEPT_MAX] = this.#clock.nowNanos();
  }

  onDurable(durableSequence: number): void {
    if (this.#firstSequence === 0) return;
    const nowNanos = this.#clock.nowNanos();
    const end = Math.min(durableSequence, this.#lastSequence);
    while (this.#durableSequence < end) {
      this.#durable[++this.#durableSequence % KEPT_MAX] = nowNanos;
    }
  }

  timesOf(sequence: number): CommandTimes | undefined {
    const isKept = this.#firstSequence > 0 && sequence >= this.#firstSequence;
    if (!isKept || sequence > this.#lastSequence) return undefined;
    if (sequence <= this.#lastSequence - KEPT_MAX) return undefined;
    const slot = sequence % KEPT_MAX;
    return {
      ingressNanos: this.#ingress[slot] ?? 0,
      sequencedNanos: this.#sequenced[slot] ?? 0,
      matchedNanos: this.#matched[slot] ?? 0,
      durableNanos: this.#durable[slot] ?? 0,
    };
  }

  #begin(): void {
    this.#firstSequence = 0;
    if (this.#ingress.length > 0) return;
    this.#ingress = new Float64Array(KEPT_MAX);
    this.#sequenced = new Float64Array(KEPT_MAX);
    this.#matched = new Float64Array(KEPT_MAX);
    this.#durable = new Float64Array(KEPT_MAX);
  }
}
