// The account behind the key: login, working orders, fills, and the commands it gives. Without a
// key the page only watches.

import type { Connection, RequestError } from "./connection.ts";
import { fetchExecutions } from "./exchange-http.ts";
import { FILLS_MAX, fillOf, OrderState } from "./order-state.ts";
import type { WireOrder, WireReport, WireStreamMessage } from "./wire.ts";

export type Login =
  | { readonly state: "none" | "asking" }
  | { readonly state: "in"; readonly accountId: number }
  | { readonly state: "refused"; readonly message: string };

export class Account {
  readonly orders = new OrderState();
  readonly #connection: Connection;
  readonly #onChange: () => void;
  readonly #onProblem: (text: string) => void;
  #key = "";
  #login: Login = { state: "none" };
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

  /** Time from sending the last order command to its answer. */
  get ackMillis(): number | undefined {
    return this.#ackMillis;
  }

  /** For the next `start`; "" to watch only. */
  useKey(key: string): void {
    this.#key = key;
  }

  /** To be called on every new connection. */
  async start(): Promise<void> {
    this.#login = { state: this.#key === "" ? "none" : "asking" };
    this.#sequence = 0;
    this.orders.clear();
    this.#onChange();
    if (this.#key === "") return;
    try {
      type LoggedIn = { accountId: number };
      const answer = await this.#connection.request<LoggedIn>({ op: "login", key: this.#key });
      this.#login = { state: "in", accountId: answer.accountId };
      await this.#connection.request({ op: "subscribe", streams: ["orders"] });
      await Promise.all([this.#loadOrders(), this.#loadFills()]);
    } catch (error) {
      this.#onLoginFailed(error as RequestError);
    }
    this.#onChange();
  }

  onStream(message: WireStreamMessage): void {
    if (message.type !== "execution") return;
    this.#sequence = Math.max(this.#sequence, message.sequence);
    this.orders.applyEvent(message);
    this.#onChange();
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
      return await this.#connection.request<Result>(fields);
    } finally {
      this.#ackMillis = performance.now() - sentMillis;
      this.#onChange();
    }
  }

  #applyReport(report: WireReport): void {
    this.#sequence = Math.max(this.#sequence, report.sequence);
    this.orders.applyReport(report);
    this.#onChange();
  }

  async #loadOrders(): Promise<void> {
    const askedAtSequence = this.#sequence;
    const answer = await this.#connection.request<{ orders: WireReport[] }>({ op: "openOrders" });
    this.orders.applyList(answer.orders, askedAtSequence);
    this.#onChange();
  }

  /** The history runs a moment behind the stream; fills meet by trade id. */
  async #loadFills(): Promise<void> {
    try {
      const executions = await fetchExecutions(this.#key, FILLS_MAX);
      this.orders.addFills(executions.filter((told) => told.execType === "trade").map(fillOf));
    } catch (error) {
      this.#onProblem(`Earlier fills are missing. ${(error as Error).message}`);
    }
  }

  #onLoginFailed(error: RequestError): void {
    if (error.code === "DISCONNECTED") return; // The next connection tries again.
    this.#login = { state: "refused", message: error.message };
    this.#onProblem(`The key was not accepted. ${error.message}`);
  }
}
