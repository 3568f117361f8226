// What the hot path leaves for the garbage collector. V8 keeps integers below 2^31 in the reference
// itself and boxes others (16 bytes) where a call is not inlined, so large ids and quantities are
// measured apart: docs/book.md states both limits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { NONE } from "../base/none.ts";
import { Prng } from "../base/prng.ts";
import { SIDE_BUY, SIDE_SELL, type Side } from "../model/side.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { BookCore } from "./book-core.ts";
import { createBooks, MATCH_DONE } from "./books.ts";

/** The compiler is waited for: a busy machine starves its threads while this measures. */
setFlagsFromString("--no-concurrent-recompilation");

const WARM_UP_COMMANDS = 600_000;
/** Short, so that the young generation (1 MiB after a collection) is not collected meanwhile. */
const RUN_COMMANDS = 10_000;
/** The median counts: the compiler leaves garbage in some. */
const RUNS = 21;
const COMMANDS = WARM_UP_COMMANDS + RUNS * RUN_COMMANDS;
/** What reading the size of the heap leaves, and less than any object (16 bytes and more). */
const BYTES_PER_COMMAND_MAX = 2;
/** Three boxed numbers; usual are one for the books and two for the core. */
const BYTES_PER_LARGE_COMMAND_MAX = 48;

const ENTER = 0;
const IMMEDIATE = 1;
const CANCEL = 2;
const MOVE = 3;
/** Six in ten enter, the others cancel or move one of the last 4096 orders. */
const KINDS = [ENTER, ENTER, ENTER, ENTER, ENTER, IMMEDIATE, CANCEL, CANCEL, CANCEL, MOVE] as const;

const collectGarbage = globalThis.gc;
const skip = collectGarbage === undefined ? "expected node --expose-gc" : false;

/** Commands as columns, made beforehand: chance would allocate more than the book. */
function mixedCommands(orderIdBase: number, qtyLotsBase: number) {
  const length = COMMANDS;
  const kinds = new Uint8Array(length);
  const sides = new Uint8Array(length);
  const priceTicks = new Int32Array(length);
  const orderIds = new Float64Array(length);
  const qtyLots = new Float64Array(length);
  const random = new Prng(4);
  let last = 0;
  for (let i = 0; i < length; i++) {
    const kind = KINDS[random.nextBelow(KINDS.length)] ?? ENTER;
    const isNew = kind === ENTER || kind === IMMEDIATE;
    if (isNew) last++;
    const back = isNew || last < 2 ? 0 : random.nextBelow(Math.min(last - 1, 4096));
    kinds[i] = kind;
    sides[i] = random.nextBelow(2) === 0 ? SIDE_BUY : SIDE_SELL;
    priceTicks[i] = 10_000 + random.nextBelow(500) + (sides[i] === SIDE_BUY ? -400 : 0);
    orderIds[i] = orderIdBase + last - back;
    qtyLots[i] = qtyLotsBase + 1 + random.nextBelow(100);
  }
  return { kinds, sides, priceTicks, orderIds, qtyLots };
}

type Commands = ReturnType<typeof mixedCommands>;
type Player = (commands: Commands, start: number, end: number) => void;

function playerOfBooks(): Player {
  const heard = new Float64Array(1);
  const books = createBooks({ booksMax: 1, ordersMax: 1 << 20, salt: 0 }, (_slot, _px, qtyLots) => {
    heard[0] = qtyLots;
    return MATCH_DONE;
  });
  const enter = (side: number, priceTicks: number, qtyLots: number, orderId: number) => {
    const leftLots = books.match(0, side, priceTicks, qtyLots);
    if (leftLots > 0) books.rest(0, side, priceTicks, leftLots, orderId);
  };
  const move = (slot: number, priceTicks: number, qtyLots: number) => {
    if (books.crosses(0, books.orderCodesOf(slot), priceTicks, qtyLots)) return;
    books.requeue(slot, priceTicks, qtyLots);
  };
  return ({ kinds, sides, priceTicks, orderIds, qtyLots }, start, end) => {
    for (let i = start; i < end; i++) {
      const kind = kinds[i];
      if (kind === ENTER) enter(sides[i], priceTicks[i], qtyLots[i], orderIds[i]);
      else if (kind === IMMEDIATE) books.match(0, sides[i], priceTicks[i], qtyLots[i]);
      else {
        const slot = books.find(orderIds[i]);
        if (slot === NONE) continue;
        if (kind === CANCEL) books.remove(slot);
        else move(slot, priceTicks[i], qtyLots[i]);
      }
    }
  };
}

function playerOfCore(): Player {
  const heard = new Float64Array(1);
  const onTrade = (_maker: number, _taker: number, _px: number, qtyLots: number) => {
    heard[0] = qtyLots;
  };
  const core = new BookCore({ ordersExpected: 1 << 20, onTrade });
  return ({ kinds, sides, priceTicks, orderIds, qtyLots }, start, end) => {
    for (let i = start; i < end; i++) {
      const kind = kinds[i];
      if (kind === CANCEL) core.cancel(orderIds[i]);
      else if (kind === MOVE) core.amend(orderIds[i], priceTicks[i], qtyLots[i]);
      else {
        const lifetime = kind === ENTER ? TIF_GTC : TIF_IOC;
        core.enterLimit(sides[i] as Side, priceTicks[i], qtyLots[i], orderIds[i], lifetime);
      }
    }
  };
}

/** Bytes of heap that a command leaves behind: the median of the runs. */
function bytesPerCommand(commands: Commands, play: Player): number {
  play(commands, 0, WARM_UP_COMMANDS);
  const bytes: number[] = [];
  for (let start = WARM_UP_COMMANDS; start < COMMANDS; start += RUN_COMMANDS) {
    collectGarbage?.();
    const before = process.memoryUsage().heapUsed;
    play(commands, start, start + RUN_COMMANDS);
    bytes.push(process.memoryUsage().heapUsed - before);
  }
  bytes.sort((a, b) => a - b);
  return bytes[(RUNS - 1) / 2]! / RUN_COMMANDS;
}

for (const [name, playerOf] of [
  ["the books", playerOfBooks],
  ["the book core", playerOfCore],
] as const) {
  test(`${name} allocate nothing per command for ids and lots below 2^31`, { skip }, (t) => {
    const bytes = bytesPerCommand(mixedCommands(0, 0), playerOf());
    t.diagnostic(`${bytes.toFixed(2)} bytes a command`);
    assert.ok(bytes < BYTES_PER_COMMAND_MAX, `found ${bytes} bytes a command`);
  });

  test(`${name} box at most three numbers a command above 2^31`, { skip }, (t) => {
    const bytes = bytesPerCommand(mixedCommands(2 ** 40, 2 ** 33), playerOf());
    t.diagnostic(`${bytes.toFixed(2)} bytes a command`);
    assert.ok(bytes < BYTES_PER_LARGE_COMMAND_MAX, `found ${bytes} bytes a command`);
  });
}
