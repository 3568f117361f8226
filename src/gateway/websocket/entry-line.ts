// Order requests of one connection are entered in the order in which they came, also when one of
// them has to wait for an answer before it can be entered (order-desk.ts).

/** Enters something and calls `onEntered` when the next may come, at once or later. */
export type Entry = (onEntered: () => void) => void;

export class EntryLine {
  readonly #waiting: Entry[] = [];
  #isEntering = false;
  #isDraining = false;

  /** Whether nothing waits: what is entered now comes behind all that came before. */
  get isIdle(): boolean {
    return !this.#isEntering && this.#waiting.length === 0;
  }

  push(entry: Entry): void {
    this.#waiting.push(entry);
    this.#drain();
  }

  /** A loop, not a recursion: most entries are entered at once, and thousands may wait. */
  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (!this.#isEntering) {
      const entry = this.#waiting.shift();
      if (entry === undefined) break;
      this.#isEntering = true;
      entry(() => {
        this.#isEntering = false;
        this.#drain();
      });
    }
    this.#isDraining = false;
  }
}
