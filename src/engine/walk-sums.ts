// Sums by row that are all nothing when a walk begins: each row knows of which walk its sum is.

const ROWS_EXPECTED = 16;

export class WalkSums {
  #walks = new Float64Array(ROWS_EXPECTED);
  #sums = new Float64Array(ROWS_EXPECTED);
  #walk = 0;

  begin(): void {
    this.#walk++;
  }

  sumOf(row: number): number {
    const isOfThisWalk = row < this.#walks.length && this.#walks[row] === this.#walk;
    return isOfThisWalk ? this.#sums[row] : 0;
  }

  add(row: number, amount: number): void {
    if (row >= this.#walks.length) this.#grow(row);
    this.#sums[row] = this.sumOf(row) + amount;
    this.#walks[row] = this.#walk;
  }

  #grow(row: number): void {
    const [walks, sums] = [new Float64Array(row * 2), new Float64Array(row * 2)];
    walks.set(this.#walks);
    sums.set(this.#sums);
    this.#walks = walks;
    this.#sums = sums;
  }
}
