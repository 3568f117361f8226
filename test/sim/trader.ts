// A trader over REST or a WebSocket: enters, amends and cancels orders, alone and in batches,
// listens to its account's stream where it has one, and after every lost connection finds out what
// became of the orders that it has no answer for.

import type { Prng } from "../../src/base/prng.ts";
import { ApiClient, type ApiClientParts, type Protocol } from "./api-client.ts";
import type { Ledger } from "./ledger.ts";
import { StreamRecord } from "./stream-record.ts";
import { promise } from "./violation.ts";
import type { Json } from "./wire.ts";

/** What it tends to do: of so many actions together, how many are of each kind. */
export type Taste = {
  readonly protocol: Protocol;
  readonly thinkMicros: number;
  readonly new: number;
  readonly cancel: number;
  readonly amend: number;
  readonly batch: number;
  readonly cancelAll: number;
  readonly status: number;
  readonly openOrders: number;
  /** To have its orders canceled when it goes, or is silent. */
  readonly guard: number;
};

type Action = Exclude<keyof Taste, "protocol" | "thinkMicros">;
const ACTIONS: readonly Action[] = [
  "new",
  "cancel",
  "amend",
  "batch",
  "cancelAll",
  "status",
  "openOrders",
  "guard",
];
const WAITING_MAX = 20;
const ASK_AGAIN_MICROS = 300_000;
/** Entries of a batch. */
const BATCH_ENTRIES_MAX = 8;
/** "Later, please": no answer to a question. */
const OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";
const NOT_NOW = new Set([
  "BUSY",
  "STOPPED",
  "HISTORY_BEHIND",
  "HISTORY_UNAVAILABLE",
  OUTCOME_UNKNOWN,
]);

export class Trader {
  readonly accountId: number;
  readonly streams: StreamRecord[] = [];
  readonly #client: ApiClient;
  readonly #parts: ApiClientParts;
  readonly #prng: Prng;
  readonly #taste: Taste;
  readonly #ledger: Ledger;
  readonly #symbols: readonly string[];
  /** New orders without an answer, as they were entered. */
  readonly #unsure = new Map<string, Json>();
  /** New orders that were sent more than once: the first may be on its way still. */
  readonly #sentAgain = new Set<string>();
  #working: string[] = [];
  #lastNumber = 0;
  /** Of the last answered command of this connection: answers come in the order of entry. */
  #answeredSequence = 0;
  #isTrading = true;

  constructor(
    accountId: number,
    parts: ApiClientParts,
    prng: Prng,
    taste: Taste,
    ledger: Ledger,
    symbols: readonly string[],
  ) {
    this.accountId = accountId;
    this.#parts = parts;
    this.#prng = prng;
    this.#taste = taste;
    this.#ledger = ledger;
    this.#symbols = symbols;
    this.#client = new ApiClient(parts, {
      onOpen: () => this.#onOpen(),
      onLost: () => {
        for (const stream of this.streams) stream.isLive = false;
      },
      onStream: (message) => this.streams.at(-1)?.take(message),
    });
    this.#client.connect();
    this.#actLater();
  }

  /** Nothing new from now on; what is unsure is still found out. */
  stopTrading(): void {
    this.#isTrading = false;
  }

  /** Connected, sure of every order, and no event of the account is on its way. */
  isSettled(lastPlace: number): boolean {
    const isSure = this.#client.waitingCount === 0 && this.#unsure.size === 0;
    const hasHeard = this.streams.at(-1)?.hasHeard(lastPlace) ?? !this.#hasStream;
    return this.#client.isOpen && isSure && hasHeard;
  }

  get #hasStream(): boolean {
    return this.#taste.protocol === "websocket";
  }

  get description(): string {
    const { isOpen, waitingCount } = this.#client;
    return `open ${isOpen}, ${waitingCount} requests waiting, ${this.#unsure.size} orders unsure`;
  }

  #onOpen(): void {
    this.#answeredSequence = 0;
    if (this.#hasStream) {
      this.streams.push(new StreamRecord(this.accountId));
      this.#client.ask({ op: "subscribe", streams: ["orders"] }, () => {});
    }
    for (const clOrdId of this.#unsure.keys()) this.#findOut(clOrdId);
  }

  #actLater(): void {
    const micros = this.#prng.nextBetween(1, 2 * this.#taste.thinkMicros);
    this.#parts.scheduler.after(micros, () => {
      this.#actLater();
      const { isOpen, waitingCount } = this.#client;
      if (this.#isTrading && isOpen && waitingCount < WAITING_MAX) this.#act();
    });
  }

  #act(): void {
    switch (this.#draw()) {
      case "new":
        this.#send(this.#newOrder());
        return;
      case "cancel":
        this.#change({ op: "cancel", clOrdId: this.#someOrder() });
        return;
      case "amend":
        this.#change({ op: "amend", ...this.#amendment() });
        return;
      case "batch":
        this.#enterBatch();
        return;
      case "cancelAll":
        this.#client.ask({ op: "cancelAll" }, () => {});
        return;
      case "status":
        this.#checkStatus(this.#someOrder());
        return;
      case "openOrders":
        this.#client.ask({ op: "openOrders" }, () => {});
        return;
      case "guard":
        this.#client.ask(this.#guard(), () => {});
    }
  }

  #draw(): Action {
    const total = ACTIONS.reduce((sum, action) => sum + this.#taste[action], 0);
    let left = this.#prng.nextBelow(total);
    for (const action of ACTIONS) {
      left -= this.#taste[action];
      if (left < 0) return action;
    }
    return "new";
  }

  #send(order: Json): void {
    this.#unsure.set(order["clOrdId"], order);
    this.#client.ask({ op: "new", order }, (answer) => this.#onEntered(order, answer));
  }

  #enterBatch(): void {
    const entries = Array.from({ length: this.#prng.nextBetween(1, BATCH_ENTRIES_MAX) }, () => {
      const draw = this.#prng.nextBelow(4);
      if (draw === 0) return { cancel: { clOrdId: this.#someOrder() } };
      if (draw === 1) return { amend: this.#amendment() };
      return { new: this.#newOrder() };
    });
    for (const { new: order } of entries) {
      if (order !== undefined) this.#unsure.set(order["clOrdId"], order);
    }
    this.#client.ask({ op: "batch", orders: entries }, ({ result, error }) => {
      for (const [index, { new: order }] of entries.entries()) {
        const each = result?.results[index] ?? error;
        const isError = each.code !== undefined;
        const answer = isError ? { error: each } : { result: each };
        if (order !== undefined) this.#onEntered(order, answer);
        else if (!isError) this.#noteSequence(each);
      }
    });
  }

  #change(fields: Json): void {
    this.#client.ask(fields, ({ result }) => {
      if (result !== undefined) this.#noteSequence(result);
    });
  }

  /** `answer` is the report on a new order, or why it was refused. */
  #onEntered(order: Json, { result, error }: Json): void {
    const clOrdId: string = order["clOrdId"];
    if (error?.code === OUTCOME_UNKNOWN) return; // The next connection finds out.
    const report = result ?? error?.report;
    this.#unsure.delete(clOrdId);
    if (report === undefined) {
      const isSure = !this.#sentAgain.has(clOrdId);
      if (isSure) this.#ledger.noteRefused(this.accountId, clOrdId, error.code);
      return;
    }
    this.#noteSequence(report);
    if (error?.code === "DUPLICATE_CL_ORD_ID") return; // Entered before its connection was lost.
    this.#noteTold(report);
  }

  #noteTold(report: Json): void {
    const { clOrdId } = report;
    this.#ledger.noteTold(this.accountId, clOrdId, report);
    if (report["ordStatus"] !== "rejected") this.#working.push(clOrdId);
    if (this.#working.length > 40) this.#working.splice(0, 20);
  }

  #noteSequence({ sequence }: Json): void {
    promise(
      sequence >= this.#answeredSequence,
      `${this.#parts.name}: answers come in the order of entry, found ${sequence} after ` +
        `${this.#answeredSequence}`,
    );
    this.#answeredSequence = sequence;
  }

  /** After a lost connection: is the order in? Else it is entered again under the same id. */
  #findOut(clOrdId: string): void {
    const order = this.#unsure.get(clOrdId);
    if (order === undefined) return;
    this.#client.ask({ op: "status", clOrdId }, ({ result, error }) => {
      if (!this.#unsure.has(clOrdId)) return;
      if (result !== undefined) {
        this.#unsure.delete(clOrdId);
        this.#noteTold(result);
      } else if (NOT_NOW.has(error.code)) {
        this.#parts.scheduler.after(ASK_AGAIN_MICROS, () => {
          if (this.#client.isOpen) this.#findOut(clOrdId);
        });
      } else if (this.#isTrading) {
        this.#sentAgain.add(clOrdId);
        this.#send(order);
      } else {
        this.#unsure.delete(clOrdId);
      }
    });
  }

  /** An order that it was told of is known for ever. */
  #checkStatus(clOrdId: string): void {
    this.#client.ask({ op: "status", clOrdId }, ({ result, error }) => {
      const isKnown = result !== undefined || NOT_NOW.has(error.code) || clOrdId === NO_ORDER;
      promise(isKnown, `${this.#parts.name}: ${clOrdId} is known, found ${error?.code}`);
    });
  }

  #newOrder(): Json {
    const prng = this.#prng;
    const isMarket = prng.nextChance(1, 10);
    const timeInForce = prng.nextChance(3, 4) ? "gtc" : pick(prng, ["ioc", "fok"]);
    return {
      symbol: pick(prng, this.#symbols),
      side: pick(prng, ["buy", "sell"]),
      ordType: isMarket ? "market" : "limit",
      orderQty: String(prng.nextBetween(1, 20)),
      clOrdId: `${this.#parts.name}-${++this.#lastNumber}`,
      ...(isMarket ? {} : { price: this.#price(), timeInForce }),
      ...(!isMarket && timeInForce === "gtc" && prng.nextChance(1, 6) ? { postOnly: true } : {}),
    };
  }

  #guard(): Json {
    const prng = this.#prng;
    if (prng.nextChance(1, 2)) return { op: "deadMan", timeoutMillis: prng.nextBelow(3000) };
    const scope = pick(prng, ["session", "account"]);
    return { op: "cancelOnDisconnect", on: prng.nextChance(3, 4), scope };
  }

  #amendment(): Json {
    const prng = this.#prng;
    const isRenamed = prng.nextChance(1, 8);
    const clOrdId = this.#someOrder();
    // Whether it took place or not: nobody asks for it by the old name.
    if (isRenamed) this.#working = this.#working.filter((each) => each !== clOrdId);
    return {
      clOrdId,
      ...(prng.nextChance(1, 2) ? { price: this.#price() } : {}),
      orderQty: String(prng.nextBetween(1, 20)),
      ...(isRenamed ? { newClOrdId: `${this.#parts.name}-${++this.#lastNumber}` } : {}),
    };
  }

  #price(): string {
    return (this.#prng.nextBetween(95, 105) / 100).toFixed(2);
  }

  #someOrder(): string {
    return this.#working.length === 0 ? NO_ORDER : pick(this.#prng, this.#working);
  }
}

const NO_ORDER = "none";

function pick<Item>(prng: Prng, items: readonly Item[]): Item {
  return items[prng.nextBelow(items.length)];
}
