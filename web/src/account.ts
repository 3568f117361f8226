// The account behind the key: login, working orders, fills, and the commands it gives. Without a
// key the page only watches.

import type { Connection, RequestError } from "./connection.ts";
import { fetchEntries, fetchFills, fetchTradeChanges } from "./exchange-http.ts";
import { FILLS_MAX, fillOf, hidesTerms, OrderState } from "./order-state.ts";
import type { WireOrder, WireReport, WireStreamMessage } from "./wire.ts";

export type Login =
  | { readonly state: "none" | "asking" }
  | { readonly state: "in"; readonly accountId: number }
  | { readonly state: "refused"; readonly message: string };

/** The most that one answer holds (docs/protocols/json.md). */
const ENTRIES_ASKED = 1000;

export class Account {
  readonly orders = new OrderState();
  readonly #connection: Connection;
  readonly #onChange: () => void;
  readonly #onProblem: (text: string) => void;
  #key = "";
  #login: Login = { state: "none" };
  /** Counts keys and connections: what an earlier one asked for is not ours any more. */
  #turn = 0;
  #sequence = 0;
  #ackMillis: number | undefined;

  constructor(connection: Connection, onChange: () => void, onProblem: (text: string) => void) {
    this.#connection = connection;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
  }

  get login(): Login {
    return this.#login;
  }

  /** Time from sending the last order command that was carried out to its answer. */
  get ackMillis(): number | undefined {
    return this.#ackMillis;
  }

  /** For the next `start`; "" to watch only. */
  useKey(key: string): void {
    this.#key = key;
    this.#begin();
  }

  /** To be called on every new connection. */
  async start(): Promise<void> {
    const turn = this.#begin();
    if (this.#key === "") return;
    try {
      type LoggedIn = { accountId: number };
      const answer = await this.#connection.ask<LoggedIn>({ op: "login", key: this.#key });
      this.#login = { state: "in", accountId: answer.accountId };
      await this.#connection.ask({ op: "subscribe", streams: ["orders"] });
      await Promise.all([this.#loadOrders(turn), this.#loadFills(turn)]);
    } catch (error) {
      this.#onLoginFailed(error as RequestError);
    }
    this.#onChange();
  }

  #begin(): number {
    this.#login = { state: this.#key === "" ? "none" : "asking" };
    this.#sequence = 0;
    this.orders.clear();
    this.#onChange();
    return ++this.#turn;
  }

  onStream(message: WireStreamMessage): void {
    if (message.type === "tradeChange") {
      this.orders.applyTradeChanges([message]);
      this.#onChange();
    }
    if (message.type !== "execution") return;
    this.#sequence = Math.max(this.#sequence, message.sequence);
    this.orders.applyEvent(message);
    if (hidesTerms(message)) void this.#askTerms(message.orderId);
    this.#onChange();
  }

  async #askTerms(orderId: number): Promise<void> {
    try {
      this.#applyReport(await this.#connection.ask<WireReport>({ op: "status", orderId }));
    } catch {
      // The order or the connection has ended: its next list says how it stands.
    }
  }

  async enter(order: WireOrder): Promise<WireReport> {
    const report = await this.#timed<WireReport>({ op: "new", order });
    this.#applyReport(report);
    return report;
  }

  async cancel(orderId: number): Promise<void> {
    this.#applyReport(await this.#timed<WireReport>({ op: "cancel", orderId }));
  }

  /** How many orders were canceled. */
  async cancelAll(): Promise<number> {
    const answer = await this.#timed<{ canceled: number }>({ op: "cancelAll" });
    return answer.canceled;
  }

  async #timed<Result>(fields: { op: string; [field: string]: unknown }): Promise<Result> {
    const sentMillis = performance.now();
    try {
      const result = await this.#connection.request<Result>(fields);
      this.#ackMillis = performance.now() - sentMillis;
      return result;
    } finally {
      this.#onChange();
    }
  }

  #applyReport(report: WireReport): void {
    this.#sequence = Math.max(this.#sequence, report.sequence);
    this.orders.applyReport(report);
    this.#onChange();
  }

  async #loadOrders(turn: number): Promise<void> {
    const askedAtSequence = this.#sequence;
    const answer = await this.#connection.ask<{ orders: WireReport[] }>({ op: "openOrders" });
    this.orders.applyList(answer.orders, askedAtSequence);
    this.#onChange();
    if (this.orders.workingCount > 0) await this.#loadEntries(turn);
  }

  async #loadEntries(turn: number): Promise<void> {
    try {
      const entries = await fetchEntries(this.#key, ENTRIES_ASKED);
      if (turn === this.#turn) this.orders.applyEntries(entries);
    } catch {
      // The orders are there, without their times.
    }
  }

  /** The history runs a moment behind the stream; fills meet by trade id. */
  async #loadFills(turn: number): Promise<void> {
    try {
      const [executions, changes] = await Promise.all([
        fetchFills(this.#key, FILLS_MAX),
        fetchTradeChanges(this.#key),
      ]);
      if (turn !== this.#turn) return;
      this.orders.addFills(executions.map(fillOf));
      this.orders.applyTradeChanges(changes);
    } catch (error) {
      if (turn === this.#turn)
        this.#onProblem(`Earlier fills are missing. ${(error as Error).message}`);
    }
  }

  #onLoginFailed(error: RequestError): void {
    if (error.code === "DISCONNECTED") return; // The next connection tries again.
    this.#login = { state: "refused", message: error.message };
    this.#onProblem(`The key was not accepted. ${error.message}`);
  }
}
