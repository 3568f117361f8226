// The slow, obvious twin of the engine: plain orders in arrays, sorted whenever somebody asks.
// Predicts every event of a command, field by field, from docs/rulebook.md and
// docs/protocols/journal.md, and knows who stands where.

import {
  COMMAND_CREATE_INSTRUMENT,
  COMMAND_NEW,
  COMMAND_NEW_WITH_TERMS,
} from "../../src/codec/command.ts";
import { EVENT_COMMAND_REJECTED, EVENT_INSTRUMENT_CREATED } from "../../src/codec/event.ts";
import type {
  AmendOrder,
  CancelAll,
  CancelOrder,
  Clock,
  NewOrder,
  NewOrderList,
  NewOrderWithTerms,
} from "../../src/codec/record-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine-limits.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { REASON_INSTRUMENT_EXISTS, REASON_INSTRUMENTS_FULL } from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { aftermath } from "./naive-aftermath.ts";
import { amend } from "./naive-amends.ts";
import { cancel, cancelAll, clock, nextTimerMicros } from "./naive-cancels.ts";
import { type Asked, enter, enterList } from "./naive-entry.ts";
import { hasTerms, type TwinOrder } from "./naive-order.ts";
import { depthOf, queueOf } from "./naive-queues.ts";
import {
  emptyState,
  eventOf,
  statusEventOf,
  type TwinEvent,
  type TwinState,
  termsEventOf,
} from "./naive-state.ts";
import { inFiringOrder } from "./naive-triggers.ts";

/** What both engines are told. */
export type TwinCommand =
  | { readonly kind: "new"; readonly order: NewOrder & Asked }
  | { readonly kind: "newWithTerms"; readonly order: NewOrderWithTerms & Asked }
  | { readonly kind: "newList"; readonly list: NewOrderList & Asked }
  | { readonly kind: "cancel"; readonly cancel: CancelOrder & Asked }
  | { readonly kind: "amend"; readonly amend: AmendOrder & Asked }
  | { readonly kind: "cancelAll"; readonly cancelAll: CancelAll & Asked }
  | { readonly kind: "clock"; readonly clock: Clock }
  | { readonly kind: "instrument"; readonly instrument: Instrument };

export class NaiveVenue {
  readonly #state: TwinState;

  constructor(limits: EngineLimits) {
    this.#state = emptyState(limits);
  }

  get instruments(): ReadonlyMap<number, Instrument> {
    return this.#state.instruments;
  }

  /** The events of one command stamped so, without the end mark. */
  apply(command: TwinCommand, timeMicros: number): TwinEvent[] {
    const state = this.#state;
    state.timeMicros = timeMicros;
    state.events = [];
    this.#act(command);
    for (const instrumentId of this.#touched(command)) aftermath(state, instrumentId);
    return state.events;
  }

  #act(command: TwinCommand): void {
    const state = this.#state;
    switch (command.kind) {
      case "new":
        enter(state, command.order, COMMAND_NEW);
        break;
      case "newWithTerms":
        enter(state, command.order, COMMAND_NEW_WITH_TERMS);
        break;
      case "newList":
        enterList(state, command.list);
        break;
      case "cancel":
        cancel(state, command.cancel);
        break;
      case "amend":
        amend(state, command.amend);
        break;
      case "cancelAll":
        cancelAll(state, command.cancelAll);
        break;
      case "clock":
        clock(state, command.clock);
        break;
      case "instrument":
        this.#list(command.instrument);
        break;
    }
  }

  /** Instruments that the command has done something to, in that order. */
  #touched({ kind }: TwinCommand): Set<number> {
    if (kind === "instrument") return new Set();
    const ids = this.#state.events.map(({ instrumentId }) => instrumentId);
    return new Set(ids.filter((instrumentId) => this.instruments.has(instrumentId)));
  }

  ordersOf(accountId: number): readonly TwinOrder[] {
    return this.#state.ofAccount.get(accountId) ?? [];
  }

  workingOrders(): readonly TwinOrder[] {
    return this.#state.working;
  }

  /** What a query is told of an account's orders: the status of each, and its terms. */
  statusesOf(accountId: number): TwinEvent[] {
    return this.ordersOf(accountId).flatMap((order) => {
      const status = statusEventOf(order);
      return hasTerms(order) ? [status, termsEventOf(order)] : [status];
    });
  }

  nextTimerMicros(): number | undefined {
    return nextTimerMicros(this.#state);
  }

  depth(instrumentId: number) {
    return {
      bids: depthOf(this.#state, instrumentId, SIDE_BUY),
      asks: depthOf(this.#state, instrumentId, SIDE_SELL),
    };
  }

  /** Displayed or dark orders of a side, in the order in which they would trade. */
  queue(instrumentId: number, side: number, place: "displayed" | "dark"): TwinOrder[] {
    return queueOf(this.#state, instrumentId, side).filter((order) => order.place === place);
  }

  /** Orders that wait for a price, in the order in which they would fire. */
  waiting(instrumentId: number): TwinOrder[] {
    return this.#state.working
      .filter((order) => order.instrumentId === instrumentId && order.place === "waiting")
      .sort(inFiringOrder);
  }

  #list(instrument: Instrument): void {
    const { instrumentId, symbol } = instrument;
    const { instruments, tapes, limits, events } = this.#state;
    const isKnown = [...instruments.values()].some(
      (known) => known.instrumentId === instrumentId || known.symbol === symbol,
    );
    if (isKnown || instruments.size === limits.instrumentsMax) {
      const reason = isKnown ? REASON_INSTRUMENT_EXISTS : REASON_INSTRUMENTS_FULL;
      const commandKind = COMMAND_CREATE_INSTRUMENT;
      events.push(eventOf(EVENT_COMMAND_REJECTED, { instrumentId, reason, commandKind }));
      return;
    }
    instruments.set(instrumentId, instrument);
    tapes.set(instrumentId, {
      lastTicks: undefined,
      highTicks: undefined,
      lowTicks: undefined,
      pegBidTicks: undefined,
      pegAskTicks: undefined,
      topBuyId: undefined,
      topSellId: undefined,
    });
    events.push(eventOf(EVENT_INSTRUMENT_CREATED, { instrumentId, clOrdId: symbol }));
  }
}
