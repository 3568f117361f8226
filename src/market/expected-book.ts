// An expected book, or only its best bid and offer, after one command.

import type { DepthSide } from "./depth-fold.ts";
import type { CommandOutcome, Difference, ExpectedLine } from "./expected-line.ts";

/** [price, lots, orders]; a best bid or offer says nothing of orders. */
type ExpectedLevel = readonly [number, number, number?];
type ExpectedBook = {
  readonly bids: readonly ExpectedLevel[];
  readonly asks: readonly ExpectedLevel[];
  /** Only the best level of each side is known. */
  readonly isTopOnly: boolean;
};

const BOOK_EXPECTED =
  '{"after_n": command number, "bids": [[price, qty, orders], ...], "asks": [...]} or ' +
  '{"after_n", "bid", "bid_qty", "ask", "ask_qty"}, null where a side is empty';
const BOOK_KEYS = "after_n,asks,bids";
const TOP_KEYS = "after_n,ask,ask_qty,bid,bid_qty";

/** The line, or what it should have been. */
export function readBookLine(value: Readonly<Record<string, unknown>>): ExpectedLine | string {
  const { after_n: commandNumber } = value;
  const keys = Object.keys(value).sort().join();
  const book = keys === BOOK_KEYS ? readFullBook(value) : readTop(value, keys);
  if (!Number.isSafeInteger(commandNumber) || book === undefined) return BOOK_EXPECTED;
  return {
    commandNumber: commandNumber as number,
    factCount: 1,
    compare: (outcome) => compareBook(book, outcome),
  };
}

/** The first level that differs, bids before asks, best first. */
export function compareBook(book: ExpectedBook, { depth }: CommandOutcome): Difference {
  return (
    compareSide("bid", book.bids, depth.bids, book.isTopOnly) ??
    compareSide("ask", book.asks, depth.asks, book.isTopOnly)
  );
}

function compareSide(
  name: string,
  expected: readonly ExpectedLevel[],
  found: DepthSide,
  isTopOnly: boolean,
): Difference {
  const levelCount = isTopOnly ? 1 : Math.max(expected.length, found.levelCount);
  for (let index = 0; index < levelCount; index++) {
    const expectedText = levelText(expected[index], isTopOnly);
    const foundText = levelText(found.level(index), isTopOnly);
    if (expectedText === foundText) continue;
    const place = `${name} level ${index + 1}`;
    return { expected: `${place} ${expectedText}`, found: `${place} ${foundText}` };
  }
  return undefined;
}

function levelText(level: ExpectedLevel | undefined, isTopOnly: boolean): string {
  if (level === undefined) return "empty";
  return `[${(isTopOnly ? level.slice(0, 2) : level).join(", ")}]`;
}

function readFullBook({ bids, asks }: Readonly<Record<string, unknown>>): ExpectedBook | undefined {
  if (!isLevels(bids) || !isLevels(asks)) return undefined;
  return { bids, asks, isTopOnly: false };
}

function readTop(
  { bid, bid_qty, ask, ask_qty }: Readonly<Record<string, unknown>>,
  keys: string,
): ExpectedBook | undefined {
  const bids = topLevels(bid, bid_qty);
  const asks = topLevels(ask, ask_qty);
  if (keys !== TOP_KEYS || bids === undefined || asks === undefined) return undefined;
  return { bids, asks, isTopOnly: true };
}

function topLevels(price: unknown, qty: unknown): ExpectedLevel[] | undefined {
  if (price === null) return [];
  if (!Number.isSafeInteger(price) || !Number.isSafeInteger(qty)) return undefined;
  return [[price as number, qty as number]];
}

function isLevels(levels: unknown): levels is ExpectedLevel[] {
  if (!Array.isArray(levels)) return false;
  return levels.every(
    (level) => Array.isArray(level) && level.length === 3 && level.every(Number.isSafeInteger),
  );
}
