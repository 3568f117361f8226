// Answers of a batch, gathered in the order of its entries whatever the order they come in.

export class OrderResults {
  /** The text of `{"results": [...]}` in pieces; the results stand at the odd places. */
  readonly #parts: string[];
  readonly #onAll: (parts: readonly string[]) => void;
  #missingCount: number;

  /** `onAll` gets the pieces of `{"results": [...]}` when all `count` (1 or more) are there. */
  constructor(count: number, onAll: (parts: readonly string[]) => void) {
    this.#parts = new Array<string>(2 * count + 1).fill(",");
    this.#parts[0] = '{"results":[';
    this.#parts[2 * count] = "]}";
    this.#missingCount = count;
    this.#onAll = onAll;
  }

  set(index: number, json: string): void {
    this.#parts[2 * index + 1] = json;
    if (--this.#missingCount === 0) this.#onAll(this.#parts);
  }
}
