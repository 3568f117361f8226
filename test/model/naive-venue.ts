// The slow, obvious twin of the engine: plain orders in arrays, sorted whenever somebody asks.
// Predicts every event of a command, field by field, from docs/rulebook.md and
// docs/protocols/journal.md, and knows who stands where.

import type { PlainLedger, PlainPosition } from "../../src/codec/account-record-for-test.ts";
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
  ReduceOrder,
} from "../../src/codec/record-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine-limits.ts";
import { LEDGER_STATUS } from "../../src/model/account.ts";
import { EXEC_INST_POST_ONLY } from "../../src/model/exec-inst.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../../src/model/ord-type.ts";
import { PHASE_CONTINUOUS } from "../../src/model/phase.ts";
import {
  REASON_INSTRUMENT_EXISTS,
  REASON_INSTRUMENTS_FULL,
  REASON_NONE,
} from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_GTC } from "../../src/model/time-in-force.ts";
import { positionOf, sumOf } from "./naive-account.ts";
import { settle } from "./naive-aftermath.ts";
import { amend } from "./naive-amends.ts";
import { cancel, cancelAll, clock, nextTimerMicros, reduceTo } from "./naive-cancels.ts";
import { type Asked, enter, enterList } from "./naive-entry.ts";
import {
  GUARD_KINDS,
  type GuardCommand,
  instrumentIdOfGuard,
  isGuardCommand,
  setGuard,
} from "./naive-guard-commands.ts";
import { heldOf, openLots } from "./naive-holds.ts";
import {
  instrumentIdOfMarket,
  isMarketCommand,
  MARKET_KINDS,
  type MarketCommand,
  setMarket,
} from "./naive-market-commands.ts";
import { type Message, reasonOfMessage } from "./naive-message-limits.ts";
import { OPERATOR_KINDS, type OperatorCommand, operate } from "./naive-operator.ts";
import { hasTerms, type TwinOrder } from "./naive-order.ts";
import { UNTIL_TOLD } from "./naive-phase-changes.ts";
import { depthOf, queueOf } from "./naive-queues.ts";
import { inFiringOrder } from "./naive-reached.ts";
import {
  emptyState,
  eventOf,
  NOTHING_PAIRED,
  statusEventOf,
  type TwinEvent,
  type TwinState,
  termsEventOf,
} from "./naive-state.ts";
import { takingPart } from "./naive-uncross.ts";

/** What both engines are told. */
export type TwinCommand =
  | { readonly kind: "new"; readonly order: NewOrder & Asked }
  | { readonly kind: "newWithTerms"; readonly order: NewOrderWithTerms & Asked }
  | { readonly kind: "newList"; readonly list: NewOrderList & Asked }
  | { readonly kind: "cancel"; readonly cancel: CancelOrder & Asked }
  | { readonly kind: "reduceTo"; readonly reduceTo: ReduceOrder & Asked }
  | { readonly kind: "amend"; readonly amend: AmendOrder & Asked }
  | { readonly kind: "cancelAll"; readonly cancelAll: CancelAll & Asked }
  | { readonly kind: "clock"; readonly clock: Clock }
  | { readonly kind: "instrument"; readonly instrument: Instrument }
  | OperatorCommand
  | GuardCommand
  | MarketCommand;

/** New orders, lists and amends count; of the first it counts what they say. */
function messageOf(command: TwinCommand): Message | undefined {
  switch (command.kind) {
    case "new":
    case "newWithTerms": {
      const { accountId, sessionId, instrumentId, side } = command.order;
      const { orderQtyLots, priceTicks = 0 } = command.order;
      const { execInst = 0, postOnly = false } = command.order;
      const { ordType = ORD_TYPE_LIMIT, timeInForce = TIF_GTC } = command.order;
      const modifiers = execInst | (postOnly ? EXEC_INST_POST_ONLY : 0);
      const codes = [side, ordType, timeInForce, modifiers];
      const order = [instrumentId, ...codes, orderQtyLots, priceTicks].join(" ");
      return { accountId, sessionId, order };
    }
    case "newList":
      return command.list;
    case "amend":
      return command.amend;
    default:
      return undefined;
  }
}

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
    state.guards.reasonOfMessage = reasonOfMessage(state, messageOf(command));
    this.#act(command);
    settle(state, 0);
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
      case "reduceTo":
        reduceTo(state, command.reduceTo);
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
      default:
        if (isGuardCommand(command)) this.#setGuard(command);
        else if (isMarketCommand(command)) this.#setMarket(command);
        else this.#operate(command);
    }
  }

  #setGuard(command: GuardCommand): void {
    const reason = setGuard(this.#state, command);
    if (reason === REASON_NONE) return;
    const accountId = command.askedBy;
    const instrumentId = instrumentIdOfGuard(command);
    const fields = { accountId, instrumentId, reason, commandKind: GUARD_KINDS[command.kind] };
    this.#state.events.push(eventOf(EVENT_COMMAND_REJECTED, fields));
  }

  #setMarket(command: MarketCommand): void {
    const reason = setMarket(this.#state, command);
    if (reason === REASON_NONE) return;
    const accountId = command.askedBy;
    const instrumentId = instrumentIdOfMarket(command);
    const fields = { accountId, instrumentId, reason, commandKind: MARKET_KINDS[command.kind] };
    this.#state.events.push(eventOf(EVENT_COMMAND_REJECTED, fields));
  }

  #operate(command: OperatorCommand): void {
    const reason = operate(this.#state, command);
    if (reason === REASON_NONE) return;
    const instrumentId = command.kind === "setFees" ? command.scope.instrumentId : 0;
    const commandKind = OPERATOR_KINDS[command.kind];
    const fields = { accountId: command.askedBy, instrumentId, reason, commandKind };
    this.#state.events.push(eventOf(EVENT_COMMAND_REJECTED, fields));
  }

  ordersOf(accountId: number): readonly TwinOrder[] {
    return this.#state.ofAccount.get(accountId) ?? [];
  }

  get lastTradeId(): number {
    return this.#state.lastTradeId;
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

  /** What a query is told of an account's balances that are not nothing. */
  balancesOf(accountId: number): PlainLedger[] {
    const account = this.#state.money.accounts.get(accountId);
    if (account === undefined) return [];
    const assets = [...this.instruments.values()].flatMap(({ currency, baseAsset = "" }) => [
      currency,
      baseAsset,
    ]);
    return [...new Set(assets)].flatMap((asset) => {
      const [balance, held] = [
        sumOf(account.balances, asset),
        heldOf(this.#state, account, asset),
      ].map(Number);
      const isNothing = asset === "" || (balance === 0 && held === 0);
      return isNothing ? [] : [{ asset, ledgerType: LEDGER_STATUS, amount: 0, balance, held }];
    });
  }

  /** The same of its positions. */
  positionsOf(accountId: number): (PlainPosition & { readonly instrumentId: number })[] {
    const account = this.#state.money.accounts.get(accountId);
    if (account === undefined) return [];
    return [...this.instruments.keys()].flatMap((instrumentId) => {
      const { lots, cost, realizedPnl, fees } = positionOf(account, instrumentId);
      const open = [SIDE_BUY, SIDE_SELL].map((side) =>
        openLots(this.#state, account, { instrumentId, side }),
      );
      const sums = [lots, cost, realizedPnl, fees, ...open].map(Number);
      if (sums.every((sum) => sum === 0)) return [];
      const [openBuyLots, openSellLots] = sums.slice(-2);
      const [heldLots, heldCost, made, paid] = sums;
      return [
        {
          instrumentId,
          lots: heldLots,
          cost: heldCost,
          realizedPnl: made,
          fees: paid,
          openBuyLots,
          openSellLots,
        },
      ];
    });
  }

  /** Of each asset: all there is, and what was put in less what was taken out. */
  moneySums(): (readonly [asset: string, there: bigint, supplied: bigint])[] {
    const { accounts, house, outside, supply } = this.#state.money;
    const holders = [...accounts.values()].map(({ balances }) => balances);
    const assets = new Set(
      [house, outside, supply, ...holders].flatMap((sums) => [...sums.keys()]),
    );
    return [...assets].map((asset) => {
      const there = [...holders, house, outside].reduce((sum, s) => sum + sumOf(s, asset), 0n);
      return [asset, there, sumOf(supply, asset)] as const;
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

  /** Orders of a side that gather, in the order in which they would trade. */
  gathering(instrumentId: number, side: number): TwinOrder[] {
    const taking = takingPart(this.#state, instrumentId, side);
    return taking.filter(({ place }) => place === "gathering");
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
      pegBidTicks: undefined,
      pegAskTicks: undefined,
      topBuyId: undefined,
      topSellId: undefined,
      phase: PHASE_CONTINUOUS,
      plan: UNTIL_TOLD,
      told: NOTHING_PAIRED,
      calendar: undefined,
      calendarMicros: undefined,
      callTerms: undefined,
      extensions: 0,
      bands: undefined,
      bandReferenceTicks: undefined,
      cascade: undefined,
      firedCount: 0,
    });
    events.push(eventOf(EVENT_INSTRUMENT_CREATED, { instrumentId, clOrdId: symbol }));
  }
}
