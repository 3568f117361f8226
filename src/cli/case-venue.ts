// The engine as a case speaks to it: owners, order ids in words, one instrument. Plays the
// gateway's part: a quantity that a command cannot carry (negative, or a reduction by zero) is
// refused here with the reason that the gateways give.

import { assert } from "../base/assert.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_AMEND,
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL,
  COMMAND_NEW,
  COMMAND_SEQUENCE_WORD,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
  writeCreateInstrument,
} from "../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_REJECTED,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import { ENGINE_LIMITS, Engine } from "../engine/engine.ts";
import { type FoldedOrder, type FoldedTrade, OrderFold } from "../market/order-fold.ts";
import type { Instrument } from "../model/instrument.ts";
import { REASON_NONE, REASON_QTY_OUT_OF_RANGE } from "../model/reasons.ts";

const INSTRUMENT_ID = 1;
const SESSION_ID = 1;
const CASE_LIMITS = { ...ENGINE_LIMITS, instrumentsMax: 1, accountsMax: 256, ordersExpected: 256 };
const REJECTS = new Set([EVENT_REJECTED, EVENT_CANCEL_REJECTED, EVENT_AMEND_REJECTED]);
const ENTRY_WORDS = NEW_CL_ORD_ID_WORD; // Every kind of command names its order in the same place.

/** What one command did. */
export type CaseOutcome = {
  /** REASON_NONE unless the command was refused. */
  readonly rejectReason: number;
  readonly trades: readonly FoldedTrade[];
  /** Lots that ended without trading. */
  readonly canceledLots: number;
};

export type CaseAmend = { priceTicks?: number; orderQtyLots?: number; leavesQtyLots?: number };

export class CaseVenue {
  readonly fold = new OrderFold();
  readonly #engine = new Engine(CASE_LIMITS);
  readonly #record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  readonly #accounts = new Map<string, number>();
  readonly #clOrdIds = new Map<string, string>();
  readonly #owners = new Map<string, string>();

  constructor(instrument: Instrument) {
    assert(instrument.instrumentId === INSTRUMENT_ID, "a case trades one instrument");
    writeCreateInstrument(this.#record, 0, SESSION_ID, instrument);
    const { rejectReason } = this.#apply();
    assert(rejectReason === REASON_NONE, "the case's instrument is sound");
  }

  enter(
    id: string,
    owner: string,
    orderCodes: number,
    priceTicks: number,
    qtyLots: number,
  ): CaseOutcome {
    if (!isCarried(qtyLots)) return REFUSED;
    if (!this.#owners.has(id)) this.#owners.set(id, owner);
    this.#begin(COMMAND_NEW, id, owner);
    writeU64(this.#record.words, NEW_ORDER_QTY_LOTS_WORD, qtyLots);
    this.#record.words[NEW_PRICE_TICKS_WORD] = priceTicks;
    this.#record.words[NEW_SIDE_WORD] = orderCodes;
    return this.#apply();
  }

  cancel(id: string, owner: string): CaseOutcome {
    this.#begin(COMMAND_CANCEL, id, owner);
    return this.#apply();
  }

  reduce(id: string, owner: string, byLots: number): CaseOutcome {
    if (!isCarried(byLots) || byLots === 0) return REFUSED; // 0 would mean all of it.
    this.#begin(COMMAND_CANCEL, id, owner);
    writeU64(this.#record.words, CANCEL_REDUCE_BY_LOTS_WORD, byLots);
    return this.#apply();
  }

  amend(id: string, owner: string, amend: CaseAmend): CaseOutcome {
    const { priceTicks, orderQtyLots, leavesQtyLots } = amend;
    const qtyLots = leavesQtyLots ?? orderQtyLots ?? 0;
    if (!isCarried(qtyLots)) return REFUSED;
    this.#begin(COMMAND_AMEND, id, owner);
    const { words } = this.#record;
    let flags = 0;
    if (priceTicks !== undefined) flags |= AMEND_HAS_PRICE;
    if (leavesQtyLots !== undefined) flags |= AMEND_HAS_QTY | AMEND_QTY_IS_LEAVES;
    else if (orderQtyLots !== undefined) flags |= AMEND_HAS_QTY;
    words[AMEND_AMEND_FLAGS_WORD] = flags;
    words[AMEND_PRICE_TICKS_WORD] = priceTicks ?? 0;
    writeU64(words, AMEND_ORDER_QTY_LOTS_WORD, qtyLots);
    return this.#apply();
  }

  /** Who entered the order with this id first; `otherwise` when nobody did. */
  ownerOf(id: string, otherwise: string): string {
    return this.#owners.get(id) ?? otherwise;
  }

  find(id: string): FoldedOrder | undefined {
    const owner = this.#owners.get(id);
    return owner === undefined
      ? undefined
      : this.fold.find(this.#accountIdOf(owner), this.#clOrdIdOf(id));
  }

  /** The id in the case of an order of the fold. */
  idOf(order: FoldedOrder): string {
    for (const [id, clOrdId] of this.#clOrdIds) if (clOrdId === order.clOrdId) return id;
    return order.clOrdId;
  }

  /** Resting orders as the engine itself counts them, to hold against the fold. */
  restingOrdersOfEngine(): number {
    let count = 0;
    for (const accountId of this.#accounts.values()) {
      this.#engine.reportOpenOrders(accountId, 0, CASE_LIMITS.ordersMax);
      count += this.#engine.events.endWord / EVENT_WORDS - 1; // The last is the end mark.
    }
    return count;
  }

  #begin(kind: number, id: string, owner: string): void {
    const { words, bytes } = this.#record;
    writeCommandHeader(words, 0, kind, this.#accountIdOf(owner), INSTRUMENT_ID, SESSION_ID);
    const isWritten = encodeClOrdId(this.#clOrdIdOf(id), bytes, ENTRY_WORDS * 4);
    assert(isWritten, "a case's id is given a form that fits");
  }

  #apply(): CaseOutcome {
    const { words } = this.#record;
    writeU64(words, COMMAND_SEQUENCE_WORD, this.#engine.sequence + 1);
    this.#engine.apply(this.#record, 0);
    const { words: eventWords, endWord } = this.#engine.events;
    const events = new RecordBuffer(eventWords.buffer);
    this.fold.apply(events, 0, endWord);
    let rejectReason = REASON_NONE;
    let canceledLots = 0;
    for (let at = 0; at < endWord; at += EVENT_WORDS) {
      const kind = eventKindOf(eventWords, at);
      if (REJECTS.has(kind)) rejectReason = reasonOf(eventWords, at);
      if (kind === EVENT_CANCELED)
        canceledLots += readU64(eventWords, at + EVENT_LAST_QTY_LOTS_WORD);
    }
    return { rejectReason, trades: this.fold.trades, canceledLots };
  }

  #accountIdOf(owner: string): number {
    const accountId = this.#accounts.get(owner) ?? this.#accounts.size + 1;
    this.#accounts.set(owner, accountId);
    return accountId;
  }

  /** The id itself where it is a client order id, else one made for it. */
  #clOrdIdOf(id: string): string {
    const known = this.#clOrdIds.get(id);
    if (known !== undefined) return known;
    const fits = encodeClOrdId(id, new Uint8Array(16), 0);
    const clOrdId = fits ? id : `#case-id-${this.#clOrdIds.size}`;
    this.#clOrdIds.set(id, clOrdId);
    return clOrdId;
  }
}

const REFUSED: CaseOutcome = {
  rejectReason: REASON_QTY_OUT_OF_RANGE,
  trades: [],
  canceledLots: 0,
};

function isCarried(qtyLots: number): boolean {
  return qtyLots >= 0 && Number.isSafeInteger(qtyLots);
}
