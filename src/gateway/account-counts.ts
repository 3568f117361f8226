// How many places of a kind each account has: one account must not take them all.

export class AccountCounts {
  readonly #counts = new Map<number, number>();

  of(accountId: number): number {
    return this.#counts.get(accountId) ?? 0;
  }

  add(accountId: number): void {
    this.#counts.set(accountId, this.of(accountId) + 1);
  }

  delete(accountId: number): void {
    const left = this.of(accountId) - 1;
    if (left > 0) this.#counts.set(accountId, left);
    else this.#counts.delete(accountId);
  }
}
