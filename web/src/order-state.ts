// The account's working orders and its newest fills, folded from three tellings of the same facts:
// lists (openOrders), answers (reports) and the `orders` stream (events). They may cross on the
// way, so the higher sequence wins, and an order that ended never comes back.

import type {
  ExecType,
  OrdType,
  Side,
  WireEntry,
  WireExecution,
  WireOrderEvent,
  WireReport,
  WireTerms,
} from "./wire.ts";

export type WorkingOrder = {
  readonly orderId: number;
  readonly sequence: number;
  /** Of the entry; undefined where only a list told of the order. */
  readonly timeMicros: number | undefined;
  readonly symbol: string;
  readonly side: Side;
  readonly ordType: OrdType;
  readonly terms: WireTerms;
  /** Out of sight until prices fire it. */
  readonly waits: boolean;
  /** Decimal texts as the exchange wrote them; "" for an order that takes any price. */
  readonly price: string;
  readonly orderQty: string;
  readonly cumQty: string;
  readonly leavesQty: string;
  readonly postOnly: boolean;
};

export type Fill = {
  readonly key: string;
  readonly tradeId: number;
  readonly orderId: number;
  readonly timeMicros: number;
  readonly symbol: string;
  readonly side: Side;
  readonly lastPx: string;
  readonly lastQty: string;
  /** What the operator made of it since. */
  readonly change: "" | "busted" | "corrected";
};

export const FILLS_MAX = 200;
/** Ended orders remembered against late tellings: those arrive within seconds of the end. */
export const ENDED_MAX = 4096;
/** Busts and corrections remembered for fills that are told later. */
export const CHANGES_MAX = 1000;

/** The most orders that one list holds, the newest (docs/protocols/json.md). */
export const LISTED_MAX = 5000;

export class OrderState {
  readonly #working = new Map<number, WorkingOrder>();
  readonly #ended = new Set<number>();
  #fills: Fill[] = [];
  readonly #changes = new Map<string, WireExecution>();
  #version = 0;
  #isPartial = false;

  /** Grows with every change: views compare it instead of the content. */
  get version(): number {
    return this.#version;
  }

  get fills(): readonly Fill[] {
    return this.#fills;
  }

  get workingCount(): number {
    return this.#working.size;
  }

  /** "12"; "5000+" where a list had room for no more. */
  get workingCountText(): string {
    const isPartial = this.#isPartial && this.workingCount > 0;
    return `${this.workingCount}${isPartial ? "+" : ""}`;
  }

  working(): WorkingOrder[] {
    return [...this.#working.values()].sort((left, right) => right.orderId - left.orderId);
  }

  clear(): void {
    this.#working.clear();
    this.#ended.clear();
    this.#changes.clear();
    this.#isPartial = false;
    this.#fills = [];
    this.#version++;
  }

  /** A complete list: what it leaves out has ended, unless we heard of it after asking. */
  applyList(reports: readonly WireReport[], askedAtSequence: number): void {
    const listed = new Set(reports.map((report) => report.orderId));
    for (const order of this.#working.values()) {
      const isOld = order.sequence <= askedAtSequence;
      if (isOld && !listed.has(order.orderId)) this.#end(order.orderId);
    }
    for (const report of reports) this.applyReport(report);
    this.#isPartial = reports.length >= LISTED_MAX;
    this.#version++;
  }

  /** `execType` where an event tells it. */
  applyReport(report: WireReport, execType?: ExecType): void {
    if (this.#ended.has(report.orderId)) return;
    const known = this.#working.get(report.orderId);
    if (known !== undefined && known.sequence > report.sequence) return;
    this.#version++;
    if (report.ordStatus !== "new" && report.ordStatus !== "partiallyFilled") {
      this.#end(report.orderId);
      return;
    }
    // The first telling is of the entry, or of a list, which has no times.
    const timeMicros = known === undefined ? (report.transactTime ?? undefined) : known.timeMicros;
    this.#working.set(report.orderId, {
      orderId: report.orderId,
      sequence: report.sequence,
      timeMicros,
      symbol: report.symbol,
      side: report.side,
      ordType: report.ordType,
      terms: termsOf(report, known),
      waits: waits(report, known, execType),
      price: report.price ?? "",
      orderQty: report.orderQty,
      cumQty: report.cumQty,
      leavesQty: report.leavesQty,
      postOnly: report.postOnly,
    });
  }

  /** Lists have no times: the history has. */
  applyEntries(entries: readonly WireEntry[]): void {
    for (const { orderId, transactTime } of entries) {
      const order = this.#working.get(orderId);
      if (order === undefined || order.timeMicros !== undefined) continue;
      this.#working.set(orderId, { ...order, timeMicros: transactTime });
    }
    this.#version++;
  }

  applyEvent(event: WireOrderEvent): void {
    if (event.execType === "trade") this.addFills([fillOf(event)]);
    if (!REFUSALS.has(event.execType)) this.applyReport(event, event.execType);
  }

  addFills(fills: readonly Fill[]): void {
    const byKey = new Map<string, Fill>();
    for (const fill of [...fills, ...this.#fills]) byKey.set(fill.key, fill);
    this.#fills = [...byKey.values()]
      .sort((left, right) => right.tradeId - left.tradeId)
      .slice(0, FILLS_MAX)
      .map((fill) => changedFill(fill, this.#changes.get(fill.key)));
    this.#version++;
  }

  /** Trades that were busted or corrected, in any order: the newest word counts. */
  applyTradeChanges(changes: readonly WireExecution[]): void {
    for (const change of changes) {
      const key = fillKey(change);
      if ((this.#changes.get(key)?.sequence ?? 0) > change.sequence) continue;
      this.#changes.delete(key);
      this.#changes.set(key, change);
      const [oldest] = this.#changes.keys();
      if (this.#changes.size > CHANGES_MAX && oldest !== undefined) this.#changes.delete(oldest);
    }
    this.addFills([]);
  }

  #end(orderId: number): void {
    this.#working.delete(orderId);
    this.#ended.add(orderId);
    if (this.#ended.size > ENDED_MAX) {
      for (const oldest of this.#ended) {
        this.#ended.delete(oldest);
        break;
      }
    }
  }
}

/** They leave a working order exactly as it was. */
const REFUSALS: ReadonlySet<string> = new Set(["rejected", "cancelRejected", "amendRejected"]);

const FIRED_BY_PRICES: ReadonlySet<OrdType> = new Set([
  "stop",
  "stopLimit",
  "marketIfTouched",
  "limitIfTouched",
]);
/** What only an order tells that works by now. */
const WORKS: ReadonlySet<ExecType | undefined> = new Set(["triggered", "booked", "trade"]);

function waits(
  { ordType, cumQty }: WireReport,
  known: WorkingOrder | undefined,
  execType: ExecType | undefined,
): boolean {
  if (!FIRED_BY_PRICES.has(ordType) || Number(cumQty) > 0 || WORKS.has(execType)) return false;
  return known?.ordType !== ordType || known.waits;
}

/** Most events leave out all but the flags: then the others are as they were. */
function termsOf(report: WireReport, known: WorkingOrder | undefined): WireTerms {
  const { hidden, allOrNone, stopPx, trailOffset, trailBasisPoints, displayQty } = report;
  const told = { stopPx, trailOffset, trailBasisPoints, displayQty };
  const isTold = Object.values(told).some((term) => term !== undefined);
  return { ...(isTold ? told : (known?.terms ?? told)), hidden, allOrNone };
}

/** Whether an amend changed what its event leaves out: its stop price, or what fires it. */
export function hidesTerms({ execType, ordType, reason }: WireOrderEvent): boolean {
  const isAmend = execType === "replaced" || execType === "restated";
  return isAmend && reason === "" && FIRED_BY_PRICES.has(ordType);
}

/** The fill of an execution that traded. */
export function fillOf(execution: WireExecution): Fill {
  const { orderId, symbol, side } = execution;
  const tradeId = execution.tradeId ?? 0;
  return {
    key: fillKey(execution),
    tradeId,
    orderId,
    timeMicros: execution.transactTime,
    symbol,
    side,
    lastPx: execution.lastPx ?? "",
    lastQty: execution.lastQty ?? "",
    change: "",
  };
}

/** An account that trades with itself has two fills of one trade. */
function fillKey({ tradeId, orderId }: WireExecution): string {
  return `${tradeId ?? 0}-${orderId}`;
}

function changedFill(fill: Fill, change: WireExecution | undefined): Fill {
  if (change === undefined) return fill;
  if (change.execType === "tradeBusted") return { ...fill, change: "busted" };
  const { lastPx, lastQty } = change;
  return { ...fill, lastPx: lastPx ?? "", lastQty: lastQty ?? "", change: "corrected" };
}
