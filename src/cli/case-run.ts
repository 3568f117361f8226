// Runs one behaviour case against a new engine and compares everything it expects.

import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import { reasonName } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { checkBook, differs } from "./case-check.ts";
import type { BehaviourCase, CaseStep } from "./case-file.ts";
import { CaseNumbers, CaseUnreadable } from "./case-numbers.ts";
import { hasStatus, orderStatus, stepStatus, tradedLotsOf } from "./case-status.ts";
import { REASON_OF_ERROR, unsupportedIn } from "./case-support.ts";
import { type CaseAmend, type CaseOutcome, CaseVenue } from "./case-venue.ts";

export type CaseVerdict = {
  readonly id: string;
  readonly verdict: "passed" | "failed" | "unsupported";
  /** Why it did not pass; "" when it did. */
  readonly reason: string;
};

const DEFAULT_OWNER = "owner";
const TIF_CODES: Readonly<Record<string, number>> = { GTC: TIF_GTC, IOC: TIF_IOC, FOK: TIF_FOK };

/**
 * A case that holds only under rules of its own venue and does not come out here is unsupported:
 * our rulebook says otherwise. Any other case that does not come out has failed.
 */
export function runCase(behaviour: BehaviourCase): CaseVerdict {
  const { id } = behaviour;
  const unsupported = unsupportedIn(behaviour);
  if (unsupported !== "") return { id, verdict: "unsupported", reason: unsupported };
  let difference: string;
  try {
    difference = new CaseRun(behaviour).run();
  } catch (error) {
    if (!(error instanceof CaseUnreadable)) throw error;
    return { id, verdict: "unsupported", reason: error.message };
  }
  if (difference === "") return { id, verdict: "passed", reason: "" };
  if (behaviour.class !== "rule") return { id, verdict: "failed", reason: difference };
  const rules = behaviour.rules.length === 0 ? "a rule of its venue" : behaviour.rules.join("; ");
  return { id, verdict: "unsupported", reason: `our rules differ (${rules}): ${difference}` };
}

class CaseRun {
  readonly #behaviour: BehaviourCase;
  readonly #numbers: CaseNumbers;
  readonly #venue: CaseVenue;
  /** One a command, newest last. */
  readonly #outcomes: CaseOutcome[] = [];

  constructor(behaviour: BehaviourCase) {
    this.#behaviour = behaviour;
    this.#numbers = new CaseNumbers(behaviour);
    this.#venue = new CaseVenue(this.#numbers.instrument(1));
  }

  /** The first difference in words, "" when there is none. */
  run(): string {
    for (const [index, step] of this.#behaviour.steps.entries()) {
      const difference = this.#runStep(step);
      if (difference !== "") return `step ${index + 1} (${step.do}): ${difference}`;
    }
    return "";
  }

  #runStep(step: CaseStep): string {
    if (step.do === "check") return checkBook(step, this.#venue, this.#numbers);
    const id = String(step["id"]);
    const before = this.#venue.find(id);
    const outcome = this.#enter(step, id);
    this.#outcomes.push(outcome);
    const order = this.#venue.find(id);
    const isNewOrder = step.do !== "new" || order !== before;
    return this.#checkOutcome(step.expect ?? {}, outcome, isNewOrder ? order : undefined, order);
  }

  #enter(step: CaseStep, id: string): CaseOutcome {
    const owner = this.#ownerOf(step, id);
    switch (step.do) {
      case "new":
        return this.#enterNew(step, id, owner);
      case "cancel":
        return this.#venue.cancel(id, owner);
      case "reduce":
        return this.#venue.reduce(id, owner, this.#numbers.lots(step["by"]));
      case "replace":
        return this.#venue.amend(id, owner, this.#amendOf(step));
      default:
        throw new CaseUnreadable(`step ${JSON.stringify(step.do)}`);
    }
  }

  #ownerOf(step: CaseStep, id: string): string {
    if (step["owner"] !== undefined) return String(step["owner"]);
    return step.do === "new" ? DEFAULT_OWNER : this.#venue.ownerOf(id, DEFAULT_OWNER);
  }

  #enterNew(step: CaseStep, id: string, owner: string): CaseOutcome {
    const isLimit = step["type"] === "limit";
    const side = step["side"] === "buy" ? SIDE_BUY : SIDE_SELL;
    const ordType = isLimit ? ORD_TYPE_LIMIT : ORD_TYPE_MARKET;
    const timeInForce = TIF_CODES[String(step["tif"] ?? "GTC")];
    const execInst = step["post_only"] === true ? EXEC_INST_POST_ONLY : 0;
    const priceTicks = isLimit ? this.#numbers.ticks(step["price"]) : 0;
    const qtyLots = this.#numbers.lots(step["qty"]);
    const orderCodes = packOrderCodes(side, ordType, timeInForce, execInst);
    return this.#venue.enter(id, owner, orderCodes, priceTicks, qtyLots);
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
        return differs(name, this.#numbers.lots(expected), outcome.canceledLots);
      case "error":
        return differs(name, REASON_OF_ERROR[String(expected)], reasonName(outcome.rejectReason));
      case "order_still":
        return differs(name, expected, named ? orderStatus(named) : "unknown");
      case "last_price":
        return differs(name, this.#numbers.ticks(expected), this.#venue.fold.lastPxTicks);
      default: // fills: below, with their window; expired and triggers: only "none" is supported.
        return "";
    }
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
