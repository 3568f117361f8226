// A trader over OUCH: enters, replaces, modifies and cancels orders, reads every message of its
// account's stream once and in order over all its connections, and sends again what it has heard
// nothing of: repeating is harmless.

import type { Prng } from "../../src/base/prng.ts";
import { type OuchReport, readOuchReport } from "../../src/client/ouch-report-reader.ts";
import * as requests from "../../src/client/ouch-requests.ts";
import type { Ledger } from "./ledger.ts";
import type { OuchLine, OuchLineOf } from "./ouch-line.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trace } from "./trace.ts";
import { promise } from "./violation.ts";

type KnownOrder = { readonly clOrdId: string; readonly orderId: number; cumQtyLots: number };
export type OuchTraderParts = {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly lineOf: OuchLineOf;
};

type Request = { readonly bytes: Uint8Array; readonly isNew: boolean };

/** Requests that nothing was heard of yet. */
const PENDING_MAX = 20;
const WORKING_MAX = 40;
/** A number that nothing is heard of for so long is settled by the report on a later one. */
const PROBE_MICROS = 1_000_000;
/** A cent in OUCH's 10^-4. */
const CENT = 100;

export class OuchTrader {
  readonly accountId: number;
  /** All messages of the account's stream so far, as they came. */
  readonly messages: Buffer[] = [];
  readonly #parts: OuchTraderParts;
  readonly #prng: Prng;
  readonly #thinkMicros: number;
  readonly #ledger: Ledger;
  readonly #symbols: readonly string[];
  readonly #client: OuchLine;
  /** By UserRefNum, in the order of entry. */
  readonly #pending = new Map<number, Request>();
  /** Numbers that were sent more than once: the first may be on its way still. */
  readonly #sentAgain = new Set<number>();
  readonly #orders = new Map<number, KnownOrder>();
  #working: number[] = [];
  #lastUserRefNum = 0;
  #isTrading = true;

  constructor(
    accountId: number,
    parts: OuchTraderParts,
    prng: Prng,
    thinkMicros: number,
    ledger: Ledger,
    symbols: readonly string[],
  ) {
    this.accountId = accountId;
    this.#parts = parts;
    this.#prng = prng;
    this.#thinkMicros = thinkMicros;
    this.#ledger = ledger;
    this.#symbols = symbols;
    this.#client = parts.lineOf({
      onLoggedIn: () => this.#sendAgain(),
      onLost: () => {},
      onMessage: (message, isSequenced) => this.#onMessage(message, isSequenced),
    });
    this.#client.connect();
    this.#actLater();
    this.#probeLater();
  }

  /** Nothing new from now on; what is unsure is still found out. */
  stopTrading(): void {
    this.#isTrading = false;
  }

  /** `messageCount`: of the account's stream, as the exchange has it. */
  isSettled(messageCount: number): boolean {
    const isSure = this.#client.isLoggedIn && this.#pending.size === 0;
    return isSure && this.messages.length === messageCount;
  }

  get description(): string {
    const { isLoggedIn } = this.#client;
    const { size } = this.#pending;
    return `logged in ${isLoggedIn}, ${size} pending, ${this.messages.length} messages`;
  }

  /** `truth`: the account's stream as a replay of the log gives it. */
  compare(truth: readonly Buffer[]): void {
    const { name } = this.#parts;
    promise(
      this.messages.length === truth.length,
      `${name} hears all of its stream, expected ${truth.length}, found ${this.messages.length}`,
    );
    for (const [index, message] of this.messages.entries()) {
      const expected = truth[index];
      promise(
        message.equals(expected),
        `${name}: message ${index + 1} is ${expected.toString("hex")}, found ` +
          message.toString("hex"),
      );
    }
  }

  #actLater(): void {
    this.#parts.scheduler.after(this.#prng.nextBetween(1, 2 * this.#thinkMicros), () => {
      this.#actLater();
      const mayAct = this.#isTrading && this.#client.isLoggedIn;
      if (mayAct && this.#pending.size < PENDING_MAX) this.#act();
    });
  }

  #act(): void {
    const prng = this.#prng;
    const draw = prng.nextBelow(20);
    const order = this.#working.length === 0 ? 0 : pick(prng, this.#working);
    if (draw < 11 || order === 0) this.#enter();
    else if (draw < 14) this.#client.send(requests.cancelRequest(order));
    else if (draw < 16) {
      const side = pick(prng, ["B", "S"]);
      this.#client.send(requests.modifyRequest(order, side, prng.nextBetween(1, 20)));
    } else if (draw < 19) this.#replace(order);
    else this.#client.send(requests.massCancelRequest(++this.#lastUserRefNum));
  }

  #enter(): void {
    const prng = this.#prng;
    const userRefNum = ++this.#lastUserRefNum;
    const bytes = requests.enterRequest({
      userRefNum,
      side: pick(prng, ["B", "S"]),
      quantity: prng.nextBetween(1, 20),
      symbol: pick(prng, this.#symbols),
      price: this.#price(),
      timeInForce: prng.nextChance(3, 4) ? "1" : pick(prng, ["3", "4"]),
      display: prng.nextChance(7, 8) ? "Y" : "N",
    });
    this.#send(userRefNum, { bytes, isNew: true });
  }

  #replace(origUserRefNum: number): void {
    const userRefNum = ++this.#lastUserRefNum;
    const quantity = this.#prng.nextBetween(1, 20);
    const price = this.#price();
    const bytes = requests.replaceRequest({ origUserRefNum, userRefNum, quantity, price });
    this.#send(userRefNum, { bytes, isNew: false });
  }

  #send(userRefNum: number, request: Request): void {
    this.#parts.trace.add(this.#parts.name, `> ${userRefNum}${request.isNew ? "" : " replaces"}`);
    this.#pending.set(userRefNum, request);
    this.#client.send(request.bytes);
  }

  #sendAgain(): void {
    for (const [userRefNum, { bytes }] of this.#pending) {
      this.#sentAgain.add(userRefNum);
      this.#client.send(bytes);
    }
  }

  #probeLater(): void {
    const oldest = this.#oldestPending;
    this.#parts.scheduler.after(PROBE_MICROS, () => {
      const isStuck = oldest !== undefined && this.#pending.has(oldest);
      if (isStuck && this.#client.isLoggedIn) this.#enter();
      this.#probeLater();
    });
  }

  get #oldestPending(): number | undefined {
    return this.#pending.keys().next().value;
  }

  #onMessage(message: Buffer, isSequenced: boolean): void {
    const { name, trace } = this.#parts;
    const report = readOuchReport(message, 0, message.length);
    promise(report !== undefined, `${name} hears OUCH, found ${message.toString("hex")}`);
    const { type, userRefNum = 0 } = report;
    trace.add(name, `< ${isSequenced ? this.messages.length + 1 : "-"} ${type}${userRefNum}`);
    if (!isSequenced) {
      if (type === "J") this.#onRefused(userRefNum, String(report.reason));
      return;
    }
    this.messages.push(message);
    this.#onReport(report, userRefNum);
  }

  /** Nothing was entered: the number is unused, or that of an order which stays as it is. */
  #onRefused(userRefNum: number, why: string): void {
    const wasPending = this.#pending.delete(userRefNum);
    if (!wasPending || this.#sentAgain.has(userRefNum)) return;
    this.#ledger.noteRefused(this.accountId, clOrdIdOf(userRefNum), why);
  }

  #onReport(report: OuchReport, userRefNum: number): void {
    const { orderReferenceNumber = 0, origUserRefNum = 0, quantity = 0 } = report;
    switch (report.type) {
      case "A":
        this.#orders.set(userRefNum, {
          clOrdId: clOrdIdOf(userRefNum),
          orderId: orderReferenceNumber,
          cumQtyLots: 0,
        });
        this.#use(userRefNum);
        this.#note(userRefNum);
        this.#working.push(userRefNum);
        if (this.#working.length > WORKING_MAX) this.#working.splice(0, WORKING_MAX / 2);
        return;
      case "U":
        this.#rename(origUserRefNum, userRefNum);
        this.#use(userRefNum);
        return;
      case "E":
        this.#execute(userRefNum, quantity);
        return;
      case "J":
        this.#use(userRefNum);
        return;
      default:
    }
  }

  /** Numbers go up: what is below the one just reported and was not reported never will be. */
  #use(userRefNum: number): void {
    for (const [older, { isNew }] of this.#pending) {
      if (older > userRefNum) break;
      this.#pending.delete(older);
      if (older < userRefNum && isNew) {
        this.#ledger.noteRefused(this.accountId, clOrdIdOf(older), "a later number");
      }
    }
  }

  #rename(from: number, to: number): void {
    const order = this.#orders.get(from);
    promise(order !== undefined, `${this.#parts.name}: what is replaced was accepted, not ${from}`);
    this.#orders.delete(from);
    this.#orders.set(to, order);
    this.#working = this.#working.map((each) => (each === from ? to : each));
  }

  #execute(userRefNum: number, quantity: number): void {
    const order = this.#orders.get(userRefNum);
    promise(
      order !== undefined,
      `${this.#parts.name}: what trades was accepted, not ${userRefNum}`,
    );
    order.cumQtyLots += quantity;
    this.#note(userRefNum);
  }

  #note(userRefNum: number): void {
    const order = this.#orders.get(userRefNum);
    if (order === undefined) return;
    const { clOrdId, orderId, cumQtyLots } = order;
    const told = { orderId, ordStatus: "", cumQty: String(cumQtyLots) };
    this.#ledger.noteTold(this.accountId, clOrdId, told);
  }

  #price(): number {
    return this.#prng.nextBetween(95, 105) * CENT;
  }
}

/** As the log has it. */
function clOrdIdOf(userRefNum: number): string {
  return `ouch:${userRefNum}`;
}

function pick<Item>(prng: Prng, items: readonly Item[]): Item {
  return items[prng.nextBelow(items.length)];
}
