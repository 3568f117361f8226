// A client of the market data: starts empty, lives on increments, minds the gaps.

import assert from "node:assert/strict";
import type { DepthLevel } from "../../src/model/venue.ts";

export type Sides = { readonly bids: readonly DepthLevel[]; readonly asks: readonly DepthLevel[] };

export class DepthClient {
  readonly #levels = new Map<string, DepthLevel>();
  readonly #rptSeqs = new Map<number, number>();

  wantsBook(): boolean {
    return true;
  }
  wantsTrades(): boolean {
    return false;
  }
  onTrade(): void {}
  onTopOfBook(): void {}
  onStatus(): void {}

  onDepth(update: { instrumentId: number; rptSeq: number } & Sides): void {
    const { instrumentId, rptSeq } = update;
    assert.equal(rptSeq, (this.#rptSeqs.get(instrumentId) ?? 0) + 1, "rptSeq has no gap");
    this.#rptSeqs.set(instrumentId, rptSeq);
    for (const side of ["bids", "asks"] as const) {
      for (const level of update[side]) {
        const key = `${instrumentId} ${side} ${level[0]}`;
        if (level[1] === 0) this.#levels.delete(key);
        else this.#levels.set(key, level);
      }
    }
  }

  levels(instrumentId: number): Sides {
    const of = (side: string) =>
      [...this.#levels]
        .filter(([key]) => key.startsWith(`${instrumentId} ${side} `))
        .map(([, level]) => level);
    return {
      bids: of("bids").sort((a, b) => b[0] - a[0]),
      asks: of("asks").sort((a, b) => a[0] - b[0]),
    };
  }
}
