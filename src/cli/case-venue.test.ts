import assert from "node:assert/strict";
import { test } from "node:test";
import { NaiveBook, type NaiveOutcome } from "../../test/model/naive-book.ts";
import { Prng } from "../base/prng.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../model/ord-type.ts";
import { REASON_NONE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { CaseNumbers } from "./case-numbers.ts";
import { type CaseOutcome, CaseVenue } from "./case-venue.ts";

const TIF_CODES = { gtc: TIF_GTC, ioc: TIF_IOC, fok: TIF_FOK } as const;
const OWNER = "owner";
const COMMAND_COUNT = 1500;

/** Engine and naive book side by side, fed by one seed. */
class Twins {
  readonly naive = new NaiveBook();
  readonly venue: CaseVenue;
  readonly #random: Prng;
  #idCount = 0;

  constructor(seed: number) {
    const numbers = new CaseNumbers({ id: "twins", class: "core", rules: [], steps: [] });
    this.venue = new CaseVenue(numbers.instrument(1));
    this.#random = new Prng(seed);
  }

  /** Gives both the same command; returns what each did. */
  next(): readonly [CaseOutcome, NaiveOutcome] {
    const draw = this.#random.nextBelow(10);
    if (draw < 6) return this.#enter();
    const id = String(1 + this.#random.nextBelow(this.#idCount + 1));
    if (draw < 7) return [this.venue.cancel(id, OWNER), this.naive.cancel(id)];
    if (draw < 8) {
      const byLots = this.#random.nextBetween(1, 30);
      return [this.venue.reduce(id, OWNER, byLots), this.naive.reduce(id, byLots)];
    }
    return this.#amend(id);
  }

  #enter(): readonly [CaseOutcome, NaiveOutcome] {
    const random = this.#random;
    // Now and then an id that was used before.
    const id = random.nextChance(1, 20) ? String(this.#idCount) : String(++this.#idCount);
    const isMarket = random.nextChance(1, 10);
    const postOnly = !isMarket && random.nextChance(1, 6);
    const tif = postOnly ? "gtc" : (["gtc", "gtc", "ioc", "fok"] as const)[random.nextBelow(4)];
    const side = random.nextChance(1, 2) ? SIDE_BUY : SIDE_SELL;
    const priceTicks = random.nextBetween(-6, 6);
    const qtyLots = random.nextBetween(1, 30);
    const ordType = isMarket ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT;
    const execInst = postOnly ? EXEC_INST_POST_ONLY : 0;
    const timeInForce = TIF_CODES[tif];
    const naiveOrder = { id, side: side === SIDE_BUY ? "buy" : "sell", qtyLots, postOnly } as const;
    return [
      this.venue.enter(id, OWNER, {
        ...{ side, ordType, timeInForce, execInst },
        ...{ priceTicks, orderQtyLots: qtyLots },
      }),
      this.naive.enter({
        ...naiveOrder,
        timeInForce: tif,
        ...(isMarket ? {} : { priceTicks }),
      }),
    ];
  }

  #amend(id: string): readonly [CaseOutcome, NaiveOutcome] {
    const random = this.#random;
    const amend = {
      ...(random.nextChance(2, 3) ? { priceTicks: random.nextBetween(-6, 6) } : {}),
      ...(random.nextChance(1, 2)
        ? { orderQtyLots: random.nextBetween(1, 40) }
        : { leavesQtyLots: random.nextBetween(1, 40) }),
    };
    return [this.venue.amend(id, OWNER, amend), this.naive.amend(id, amend)];
  }
}

test("engine, order fold and naive book agree after every command of random flow", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const twins = new Twins(seed);
    for (let i = 0; i < COMMAND_COUNT; i++) {
      const [found, expected] = twins.next();
      const where = `seed ${seed} command ${i}`;
      const isRejected = found.rejectReason !== REASON_NONE;
      assert.equal(isRejected, expected.status === "rejected", where);
      const trades = found.trades.map(({ maker, taker, priceTicks, qtyLots }) => {
        return { makerId: maker.clOrdId, takerId: taker.clOrdId, priceTicks, qtyLots };
      });
      assert.deepEqual(trades, expected.trades, where);
      assert.equal(found.canceledLots, expected.canceledLots, where);
      for (const [side, naiveSide] of [
        [SIDE_BUY, "buy"],
        [SIDE_SELL, "sell"],
      ] as const) {
        assert.deepEqual(twins.venue.fold.levels(side), twins.naive.depth(naiveSide), where);
        assert.deepEqual(
          twins.venue.fold.queue(side).map(({ clOrdId }) => clOrdId),
          twins.naive.queue(naiveSide).map(({ id }) => id),
          where,
        );
      }
    }
    const resting = twins.naive.queue("buy").length + twins.naive.queue("sell").length;
    assert.equal(twins.venue.workingOrdersOfEngine(), resting);
  }
});
