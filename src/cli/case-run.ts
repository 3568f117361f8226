// Runs one behavior case against a new engine and compares everything it expects.

import type { FoldedOrder } from "../market/order-fold.ts";
import { TRIGGER_LAST, TRIGGER_QUOTE } from "../model/order-terms.ts";
import { reasonName } from "../model/reasons.ts";
import { checkBook, differs } from "./case-check.ts";
import { differingRule } from "./case-differences.ts";
import type { BehaviorCase, CaseStep } from "./case-file.ts";
import { CaseMoney } from "./case-money.ts";
import { CaseNumbers, CaseUnreadable } from "./case-numbers.ts";
import { legsOfStep, orderOfStep } from "./case-order.ts";
import { hasStatus, isKilled, orderStatus, stepStatus, tradedLotsOf } from "./case-status.ts";
import { REASONS_OF_ERROR, unsupportedIn } from "./case-support.ts";
import { type CaseAmend, type CaseOutcome, CaseVenue, NOTHING_DONE } from "./case-venue.ts";

export type CaseVerdict = {
  readonly id: string;
  readonly verdict: "passed" | "failed" | "unsupported";
  /** Why it did not pass; "" when it did. */
  readonly reason: string;
};

const DEFAULT_OWNER = "owner";
/** Venues whose stops follow the quote say so; with us the last trade is the usual source. */
const QUOTE_RULE = /^stop trigger by best ask\/bid/;
const LAST_PRICE_LOTS = 1;

/**
 * A case that does not come out has failed, unless it holds only under a rule of its own venue
 * where our rulebook says otherwise: then it is unsupported.
 */
export function runCase(behavior: BehaviorCase): CaseVerdict {
  const { id } = behavior;
  const unsupported = unsupportedIn(behavior);
  if (unsupported !== "") return { id, verdict: "unsupported", reason: unsupported };
  let difference: string;
  try {
    difference = new CaseRun(behavior).run();
  } catch (error) {
    if (!(error instanceof CaseUnreadable)) throw error;
    return { id, verdict: "unsupported", reason: error.message };
  }
  if (difference === "") return { id, verdict: "passed", reason: "" };
  const rule = differingRule(behavior);
  if (rule === "") return { id, verdict: "failed", reason: difference };
  return { id, verdict: "unsupported", reason: `our rules differ (${rule}): ${difference}` };
}

class CaseRun {
  readonly #behavior: BehaviorCase;
  readonly #numbers: CaseNumbers;
  readonly #money: CaseMoney;
  readonly #venue: CaseVenue;
  readonly #triggerSource: number;
  /** One a command, newest last. */
  readonly #outcomes: CaseOutcome[] = [];
  /** Of the newest order, also one that was rejected. */
  #enteredLots = 0;

  constructor(behavior: BehaviorCase) {
    this.#behavior = behavior;
    this.#numbers = new CaseNumbers(behavior);
    this.#money = new CaseMoney(behavior, this.#numbers);
    this.#venue = new CaseVenue(this.#numbers.instrument(1, this.#money.terms));
    const byQuote = behavior.rules.some((rule) => QUOTE_RULE.test(rule));
    this.#triggerSource = byQuote ? TRIGGER_QUOTE : TRIGGER_LAST;
  }

  /** The first difference in words, "" when there is none. */
  run(): string {
    for (const [index, step] of this.#behavior.steps.entries()) {
      const difference = this.#runStep(step);
      if (difference !== "") return `step ${index + 1} (${step.do}): ${difference}`;
    }
    return "";
  }

  #runStep(step: CaseStep): string {
    if (step.do === "check") return checkBook(step, this.#venue, this.#numbers);
    const id = String(step["id"] ?? "");
    const before = this.#venue.find(id);
    if (step.do === "new") this.#enteredLots = this.#numbers.lots(step["qty"]);
    const outcome = this.#enter(step, id);
    this.#outcomes.push(outcome);
    const order = this.#venue.find(id);
    const isNewOrder = !step.do.startsWith("new") || order !== before;
    return this.#checkOutcome(step.expect ?? {}, outcome, isNewOrder ? order : undefined, order);
  }

  #enter(step: CaseStep, id: string): CaseOutcome {
    const owner = this.#ownerOf(step, id);
    switch (step.do) {
      case "deposit":
        return this.#deposit(owner, step["balances"]);
      case "new":
        if (step["group"] !== undefined) this.#venue.joinGroup(owner, Number(step["group"]));
        return this.#venue.enter(id, owner, orderOfStep(step, this.#numbers, this.#triggerSource));
      case "new_oco":
        return this.#venue.enterOco(
          id,
          owner,
          legsOfStep(step, this.#numbers, this.#triggerSource),
        );
      case "cancel":
        return this.#venue.cancel(id, owner);
      case "reduce":
        return this.#venue.reduce(id, owner, this.#numbers.lots(step["by"]));
      case "cancel_down_to":
        return this.#cancelDownTo(id, owner, this.#numbers.lots(step["open_qty"]));
      case "replace":
        return this.#venue.amend(id, owner, this.#amendOf(step));
      case "external_trade":
        return this.#tradeElsewhere(step, this.#numbers.lots(step["qty"]));
      case "set_last_price":
        return this.#tradeElsewhere(step, LAST_PRICE_LOTS);
      default:
        throw new CaseUnreadable(`step ${JSON.stringify(step.do)}`);
    }
  }

  #deposit(owner: string, balances: unknown): CaseOutcome {
    for (const { asset, amount } of this.#money.amountsIn(balances)) {
      this.#venue.deposit(owner, asset, amount);
    }
    return NOTHING_DONE;
  }

  #ownerOf(step: CaseStep, id: string): string {
    if (step["owner"] !== undefined) return String(step["owner"]);
    return step.do === "new" ? DEFAULT_OWNER : this.#venue.ownerOf(id, DEFAULT_OWNER);
  }

  /** As a gateway of this style does it: what is above goes, and where nothing is, nothing. */
  #cancelDownTo(id: string, owner: string, openLots: number): CaseOutcome {
    const leavesQtyLots = this.#venue.find(id)?.leavesQtyLots ?? 0;
    if (leavesQtyLots > 0 && openLots >= leavesQtyLots) return NOTHING_DONE;
    return this.#venue.reduce(id, owner, Math.max(1, leavesQtyLots - openLots));
  }

  #tradeElsewhere(step: CaseStep, qtyLots: number): CaseOutcome {
    const outcome = this.#venue.tradeElsewhere(this.#numbers.ticks(step["price"]), qtyLots);
    if (outcome !== undefined) return outcome;
    const what = `a trade at ${step["price"]} while a better price is in the book`;
    throw new CaseUnreadable(`our rules differ (nobody trades past the book): ${what}`);
  }

  #amendOf(step: CaseStep): CaseAmend {
    const { price, qty, open_qty } = step as Readonly<Record<string, unknown>>;
    return {
      ...(price === undefined ? {} : { priceTicks: this.#numbers.ticks(price) }),
      ...(qty === undefined ? {} : { orderQtyLots: this.#numbers.lots(qty) }),
      ...(open_qty === undefined ? {} : { leavesQtyLots: this.#numbers.lots(open_qty) }),
    };
  }

  /** `order` is the step's own; `named` the one its id stands for, also when it was refused. */
  #checkOutcome(
    expect: Readonly<Record<string, unknown>>,
    outcome: CaseOutcome,
    order: ReturnType<CaseVenue["find"]>,
    named: ReturnType<CaseVenue["find"]>,
  ): string {
    for (const [name, expected] of Object.entries(expect)) {
      const difference = this.#checkOne(name, expected, outcome, order, named);
      if (difference !== "") return difference;
    }
    return this.#checkFills(expect);
  }

  #checkOne(
    name: string,
    expected: unknown,
    outcome: CaseOutcome,
    order: ReturnType<CaseVenue["find"]>,
    named: ReturnType<CaseVenue["find"]>,
  ): string {
    switch (name) {
      case "status":
        if (hasStatus(String(expected), outcome, order)) return "";
        return differs(name, expected, this.#foundStatus(outcome, order));
      case "trades":
        return this.#checkTrades(expected as Readonly<Record<string, unknown>>[], outcome);
      case "open":
        return differs(name, this.#numbers.lots(expected), order?.leavesQtyLots ?? 0);
      case "traded_qty":
        return differs(
          name,
          this.#numbers.lots(expected),
          order ? tradedLotsOf(outcome, order) : 0,
        );
      case "cancelled_qty":
        return differs(name, this.#numbers.lots(expected), this.#endedLots(outcome));
      case "error":
        return this.#checkError(String(expected), reasonName(outcome.rejectReason));
      case "balances":
        return this.#checkBalances(expected as Readonly<Record<string, unknown>>);
      case "order_still":
        return differs(name, expected, named ? orderStatus(named) : "unknown");
      case "last_price":
        return differs(name, this.#numbers.ticks(expected), this.#venue.fold.lastPxTicks);
      case "triggers":
        return differs(name, expected, this.#idsOf(outcome.triggers));
      case "expired":
        return differs(name, expected, this.#idsOf(outcome.prevented, order));
      case "events":
        if (Array.isArray(expected)) throw new CaseUnreadable("events expected in words");
        return differs(name, expected, outcome.eventCount);
      default: // fills: below, with their window.
        return "";
    }
  }

  #checkError(expected: string, found: string): string {
    const reasons = REASONS_OF_ERROR[expected] ?? [];
    return reasons.includes(found) ? "" : differs("error", reasons.join(" or "), found);
  }

  /** What an owner may spend; with "_locked", what its orders hold. */
  #checkBalances(expected: Readonly<Record<string, unknown>>): string {
    for (const [owner, balances] of Object.entries(expected)) {
      for (const { asset, isLocked, amount } of this.#money.amountsIn(balances)) {
        const { free, held } = this.#venue.balanceOf(owner, asset);
        const what = `${isLocked ? "locked" : "free"} ${asset} of ${owner}`;
        const difference = differs(what, amount, isLocked ? held : free);
        if (difference !== "") return difference;
      }
    }
    return "";
  }

  #idsOf(orders: readonly FoldedOrder[], without?: FoldedOrder): string[] {
    return orders.filter((order) => order !== without).map((order) => this.#venue.idOf(order));
  }

  /** Of a fill-or-kill order that was rejected: all of it. */
  #endedLots(outcome: CaseOutcome): number {
    return isKilled(outcome) ? this.#enteredLots : outcome.canceledLots;
  }

  #foundStatus(outcome: CaseOutcome, order: ReturnType<CaseVenue["find"]>): string {
    const reason = reasonName(outcome.rejectReason);
    return reason === "" ? stepStatus(outcome, order) : `rejected ${reason}`;
  }

  #checkTrades(
    expected: readonly Readonly<Record<string, unknown>>[],
    outcome: CaseOutcome,
  ): string {
    const wanted = expected.map(({ maker, taker, price, qty }) => {
      return [maker, taker, this.#numbers.ticks(price), this.#numbers.lots(qty)];
    });
    const found = outcome.trades.map(({ maker, taker, priceTicks, qtyLots }) => {
      return [this.#venue.idOf(maker), this.#venue.idOf(taker), priceTicks, qtyLots];
    });
    return differs("trades [maker, taker, price, qty]", wanted, found);
  }

  /** Quantity and cost that orders gained in this command, or in the last few. */
  #checkFills(expect: Readonly<Record<string, unknown>>): string {
    const { fills, fills_over_last_commands: commandCount = 1 } = expect;
    if (fills === undefined) return "";
    const trades = this.#outcomes.slice(-Number(commandCount)).flatMap((outcome) => outcome.trades);
    for (const [id, expected] of Object.entries(fills as Readonly<Record<string, unknown>>)) {
      const { qty, cost } = expected as { qty: unknown; cost: unknown };
      const own = trades.filter(({ maker, taker }) =>
        [maker, taker].some((order) => this.#venue.idOf(order) === id),
      );
      const lots = own.reduce((sum, trade) => sum + trade.qtyLots, 0);
      const spent = own.reduce((sum, trade) => sum + trade.qtyLots * trade.priceTicks, 0);
      const wanted = [this.#numbers.lots(qty), this.#numbers.cost(cost)];
      const difference = differs(`fills of ${id} [qty, cost]`, wanted, [lots, spent]);
      if (difference !== "") return difference;
    }
    return "";
  }
}
