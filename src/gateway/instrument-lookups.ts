// Which instrument the orders of a list of requests belong to. An amend names an order and speaks
// in its instrument's decimals; the gateway keeps no orders, so it asks the venue.

import { CL_ORD_ID_BYTES, CL_ORD_ID_WORDS, clOrdIdKey, encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_ORDER_STATUS,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import type { Instrument } from "../model/instrument.ts";
import { REASON_NONE, REASON_UNKNOWN_ORDER } from "../model/reasons.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import { type Refusal, refuseForReason } from "./error-codes.ts";
import type { OrderRef } from "./json/command-reader.ts";
import { isObject } from "./json/fields.ts";
import type { OrderRequest } from "./requested-commands.ts";

const NOTHING: ReadonlyMap<string, number> = new Map();

export class InstrumentLookups {
  readonly #venue: Venue;
  readonly #accountId: number;
  /** Instrument ids of working orders, as the venue says. */
  #working: Map<string, number> | undefined;
  /** Reasons why the venue did not look for an order. */
  readonly #unanswered = new Map<string, number>();
  /** Symbols of new orders of the list itself, for those that come after them. */
  readonly #entering = new Map<string, string>();
  /** Client order ids that the list itself gives to orders: new id -> id before. */
  readonly #renamed = new Map<string, string>();

  constructor(venue: Venue, accountId: number) {
    this.#venue = venue;
    this.#accountId = accountId;
  }

  /** Asks for what `requests` need and calls `onFound`: at once when that is nothing. */
  find(requests: readonly OrderRequest[], onFound: () => void): void {
    let waitingCount = 1;
    const onAnswer = (): void => {
      if (--waitingCount === 0) onFound();
    };
    for (const request of requests) {
      if (request.kind !== "cancel" && request.kind !== "amend") continue;
      if (!needsInstrument(request)) continue;
      if (this.#working === undefined) {
        this.#working = new Map();
        this.#noteOwnIds(requests);
      }
      waitingCount++;
      this.#ask(request.order, this.#working, onAnswer);
    }
    onAnswer();
  }

  /**
   * The instrument of `order`; UNKNOWN_ORDER when neither the venue nor the list has the order,
   * BUSY or STOPPED when the venue did not look.
   */
  instrumentOf(order: OrderRef): Instrument | Refusal {
    let key = keyOf(order);
    const working = this.#working ?? NOTHING;
    // Each step goes to an id that is older in the list, so this ends.
    for (let steps = 0; steps <= this.#renamed.size; steps++) {
      const instrumentId = working.get(key);
      if (instrumentId !== undefined) return this.#instrumentById(instrumentId);
      const reason = this.#unanswered.get(key);
      if (reason !== undefined) return refuseForReason(reason);
      const symbol = this.#entering.get(key);
      const instrument = symbol === undefined ? undefined : this.#venue.instrumentBySymbol(symbol);
      if (instrument !== undefined) return instrument;
      key = this.#renamed.get(key) ?? key;
    }
    return refuseForReason(REASON_UNKNOWN_ORDER);
  }

  #instrumentById(instrumentId: number): Instrument | Refusal {
    return this.#venue.instrumentById(instrumentId) ?? refuseForReason(REASON_UNKNOWN_ORDER);
  }

  #noteOwnIds(requests: readonly OrderRequest[]): void {
    for (const request of requests) {
      if (request.kind === "new" && isObject(request.fields)) {
        this.#noteOwnId(request.fields["clOrdId"], request.fields["symbol"]);
      }
      if (request.kind === "list" && isObject(request.fields)) {
        const { orders, symbol } = request.fields;
        for (const leg of Array.isArray(orders) ? orders : []) {
          if (isObject(leg)) this.#noteOwnId(leg["clOrdId"], symbol);
        }
      }
      if (request.kind !== "amend") continue;
      const newClOrdId = request.fields["newClOrdId"];
      if (typeof newClOrdId !== "string") continue;
      const newKey = keyOf({ orderId: 0, clOrdId: newClOrdId });
      if (!this.#renamed.has(newKey)) this.#renamed.set(newKey, keyOf(request.order));
    }
  }

  #noteOwnId(clOrdId: unknown, symbol: unknown): void {
    if (typeof clOrdId !== "string" || typeof symbol !== "string") return;
    this.#entering.set(keyOf({ orderId: 0, clOrdId }), symbol);
  }

  #ask(order: OrderRef, working: Map<string, number>, onAnswer: () => void): void {
    const onStatus: BatchListener = (words, startWord) => {
      if (eventKindOf(words, startWord) === EVENT_ORDER_STATUS) {
        working.set(keyOf(order), words[startWord + EVENT_INSTRUMENT_ID_WORD] >>> 0);
      } else if (eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED) {
        this.#unanswered.set(keyOf(order), reasonOf(words, startWord));
      }
      onAnswer();
    };
    const reason = queryOrder(this.#venue, this.#accountId, order, onStatus);
    if (reason === REASON_NONE) return;
    this.#unanswered.set(keyOf(order), reason);
    onAnswer();
  }
}

/** Asks the venue for the working order that `order` names; returns what Venue.queryOrder does. */
export function queryOrder(
  venue: Venue,
  accountId: number,
  order: OrderRef,
  onAnswer: BatchListener,
): number {
  if (order.clOrdId === "") return venue.queryOrder(accountId, order.orderId, onAnswer);
  const words = new Int32Array(CL_ORD_ID_WORDS);
  encodeClOrdId(order.clOrdId, new Uint8Array(words.buffer, 0, CL_ORD_ID_BYTES), 0);
  return venue.queryOrderByClOrdId(accountId, words, onAnswer);
}

/** Whether the request speaks of its order in the instrument's prices or quantities. */
export function needsInstrument(request: OrderRequest): boolean {
  if (request.kind === "amend") return true;
  if (request.kind !== "cancel") return false;
  return request.fields["reduceBy"] !== undefined || request.fields["reduceTo"] !== undefined;
}

/** A space begins no client order id. */
function keyOf({ orderId, clOrdId }: OrderRef): string {
  return clOrdId === "" ? ` ${orderId}` : clOrdIdKey(clOrdId);
}
