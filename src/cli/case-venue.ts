// The engine as a case speaks to it: owners, order ids in words, one instrument. Plays the
// gateway's part: a quantity that a command cannot carry (negative, or a reduction by zero) is
// refused here with the reason that the gateways give.

import { assert } from "../base/assert.ts";
import { RecordBuffer, readI64, readU64, writeU64 } from "../base/record-buffer.ts";
import { writeDeposit, writeSetAccount } from "../codec/account-command.ts";
import {
  LEDGER_ASSET_WORD,
  LEDGER_BALANCE_WORD,
  LEDGER_HELD_WORD,
} from "../codec/account-event.ts";
import { readAscii } from "../codec/ascii.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  type Asker,
  COMMAND_BYTES_MAX,
  COMMAND_SEQUENCE_WORD,
  writeCreateInstrument,
} from "../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_COMMAND_REJECTED,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_ORDER_STATUS,
  EVENT_REJECTED,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import {
  type OrderName,
  writeAmend,
  writeCancel,
  writeNewList,
  writeNewOrder,
} from "../codec/order-command.ts";
import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { type FoldedOrder, type FoldedTrade, OrderFold } from "../market/order-fold.ts";
import { type AccountTerms, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import type { Instrument } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { LIST_OCO } from "../model/order-terms.ts";
import { REASON_NONE, REASON_QTY_OUT_OF_RANGE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import type { CaseOrder } from "./case-order.ts";

const INSTRUMENT_ID = 1;
const SESSION_ID = 1;
const CASE_LIMITS = { ...ENGINE_LIMITS, instrumentsMax: 1, accountsMax: 256 };
const REJECTS = new Set([
  ...[EVENT_REJECTED, EVENT_CANCEL_REJECTED, EVENT_AMEND_REJECTED, EVENT_COMMAND_REJECTED],
]);
const ASSET_BYTES = 8;
/** Accounts of nobody in the case: their trades are the ones that happened elsewhere. */
const SCRATCH_SELLER = "#seller";
const SCRATCH_BUYER = "#buyer";

const NO_TERMS: AccountTerms = {
  accountId: 0,
  tradeGroupId: 0,
  isEnabled: true,
  stpMode: 0,
  riskMode: RISK_NONE,
  orderQtyLotsMax: 0,
  notionalMax: 0,
  positionLotsMax: 0,
  dayLossMax: 0,
  creditLimit: 0,
  openOrdersMax: 0,
  priceDistanceBasisPoints: 0,
};

/** What one command did. */
export type CaseOutcome = {
  /** REASON_NONE unless the command was refused. */
  readonly rejectReason: number;
  readonly trades: readonly FoldedTrade[];
  /** Stops that triggered, and orders that self-trade prevention ended. */
  readonly triggers: readonly FoldedOrder[];
  readonly prevented: readonly FoldedOrder[];
  /** Lots that ended without trading. */
  readonly canceledLots: number;
  readonly eventCount: number;
};

export type CaseAmend = { priceTicks?: number; orderQtyLots?: number; leavesQtyLots?: number };

export class CaseVenue {
  readonly fold = new OrderFold();
  readonly #engine = new Engine(CASE_LIMITS);
  readonly #record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  readonly #accounts = new Map<string, number>();
  readonly #clOrdIds = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  /** The id of each second leg's case by the client order id made for it. */
  readonly #otherLegs = new Map<string, string>();
  /** Terms of owners who have something, or belong together. */
  readonly #terms = new Map<string, AccountTerms>();

  constructor(instrument: Instrument) {
    assert(instrument.instrumentId === INSTRUMENT_ID, "a case trades one instrument");
    writeCreateInstrument(this.#record, 0, SESSION_ID, instrument);
    const { rejectReason } = this.#apply();
    assert(rejectReason === REASON_NONE, "the case's instrument is sound");
  }

  enter(id: string, owner: string, order: CaseOrder): CaseOutcome {
    if (!isCarried(order.orderQtyLots)) return REFUSED;
    if (!this.#owners.has(id)) this.#owners.set(id, owner);
    const values = { ...order, clOrdId: this.#clOrdIdOf(id) };
    return this.#apply(writeNewOrder(this.#record, 0, this.#asker(owner), INSTRUMENT_ID, values));
  }

  /** Two orders under one id: the first has it, the second is known by it. */
  enterOco(id: string, owner: string, legs: readonly [CaseOrder, CaseOrder]): CaseOutcome {
    if (!legs.every((leg) => isCarried(leg.orderQtyLots))) return REFUSED;
    if (!this.#owners.has(id)) this.#owners.set(id, owner);
    const clOrdIds = [this.#clOrdIdOf(id), `#case-leg-${this.#otherLegs.size}`];
    this.#otherLegs.set(clOrdIds[1], id);
    const named = legs.map((leg, i) => ({ ...leg, clOrdId: clOrdIds[i] }));
    const list = { listType: LIST_OCO, legs: named };
    return this.#apply(writeNewList(this.#record, 0, this.#asker(owner), INSTRUMENT_ID, list));
  }

  /** From the first time on the owner is asked for what its orders need. */
  deposit(owner: string, asset: string, amount: number): void {
    this.#changeTerms(owner, { riskMode: RISK_RESERVATION });
    const accountId = this.#accountIdOf(owner);
    writeDeposit(this.#record, 0, SESSION_ID, { accountId, asset, amount });
    this.#applySurely();
  }

  /** Accounts of one group are one to self-trade prevention. */
  joinGroup(owner: string, tradeGroupId: number): void {
    this.#changeTerms(owner, { tradeGroupId });
  }

  balanceOf(owner: string, asset: string): { free: number; held: number } {
    this.#engine.reportBalances(this.#accountIdOf(owner));
    const { words, endWord } = this.#engine.events;
    const { bytes } = new RecordBuffer(words.buffer);
    for (let at = 0; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      if (readAscii(bytes, (at + LEDGER_ASSET_WORD) * 4, ASSET_BYTES) !== asset) continue;
      const held = readU64(words, at + LEDGER_HELD_WORD);
      return { free: readI64(words, at + LEDGER_BALANCE_WORD) - held, held };
    }
    return { free: 0, held: 0 };
  }

  /**
   * A trade between two others, so that it is the last price. Undefined where it cannot happen:
   * while somebody else stands in the book at that price or better.
   */
  tradeElsewhere(priceTicks: number, qtyLots: number): CaseOutcome | undefined {
    const [bid, ask] = [SIDE_BUY, SIDE_SELL].map((side) => this.fold.queue(side).at(0));
    if (bid !== undefined && bid.priceTicks >= priceTicks) return undefined;
    if (ask !== undefined && ask.priceTicks <= priceTicks) return undefined;
    const order = (side: number): CaseOrder => ({
      ...{ side, ordType: ORD_TYPE_LIMIT, timeInForce: TIF_GTC, execInst: 0 },
      ...{ priceTicks, orderQtyLots: qtyLots },
    });
    const id = `#elsewhere-${this.#clOrdIds.size}`;
    this.enter(`${id}s`, SCRATCH_SELLER, order(SIDE_SELL));
    const outcome = this.enter(`${id}b`, SCRATCH_BUYER, order(SIDE_BUY));
    return { ...outcome, trades: outcome.trades.slice(1) };
  }

  cancel(id: string, owner: string): CaseOutcome {
    return this.#cancel(id, owner, 0);
  }

  reduce(id: string, owner: string, byLots: number): CaseOutcome {
    if (!isCarried(byLots) || byLots === 0) return REFUSED; // 0 would mean all of it.
    return this.#cancel(id, owner, byLots);
  }

  #cancel(id: string, owner: string, byLots: number): CaseOutcome {
    const [asker, name] = [this.#asker(owner), this.#nameOf(id)];
    return this.#apply(writeCancel(this.#record, 0, asker, INSTRUMENT_ID, name, byLots));
  }

  amend(id: string, owner: string, amend: CaseAmend): CaseOutcome {
    if (!isCarried(amend.leavesQtyLots ?? amend.orderQtyLots ?? 0)) return REFUSED;
    const [asker, name] = [this.#asker(owner), this.#nameOf(id)];
    return this.#apply(writeAmend(this.#record, 0, asker, INSTRUMENT_ID, name, amend));
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
    const other = this.#otherLegs.get(order.clOrdId);
    if (other !== undefined) return other;
    for (const [id, clOrdId] of this.#clOrdIds) if (clOrdId === order.clOrdId) return id;
    return order.clOrdId;
  }

  /** Working orders as the engine itself counts them, to hold against the fold. */
  workingOrdersOfEngine(): number {
    let count = 0;
    for (const accountId of this.#accounts.values()) {
      this.#engine.reportOpenOrders(accountId, 0, CASE_LIMITS.ordersMax);
      const { words, endWord } = this.#engine.events;
      for (let at = 0; at < endWord; at += EVENT_WORDS) {
        if (eventKindOf(words, at) === EVENT_ORDER_STATUS) count++;
      }
    }
    return count;
  }

  #changeTerms(owner: string, change: Partial<AccountTerms>): void {
    const accountId = this.#accountIdOf(owner);
    const terms = { ...NO_TERMS, ...this.#terms.get(owner), accountId, ...change };
    this.#terms.set(owner, terms);
    writeSetAccount(this.#record, 0, SESSION_ID, terms);
    this.#applySurely();
  }

  #applySurely(): void {
    const { rejectReason } = this.#apply();
    assert(rejectReason === REASON_NONE, "a case's accounts are sound");
  }

  #asker(owner: string): Asker {
    return { accountId: this.#accountIdOf(owner), sessionId: SESSION_ID };
  }

  #nameOf(id: string): OrderName {
    return { orderId: 0, clOrdId: this.#clOrdIdOf(id) };
  }

  #apply(isWritten = true): CaseOutcome {
    assert(isWritten, "a case's id is given a form that fits");
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
    const { trades, triggers, prevented } = this.fold;
    const eventCount = endWord / EVENT_WORDS - 1; // The last is the end mark.
    return { rejectReason, trades, triggers, prevented, canceledLots, eventCount };
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

/** What a step did that asks the exchange for nothing. */
export const NOTHING_DONE: CaseOutcome = {
  rejectReason: REASON_NONE,
  trades: [],
  triggers: [],
  prevented: [],
  canceledLots: 0,
  eventCount: 0,
};

const REFUSED: CaseOutcome = { ...NOTHING_DONE, rejectReason: REASON_QTY_OUT_OF_RANGE };

function isCarried(qtyLots: number): boolean {
  return qtyLots >= 0 && Number.isSafeInteger(qtyLots);
}
