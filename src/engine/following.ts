// How often orders that follow a price have moved in the command at work. Each trade of a cascade
// may move all of them: beyond a bound they wait until it is over.

/** Twice all that an instrument may have, so that a usual command never comes there. */
export const FOLLOWS_MAX = 4096;

export class Following {
  #count = 0;

  /** After what followed from a command. */
  clear(): void {
    this.#count = 0;
  }

  note(): void {
    this.#count++;
  }

  /** Whether they have moved so often that they wait. */
  isOver(): boolean {
    return this.#count >= FOLLOWS_MAX;
  }
}
