// A trader over FIX: enters, replaces and cancels orders on one session that goes on over all its
// connections and all lives of the exchange. What was not heard there is said again by itself.

import type { Prng } from "../../src/base/prng.ts";
import { fixTimeText } from "../../src/codec/fix-time.ts";
import type { FixFields } from "../../src/gateway/fix/fix-for-test.ts";
import { FixClient } from "../fix/fix-client.ts";
import type { Ledger } from "./ledger.ts";
import { Line, type LineParts } from "./line.ts";
import type { ForgottenReports } from "./simulated-past.ts";
import { reportText, type TrueFixReport } from "./true-fix-reports.ts";
import { promise } from "./violation.ts";

export type FixTraderParts = LineParts & {
  readonly accountId: number;
  readonly username: string;
  readonly password: string;
  readonly prng: Prng;
  readonly thinkMicros: number;
  readonly ledger: Ledger;
  readonly symbols: readonly string[];
};

type WorkingOrder = {
  /** As it was entered: the ledger's name for it. */
  readonly firstClOrdId: string;
  readonly orderId: number;
  readonly symbol: string;
  readonly side: string;
};

/** Orders that nothing was heard of yet. */
const PENDING_MAX = 20;
const CENTS = 100;
const PROBE_MICROS = 1_000_000;
/** Whoever is not heard for 2.4 times as long is not there: a session's old connection ends. */
const HEART_BT_INT_SECONDS = 5;

const NEW_ORDER = "D";
const CANCEL = "F";
const REPLACE = "G";
const STATUS_REQUEST = "H";
const EXECUTION_REPORT = "8";
const CANCEL_REJECT = "9";
const BUSINESS_MESSAGE_REJECT = "j";

export class FixTrader {
  readonly accountId: number;
  readonly #parts: FixTraderParts;
  readonly #line: Line;
  readonly #client: FixClient;
  /** In the order in which they came first. Refusals of one cancel may be equal. */
  readonly #heard = new Set<string>();
  /** New orders that nothing was heard of. */
  readonly #pending = new Set<string>();
  /** Those of them that may have been said more than once. */
  readonly #saidAgain = new Set<string>();
  /** By present ClOrdID. */
  readonly #orders = new Map<string, WorkingOrder>();
  #lastNumber = 0;
  #isTrading = true;
  /** The exchange's newest command when a question was asked, and when one was answered. */
  #asked: { readonly clOrdId: string; readonly sequence: number } | undefined;
  #answeredSequence = -1;

  constructor(parts: FixTraderParts) {
    this.accountId = parts.accountId;
    this.#parts = parts;
    this.#line = new Line("fix", parts, {
      onConnected: () => this.#client.logOn(),
      onBytes: (bytes) => this.#client.take(bytes),
      onSilent: () => this.#client.askWhoIsThere(),
      onLost: () => this.#onLost(),
    });
    this.#client = new FixClient({
      ...{ username: parts.username, password: parts.password },
      heartBtIntSeconds: HEART_BT_INT_SECONDS,
      send: (bytes) => this.#line.send(bytes),
      nowMicros: () => parts.scheduler.nowMicros,
      onLoggedOn: () => this.#onLoggedOn(),
      onRefused: (text) => this.#onRefused(text),
      onMessage: (fields) => this.#onMessage(fields),
    });
    this.#line.connect();
    this.#actLater();
    this.#probeLater();
  }

  stopTrading(): void {
    this.#isTrading = false;
  }

  /** `sequence`: the exchange's newest command. What is behind a question was told before it. */
  isSettled(sequence: number): boolean {
    if (!this.#client.isLoggedOn || this.#pending.size > 0) return false;
    if (this.#answeredSequence === sequence) return true;
    if (this.#asked?.sequence !== sequence) this.#ask(sequence);
    return false;
  }

  get description(): string {
    const { isLoggedOn, nextIn } = this.#client;
    const { size } = this.#pending;
    return `logged on ${isLoggedOn}, ${size} pending, ${this.#heard.size} reports, next ${nextIn}`;
  }

  /**
   * `truth`: the account's reports as a replay of the log gives them. What the log could not tell
   * when its turn came may come after a crash, late, or never.
   */
  compare(truth: readonly TrueFixReport[], forgotten: ForgottenReports): void {
    const { name } = this.#parts;
    const isForgotten = ({ sequence }: TrueFixReport): boolean =>
      forgotten.has(this.accountId, sequence);
    const late = new Set(truth.filter(isForgotten).map(({ text }) => text));
    const due = new Set(truth.map(({ text }) => text).filter((text) => !late.has(text)));
    const heard = [...this.#heard].filter((text) => !late.has(text));
    for (const [index, text] of [...due].entries()) {
      const isNext = heard[index] === text;
      promise(isNext, `${name} hears every report in order, not ${text} but ${heard[index]}`);
    }
    promise(heard.length === due.size, `${name} hears what is in the log, not ${heard[due.size]}`);
  }

  #ask(sequence: number): void {
    const clOrdId = this.#newId();
    this.#asked = { clOrdId, sequence };
    this.#askFor(clOrdId);
  }

  #askFor(clOrdId: string): void {
    this.#say(STATUS_REQUEST, `11=${clOrdId}|55=${this.#parts.symbols[0]}|54=1`);
  }

  /** A refusal is lost with its connection: an order that nothing is heard of is asked for. */
  #probeLater(): void {
    const silent = [...this.#pending];
    this.#parts.scheduler.after(PROBE_MICROS, () => {
      this.#probeLater();
      if (!this.#client.isLoggedOn) return;
      for (const clOrdId of silent) if (this.#pending.has(clOrdId)) this.#askFor(clOrdId);
    });
  }

  #actLater(): void {
    const { scheduler, prng, thinkMicros } = this.#parts;
    scheduler.after(prng.nextBetween(1, 2 * thinkMicros), () => {
      this.#actLater();
      const mayAct = this.#isTrading && this.#client.isLoggedOn;
      if (mayAct && this.#pending.size < PENDING_MAX) this.#act();
    });
  }

  #act(): void {
    const { prng } = this.#parts;
    const draw = prng.nextBelow(20);
    const working = [...this.#orders.entries()];
    if (draw < 12 || working.length === 0) this.#enter();
    else if (draw < 16) this.#cancel(...pick(prng, working));
    else this.#replace(...pick(prng, working));
  }

  #enter(): void {
    const { prng, symbols } = this.#parts;
    const clOrdId = this.#newId();
    const timeInForce = prng.nextChance(3, 4) ? 1 : pick(prng, [3, 4]);
    this.#pending.add(clOrdId);
    this.#say(
      NEW_ORDER,
      `11=${clOrdId}|55=${pick(prng, symbols)}|54=${pick(prng, [1, 2])}|59=${timeInForce}|` +
        this.#terms(),
    );
  }

  #cancel(clOrdId: string, { symbol, side }: WorkingOrder): void {
    this.#say(CANCEL, `11=${this.#newId()}|41=${clOrdId}|55=${symbol}|54=${side}|${this.#time()}`);
  }

  #replace(clOrdId: string, { symbol, side }: WorkingOrder): void {
    const ids = `11=${this.#newId()}|41=${clOrdId}`;
    this.#say(REPLACE, `${ids}|55=${symbol}|54=${side}|${this.#terms()}`);
  }

  #terms(): string {
    const { prng } = this.#parts;
    const price = (prng.nextBetween(95, 105) / CENTS).toFixed(2);
    return `40=2|38=${prng.nextBetween(1, 20)}|44=${price}|${this.#time()}`;
  }

  #time(): string {
    return `60=${fixTimeText(this.#parts.scheduler.nowMicros)}`;
  }

  #say(msgType: string, body: string): void {
    this.#parts.trace.add(this.#parts.name, `> ${msgType} ${body}`);
    this.#client.say(msgType, body);
  }

  #newId(): string {
    return `fix${++this.#lastNumber}`;
  }

  #onLoggedOn(): void {
    this.#parts.trace.add(this.#parts.name, `logged on, expects ${this.#client.nextIn}`);
    for (const clOrdId of this.#pending) this.#saidAgain.add(clOrdId);
  }

  #onLost(): void {
    this.#client.lose();
    this.#asked = undefined;
  }

  /** The old connection may be there still, and a disk may fail; nothing else is a reason. */
  #onRefused(text: string): void {
    const mayBe = [
      "the session is logged on already",
      "the session's numbers cannot be kept",
      "the session's numbers cannot be read",
    ];
    promise(mayBe.includes(text), `${this.#parts.name}: a logon is taken, found ${text}`);
    this.#parts.trace.add(this.#parts.name, text);
  }

  #onMessage(fields: FixFields): void {
    const { name, trace } = this.#parts;
    const { 35: msgType, 34: number, 11: clOrdId = "", 150: execType = "" } = fields;
    trace.add(name, `< ${number} ${msgType}${execType} ${clOrdId}`);
    if (msgType === BUSINESS_MESSAGE_REJECT) this.#onRefusal(fields);
    else if (execType === "I") this.#onStatus(clOrdId);
    else {
      const isReport = msgType === EXECUTION_REPORT || msgType === CANCEL_REJECT;
      promise(isReport, `${name} hears reports, found ${JSON.stringify(fields)}`);
      this.#onReport(fields, clOrdId);
    }
  }

  #onReport(fields: FixFields, clOrdId: string): void {
    const { name } = this.#parts;
    const text = reportText(fields);
    if (this.#heard.has(text)) {
      const mayBeAgain = fields[97] === "Y" || fields[35] === CANCEL_REJECT;
      promise(mayBeAgain, `${name} is told once as new: ${text}`);
      return;
    }
    this.#heard.add(text);
    this.#pending.delete(clOrdId);
    const { 150: execType, 39: ordStatus, 41: origClOrdId = "" } = fields;
    if (execType === "0") this.#onNew(fields, clOrdId);
    else if (execType === "5") this.#rename(origClOrdId, clOrdId);
    const isOver = ["2", "4", "8", "C"].includes(ordStatus);
    if (fields[35] !== EXECUTION_REPORT) return;
    if (execType === "F") this.#note(clOrdId, fields[14]);
    if (isOver) this.#orders.delete(execType === "4" ? origClOrdId || clOrdId : clOrdId);
  }

  #onNew({ 37: orderId, 55: symbol, 54: side, 14: cumQty }: FixFields, clOrdId: string): void {
    const order = { firstClOrdId: clOrdId, orderId: Number(orderId), symbol, side };
    this.#orders.set(clOrdId, order);
    this.#note(clOrdId, cumQty);
  }

  #rename(from: string, to: string): void {
    const order = this.#orders.get(from);
    if (order === undefined || from === to) return; // The log has forgotten how it began.
    this.#orders.delete(from);
    this.#orders.set(to, order);
  }

  #note(clOrdId: string, cumQty: string): void {
    const order = this.#orders.get(clOrdId);
    if (order === undefined) return;
    const { firstClOrdId, orderId } = order;
    const told = { orderId, ordStatus: "", cumQty };
    this.#parts.ledger.noteTold(this.accountId, firstClOrdId, told);
  }

  /** An answer to a question, or to an order that was said again and works already. */
  #onStatus(clOrdId: string): void {
    this.#pending.delete(clOrdId);
    if (clOrdId === this.#asked?.clOrdId) this.#answeredSequence = this.#asked.sequence;
  }

  #onRefusal({ 372: msgType, 379: clOrdId = "", 58: text = "" }: FixFields): void {
    if (msgType === STATUS_REQUEST) {
      this.#asked = undefined;
      return;
    }
    const wasPending = this.#pending.delete(clOrdId);
    const isSure = text.endsWith(" BUSY") || text.endsWith(" STOPPED");
    if (!wasPending || !isSure || this.#saidAgain.has(clOrdId)) return;
    this.#parts.ledger.noteRefused(this.accountId, clOrdId, text);
  }
}

function pick<Item>(prng: Prng, items: readonly Item[]): Item {
  return items[prng.nextBelow(items.length)];
}
