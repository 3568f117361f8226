// What somebody might send to make the engine slow, and the usual traffic to compare it with.

import { assert } from "../../base/assert.ts";
import { Prng } from "../../base/prng.ts";
import type { Engine } from "../../engine/engine.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { BENCH_INSTRUMENT } from "./bench-instrument.ts";
import { CommandBatch } from "./command-batch.ts";

export type Load = {
  /** Applied before the clock runs. */
  readonly before: CommandBatch;
  readonly timed: CommandBatch;
  /** What one measured number is of, and how many of them the timed part does. */
  readonly unit: "command" | "fill" | "triggered order";
  readonly units: number;
  /** Throws when the engine did something else than the load is about. */
  check(engine: Engine): void;
};

/** By name; `scale` 1 is the full size, less is for tests. */
export const LOADS: Readonly<Record<string, (scale: number) => Load>> = {
  normal: (scale) => mixed(1, Math.round(300_000 * scale)),
  "price-a-order": pricePerOrder,
  "cancel-from-the-middle": cancelFromTheMiddle,
  "sweep-of-levels": sweepOfLevels,
  "stop-cascade": stopCascade,
  "cascade-beside-trailing": cascadeBesideTrailing,
  "waiting-all-or-none": waitingAllOrNone,
  "all-or-none-decoy": allOrNoneDecoy,
  "many-instruments": (scale) => {
    return mixed(Math.round(10_000 * scale), Math.round(300_000 * scale));
  },
};

const SEED = 20_261_125;
const MIDDLE_TICKS = 1_000_000;

/** Entries near the middle that rest or trade, and a cancel for every third of them. */
function mixed(instruments: number, commands: number): Load {
  const random = new Prng(SEED);
  const before = listed(instruments, 0);
  const timed = new CommandBatch(commands, before.nextSequence);
  const entered: number[] = [];
  let ordersCount = 0;
  while (timed.count < commands) {
    const instrumentId = 1 + random.nextBelow(instruments);
    if (timed.count % 4 === 3) {
      const order = random.nextBelow(ordersCount);
      timed.cancel(CommandBatch.accountOf(entered[order] ?? 0), order + 1);
      continue;
    }
    const side = SIDE_BUY + random.nextBelow(2);
    const away = random.nextBetween(-1, 20) * (side === SIDE_BUY ? -1 : 1);
    entered.push(timed.nextSequence);
    ordersCount++;
    timed.enter(instrumentId, side, MIDDLE_TICKS + away, 1 + random.nextBelow(20));
  }
  const check = (engine: Engine): void => {
    assert(engine.tables.books.ordersCount() > 0, "something rests in the end");
  };
  return { before, timed, unit: "command", units: timed.count, check };
}

/** One order at each of a million prices, in no order. */
function pricePerOrder(scale: number): Load {
  const ordersCount = Math.round(1_000_000 * scale);
  const before = listed(1, 0);
  const timed = new CommandBatch(ordersCount, before.nextSequence);
  for (const priceTicks of shuffled(ordersCount)) timed.enter(1, SIDE_BUY, priceTicks + 1, 1);
  const check = (engine: Engine): void => {
    assert(engine.tables.books.ordersCount() === ordersCount, "every order rests");
  };
  return { before, timed, unit: "command", units: ordersCount, check };
}

/** A million orders at one price, canceled from the middle outwards. */
function cancelFromTheMiddle(scale: number): Load {
  const ordersCount = 2 * Math.round(500_000 * scale);
  const before = listed(1, ordersCount);
  const firstSequence = before.nextSequence;
  for (let n = 0; n < ordersCount; n++) before.enter(1, SIDE_BUY, MIDDLE_TICKS, 1);
  const timed = new CommandBatch(ordersCount, before.nextSequence);
  const cancel = (index: number): void => {
    timed.cancel(CommandBatch.accountOf(firstSequence + index), index + 1);
  };
  for (let n = 0; n < ordersCount / 2; n++) {
    cancel(ordersCount / 2 - 1 - n);
    cancel(ordersCount / 2 + n);
  }
  const check = (engine: Engine): void => {
    assert(engine.tables.books.ordersCount() === 0, "every order is gone");
  };
  return { before, timed, unit: "command", units: ordersCount, check };
}

/** One order that takes a hundred thousand levels. */
function sweepOfLevels(scale: number): Load {
  const levelsCount = Math.round(100_000 * scale);
  const before = listed(1, levelsCount);
  for (const n of shuffled(levelsCount)) before.enter(1, SIDE_SELL, MIDDLE_TICKS + n, 1);
  const timed = new CommandBatch(1, before.nextSequence);
  timed.enter(1, SIDE_BUY, MIDDLE_TICKS + levelsCount, levelsCount);
  const check = (engine: Engine): void => {
    assert(engine.tables.books.ordersCount() === 0, "the sweep takes every level");
  };
  return { before, timed, unit: "fill", units: levelsCount, check };
}

/** Ten thousand stops of which each fires the next. */
function stopCascade(scale: number): Load {
  return cascade(Math.round(10_000 * scale), 0);
}

/** A thousand of them, each of which moves as many trailing orders as there may be. */
function cascadeBesideTrailing(scale: number): Load {
  return cascade(Math.round(1000 * scale), Math.round(1024 * scale));
}

function cascade(stopsCount: number, trailingCount: number): Load {
  const before = listed(1, 2 * stopsCount + 3 + trailingCount);
  // A first price for those that trail far behind.
  before.enter(1, SIDE_BUY, MIDDLE_TICKS - 1, 1);
  before.enter(1, SIDE_SELL, MIDDLE_TICKS - 1, 1);
  for (let n = 0; n < trailingCount; n++) before.enterTrailing(1, SIDE_SELL, MIDDLE_TICKS / 2);
  for (let n = 0; n <= stopsCount; n++) before.enter(1, SIDE_SELL, MIDDLE_TICKS + n, 1);
  for (let n = 0; n < stopsCount; n++) before.enterStop(1, SIDE_BUY, MIDDLE_TICKS + n, 1);
  const timed = new CommandBatch(1, before.nextSequence);
  timed.enter(1, SIDE_BUY, MIDDLE_TICKS, 1);
  const check = (engine: Engine): void => {
    const restingCount = engine.tables.books.ordersCount();
    assert(restingCount === trailingCount, "every stop fires and trades, no other");
  };
  return { before, timed, unit: "triggered order", units: stopsCount, check };
}

/** As many all-or-none orders as may wait, each for one lot more than there is at 1,000 prices. */
function waitingAllOrNone(scale: number): Load {
  const [levelsCount, wholeCount] = [Math.round(1000 * scale), Math.round(1024 * scale)];
  const ordersCount = Math.round(1000 * scale);
  const before = listed(1, levelsCount + wholeCount);
  const endTicks = MIDDLE_TICKS + levelsCount;
  for (const n of shuffled(levelsCount)) before.enter(1, SIDE_SELL, MIDDLE_TICKS + n, 10);
  const lots = levelsCount * 10 + 1;
  for (let n = 0; n < wholeCount; n++) before.enterWhole(1, SIDE_BUY, endTicks, lots);
  const timed = new CommandBatch(ordersCount, before.nextSequence);
  for (let n = 1; n <= ordersCount; n++) timed.enter(1, SIDE_SELL, endTicks + n, 1);
  const check = (engine: Engine): void => {
    const restingCount = levelsCount + wholeCount + ordersCount;
    assert(engine.tables.books.ordersCount() === restingCount, "nothing trades");
  };
  return { before, timed, unit: "command", units: ordersCount, check };
}

/**
 * One all-or-none order for a little more than a hundred thousand others have, and one against it
 * that would make up for that but is too large by then.
 */
function allOrNoneDecoy(scale: number): Load {
  const [asksCount, ordersCount] = [Math.round(100_000 * scale), Math.round(20_000 * scale)];
  const before = listed(1, asksCount + 2);
  for (let n = 0; n < asksCount; n++) before.enter(1, SIDE_SELL, MIDDLE_TICKS + (n % 1000), 1);
  const endTicks = MIDDLE_TICKS + 1000;
  before.enterWhole(1, SIDE_SELL, endTicks, 50);
  before.enterWhole(1, SIDE_BUY, endTicks, asksCount + 20);
  const timed = new CommandBatch(ordersCount, before.nextSequence);
  for (let n = 1; n <= ordersCount; n++) timed.enter(1, SIDE_SELL, endTicks + n, 1);
  const check = (engine: Engine): void => {
    const restingCount = asksCount + 2 + ordersCount;
    assert(engine.tables.books.ordersCount() === restingCount, "nothing trades");
  };
  return { before, timed, unit: "command", units: ordersCount, check };
}

/** A batch that lists so many instruments and has room for so many commands more. */
function listed(instruments: number, moreCommands: number): CommandBatch {
  const batch = new CommandBatch(instruments + moreCommands, 1);
  for (let instrumentId = 1; instrumentId <= instruments; instrumentId++) {
    batch.list({ ...BENCH_INSTRUMENT, instrumentId, symbol: `I${instrumentId}` });
  }
  return batch;
}

function shuffled(count: number): Int32Array {
  const random = new Prng(SEED);
  const numbers = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = random.nextBelow(i + 1);
    const kept = numbers[i] ?? 0;
    numbers[i] = numbers[other] ?? 0;
    numbers[other] = kept;
  }
  return numbers;
}
