// One run of one library over the same made-up traffic, in a process of its own. Prints one JSON
// line. Arguments: outcry|outcry-core|nodejs-order-book COMMANDS.

import { createHash } from "node:crypto";
import { Prng } from "../../base/prng.ts";
import { BookCore, OrderBook, SIDE_BUY, SIDE_SELL } from "../../book/index.ts";

/** What a library is asked to do, and what it answers: the lots that traded, and the book left. */
type Library = {
  limit(isBuy: boolean, priceTicks: number, qtyLots: number, id: number): number;
  cancel(id: number): void;
  /** [price, lots] of each level, bids from the best, then asks from the best. */
  depth(): number[][];
};

const SEED = 20_261_125;
const MIDDLE_TICKS = 10_000;
const WARM_UP_COMMANDS_MAX = 100_000;
const LEVELS_MAX = 10_000;

/** Traffic as columns, made before the clock runs. */
function traffic(commands: number) {
  const random = new Prng(SEED);
  const kinds = new Uint8Array(commands);
  const priceTicks = new Int32Array(commands);
  const qtyLots = new Int32Array(commands);
  const ids = new Int32Array(commands);
  for (let i = 0; i < commands; i++) {
    const isCancel = i % 3 === 2;
    const isBuy = random.nextChance(1, 2);
    kinds[i] = isCancel ? 2 : Number(isBuy);
    priceTicks[i] = MIDDLE_TICKS + (isBuy ? -1 : 1) * random.nextBetween(-1, 30);
    qtyLots[i] = random.nextBetween(1, 20);
    ids[i] = isCancel ? 1 + random.nextBelow(i) : i + 1;
  }
  return { kinds, priceTicks, qtyLots, ids };
}

async function main(name: string, commands: number): Promise<void> {
  play(await create(name), Math.min(commands, WARM_UP_COMMANDS_MAX));
  const library = await create(name);
  const { nanos, tradedLots } = play(library, commands);
  const sha256 = createHash("sha256").update(JSON.stringify(library.depth())).digest("hex");
  console.log(JSON.stringify({ commands, nanosPerCommand: nanos / commands, tradedLots, sha256 }));
}

function play(library: Library, commands: number): { nanos: number; tradedLots: number } {
  const { kinds, priceTicks, qtyLots, ids } = traffic(commands);
  let tradedLots = 0;
  const started = process.hrtime.bigint();
  for (let i = 0; i < commands; i++) {
    const id = ids[i] ?? 0;
    if (kinds[i] === 2) library.cancel(id);
    else tradedLots += library.limit(kinds[i] === 1, priceTicks[i] ?? 0, qtyLots[i] ?? 0, id);
  }
  return { nanos: Number(process.hrtime.bigint() - started), tradedLots };
}

async function create(name: string): Promise<Library> {
  switch (name) {
    case "outcry":
      return friendlyBook();
    case "outcry-core":
      return coreBook();
    case "nodejs-order-book":
      return otherBook(await import("nodejs-order-book"));
    default:
      throw new Error(`expected a library's name, found ${name}`);
  }
}

function friendlyBook(): Library {
  const book = new OrderBook();
  return {
    limit(isBuy, priceTicks, orderQtyLots, orderId) {
      const side = isBuy ? "buy" : "sell";
      return book.limit({ side, priceTicks, orderQtyLots, orderId }).cumQtyLots;
    },
    cancel: (id) => void book.cancel(id),
    depth: () => levelsOf(book.core),
  };
}

function coreBook(): Library {
  const core = new BookCore();
  return {
    limit(isBuy, priceTicks, qtyLots, id) {
      return qtyLots - core.enterLimit(isBuy ? SIDE_BUY : SIDE_SELL, priceTicks, qtyLots, id);
    },
    cancel: (id) => void core.cancel(id),
    depth: () => levelsOf(core),
  };
}

function levelsOf(core: BookCore): number[][] {
  const sides = [core.levels(SIDE_BUY, LEVELS_MAX), core.levels(SIDE_SELL, LEVELS_MAX)];
  return sides.flat().map(({ priceTicks, qtyLots }) => [priceTicks, qtyLots]);
}

function otherBook({ OrderBook: Other, Side }: typeof import("nodejs-order-book")): Library {
  const book = new Other();
  return {
    limit(isBuy, price, size, id) {
      const side = isBuy ? Side.BUY : Side.SELL;
      const { done, partial, partialQuantityProcessed } = book.limit({
        side,
        price,
        size,
        id: String(id),
      });
      const isTaken = done.some((order) => order.id === String(id));
      if (isTaken) return size;
      return partial?.id === String(id) ? partialQuantityProcessed : 0;
    },
    cancel: (id) => void book.cancel(String(id)),
    depth() {
      const [asks, bids] = book.depth();
      return [...bids.toSorted((a, b) => b[0] - a[0]), ...asks.toSorted((a, b) => a[0] - b[0])];
    },
  };
}

const [, , name = "", commands = ""] = process.argv;
await main(name, Number(commands));
