// Why an order did or did not fill: what happened to it, where it stood, and who was served instead
// of it and why, told from the commands of the log as an engine applies them. For people who ask
// after the fact; nothing here runs while the exchange trades.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import {
  DARK,
  isCallKind,
  isParkedKind,
  isTriggerKind,
  LADDER_ASKS,
  ladderOf,
} from "../book/ladder-kinds.ts";
import {
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TERMS,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
  FLAG_AUCTION,
  FLAG_ON_BOOK,
  isAccountKind,
  reasonOf,
} from "../codec/event.ts";
import { isAllOrNone, isDark, sideOf, worksAsMarket } from "../model/order-codes.ts";
import type { PassedReason, StoryEvent, StoryLine, StoryPlace } from "../model/order-story.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { Engine } from "./engine.ts";

/** What is remembered of the order between two commands. */
type Standing = Omit<StoryPlace, "what" | "sequence"> & {
  readonly side: number;
  readonly instrumentId: number;
  /** Where it would trade at best; NaN: at any price. */
  readonly limitTicks: number;
  readonly isWhole: boolean;
  /** Its instrument serves displayed orders of one price by their size, not by time. */
  readonly isShared: boolean;
};

export class OrderStory {
  readonly lines: StoryLine[] = [];
  readonly #engine: Engine;
  readonly #orderId: number;
  readonly #linesMax: number;
  readonly #seesDark: boolean;
  #standing: Standing | undefined;
  #untoldCount = 0;

  /**
   * The story of one order, at most `linesMax` lines of it: call observe() after each apply().
   * `seesDark`: it counts, and names, what the public does not see too.
   */
  constructor(engine: Engine, orderId: number, linesMax: number, seesDark = true) {
    this.#engine = engine;
    this.#orderId = orderId;
    this.#linesMax = linesMax;
    this.#seesDark = seesDark;
  }

  /** Lines beyond `linesMax`. */
  get untoldCount(): number {
    return this.#untoldCount;
  }

  /** Reads the command that the engine applied last. */
  observe(): void {
    const { words, endWord } = this.#engine.events;
    const before = this.#standing;
    let isAbout = false;
    for (let at = 0; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      const kind = eventKindOf(words, at);
      if (kind === EVENT_TERMS || isAccountKind(kind)) continue;
      if (readU64(words, at + EVENT_ORDER_ID_WORD) === this.#orderId) {
        isAbout = true;
        this.#tell(eventLine(words, at));
      } else if (before !== undefined) {
        this.#lookAtOther(words, at, before);
      }
    }
    if (isAbout) this.#stand(readU64(words, EVENT_SEQUENCE_WORD));
  }

  #lookAtOther(words: Int32Array, at: number, standing: Standing): void {
    if (eventKindOf(words, at) !== EVENT_TRADED) return;
    const flags = eventFlagsOf(words, at);
    const isAuction = (flags & FLAG_AUCTION) !== 0;
    // In a call nobody comes and takes: whoever traded on this side did instead of it.
    const isServed = isAuction || (flags & FLAG_AGGRESSOR) === 0;
    if (!isServed || words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0 !== standing.instrumentId) return;
    if (sideOf(words[at + EVENT_SIDE_WORD]) !== standing.side) return;
    const lastPxTicks = words[at + EVENT_LAST_PX_TICKS_WORD];
    // An iceberg's own id would tell the public which slices are of one order.
    const isNamed = this.#seesDark || (flags & FLAG_ON_BOOK) !== 0;
    this.#tell({
      what: "passed",
      sequence: readU64(words, at + EVENT_SEQUENCE_WORD),
      orderId: isNamed ? readU64(words, at + EVENT_ORDER_ID_WORD) : 0,
      lastPxTicks,
      lastQtyLots: readU64(words, at + EVENT_LAST_QTY_LOTS_WORD),
      why: whyPassed(standing, lastPxTicks, isAuction, isDark(words[at + EVENT_SIDE_WORD])),
    });
  }

  #stand(sequence: number): void {
    const slot = this.#engine.tables.books.find(this.#orderId);
    this.#standing = slot === NONE ? undefined : this.#standingOf(slot);
    if (this.#standing === undefined) return;
    const { where, priceTicks, ordersAhead, lotsAhead } = this.#standing;
    this.#tell({ what: "place", sequence, where, priceTicks, ordersAhead, lotsAhead });
  }

  #standingOf(slot: number): Standing {
    const { books, instruments } = this.#engine.tables;
    const orderCodes = books.orderCodesOf(slot);
    const kind = books.ladderKindOf(slot);
    const side = sideOf(orderCodes);
    const isOnBook = kind <= DARK + LADDER_ASKS;
    const ahead = isOnBook ? this.#ahead(slot, side) : { ordersAhead: 0, lotsAhead: 0 };
    return {
      where: placeName(kind),
      side,
      instrumentId: instruments.instrumentIdOf(books.bookOf(slot)),
      priceTicks: books.priceTicksOf(slot),
      limitTicks: worksAsMarket(orderCodes) ? Number.NaN : books.priceTicksOf(slot),
      isWhole: isAllOrNone(orderCodes),
      isShared: books.shares(books.bookOf(slot)),
      ...ahead,
    };
  }

  /** What trades before the order at its slot, were the other side to come now. */
  #ahead(slot: number, side: number): { ordersAhead: number; lotsAhead: number } {
    const { books } = this.#engine.tables;
    const displayed = ladderOf(books.bookOf(slot), side);
    const priceTicks = books.priceTicksOf(slot);
    const isDark = books.ladderKindOf(slot) >= DARK;
    let ordersAhead = 0;
    let lotsAhead = 0;
    for (const ladder of this.#seesDark ? [displayed, displayed + DARK] : [displayed]) {
      const isOwn = (ladder !== displayed) === isDark;
      const alsoAtPrice = isOwn || (ladder === displayed && isDark);
      let level = books.firstLevel(ladder);
      for (; level !== NONE; level = books.nextLevel(level)) {
        const gapTicks = (books.levelPriceTicks(level) - priceTicks) * (side === SIDE_BUY ? 1 : -1);
        if (gapTicks < 0 || (gapTicks === 0 && !alsoAtPrice)) break;
        for (let other = books.firstInQueue(level); other !== NONE; ) {
          if (other === slot) break;
          ordersAhead++;
          lotsAhead += books.shownLotsOf(other);
          other = books.nextInQueue(other);
        }
      }
    }
    return { ordersAhead, lotsAhead };
  }

  #tell(line: StoryLine): void {
    if (this.lines.length < this.#linesMax) this.lines.push(line);
    else this.#untoldCount++;
  }
}

function eventLine(words: Int32Array, at: number): StoryEvent {
  return {
    what: "event",
    sequence: readU64(words, at + EVENT_SEQUENCE_WORD),
    timeMicros: readU64(words, at + EVENT_TIME_MICROS_WORD),
    eventKind: eventKindOf(words, at),
    reason: reasonOf(words, at),
    priceTicks: words[at + EVENT_PRICE_TICKS_WORD],
    cumQtyLots: readU64(words, at + EVENT_CUM_QTY_LOTS_WORD),
    leavesQtyLots: readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD),
    lastPxTicks: words[at + EVENT_LAST_PX_TICKS_WORD],
    lastQtyLots: readU64(words, at + EVENT_LAST_QTY_LOTS_WORD),
  };
}

function placeName(kind: number): StoryPlace["where"] {
  if (isTriggerKind(kind)) return "waiting for a price";
  if (isParkedKind(kind)) return "parked";
  if (isCallKind(kind)) return "gathering";
  return kind >= DARK ? "dark" : "displayed";
}

/** Why whoever traded at `lastPxTicks`, in the dark or not, came before an order that stands so. */
function whyPassed(
  standing: Standing,
  lastPxTicks: number,
  isAuction: boolean,
  isOtherDark: boolean,
): PassedReason {
  const { where, side, limitTicks, isWhole, isShared } = standing;
  if (where === "waiting for a price") return "waits for a price";
  if (where === "parked") return "parked";
  const betterTicks = (lastPxTicks - limitTicks) * (side === SIDE_BUY ? 1 : -1);
  if (betterTicks > 0) return "better price";
  if (isWhole) return "trades whole or not at all";
  if (isAuction) return "first in the call";
  if (where === "dark" && !isOtherDark) return "displayed before dark";
  if (where === "dark") return "earlier at its price";
  return isShared ? "the level is shared pro rata" : "earlier at its price";
}
