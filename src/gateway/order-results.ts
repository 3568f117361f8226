// Answers of a batch, gathered in the order of its entries whatever the order they come in.

export class OrderResults {
  readonly #results: string[];
  readonly #onAll: (json: string) => void;
  #missingCount: number;

  /** `onAll` gets `{"results": [...]}` when all `count` (1 or more) are there. */
  constructor(count: number, onAll: (json: string) => void) {
    this.#results = new Array<string>(count).fill("");
    this.#missingCount = count;
    this.#onAll = onAll;
  }

  set(index: number, json: string): void {
    this.#results[index] = json;
    if (--this.#missingCount === 0) this.#onAll(`{"results":[${this.#results.join(",")}]}`);
  }
}
