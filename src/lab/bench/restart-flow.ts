// Made-up trading for the restart benchmark: a book of so many resting orders, then commands that
// leave its size as it is. What matters is that they rest, trade and cancel as real ones do.

import type { RecordBuffer } from "../../base/record-buffer.ts";
import { ALLOCATION_PRICE_TIME } from "../../model/allocation.ts";
import type { Instrument } from "../../model/instrument.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { CommandBatch } from "./command-batch.ts";

const MIDDLE_TICKS = 1_000_000;
/** Resting orders keep away from the middle, where the trading is. */
const GAP_TICKS = 1000;
const LEVELS = 25_000;

const INSTRUMENT: Instrument = {
  instrumentId: 1,
  symbol: "BENCH",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 2 * MIDDLE_TICKS,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
  allocation: ALLOCATION_PRICE_TIME,
};

/** Where commands go: a log's tryAppend, an exchange's submit. */
export type CommandSink = (records: RecordBuffer, offsetBytes: number) => void;

export class RestartFlow {
  #sequence = 0;
  #orderId = 0;

  /** Commands made so far. */
  get sequence(): number {
    return this.#sequence;
  }

  list(sink: CommandSink): void {
    this.#make(1, sink, (batch) => batch.list(INSTRUMENT));
  }

  /** `count` orders that rest, on both sides in turn, over 25,000 prices each. */
  rest(count: number, sink: CommandSink): void {
    this.#make(count, sink, (batch) => {
      for (let n = 0; n < count; n++) {
        const level = GAP_TICKS + (this.#orderId % LEVELS);
        const isBuy = this.#orderId++ % 2 === 0;
        const priceTicks = isBuy ? MIDDLE_TICKS - level : MIDDLE_TICKS + level;
        batch.enter(INSTRUMENT.instrumentId, isBuy ? SIDE_BUY : SIDE_SELL, priceTicks, 10);
      }
    });
  }

  /** `rounds` of four commands: two buys that rest, a sell that takes the first, a cancel. */
  trade(rounds: number, sink: CommandSink): void {
    this.#make(rounds * 4, sink, (batch) => {
      const { instrumentId } = INSTRUMENT;
      for (let round = 0; round < rounds; round++) {
        const priceTicks = MIDDLE_TICKS - (this.#orderId % (GAP_TICKS / 2));
        batch.enter(instrumentId, SIDE_BUY, priceTicks, 5);
        const account = CommandBatch.accountOf(batch.nextSequence);
        batch.enter(instrumentId, SIDE_BUY, priceTicks - 1, 5);
        batch.enter(instrumentId, SIDE_SELL, priceTicks, 5);
        batch.cancel(account, this.#orderId + 2);
        this.#orderId += 3;
      }
    });
  }

  #make(count: number, sink: CommandSink, fill: (batch: CommandBatch) => void): void {
    const batch = new CommandBatch(count, this.#sequence + 1);
    fill(batch);
    batch.each(sink);
    this.#sequence += count;
  }
}
