// Orders over one FIX session, over all lives of a venue: numbers go on both ways, and every report
// on the account's orders, whoever entered them, is heard once as new.

import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { fixTimeText } from "../../src/codec/fix-time.ts";
import type { FixFields } from "../../src/gateway/fix/fix-for-test.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { FixClient } from "../fix/fix-client.ts";
import { HeardOrders } from "./heard-orders-for-test.ts";
import { PendingOrders } from "./pending-orders-for-test.ts";

export class FixLoad {
  /** All new orders of the account. */
  readonly heard = new HeardOrders();
  readonly #client: FixClient;
  readonly #onAccepted: (clOrdId: string, orderId: number) => void;
  readonly #pending = new PendingOrders<string, string>((pending) => this.#enterNext(pending));
  readonly #execIds = new Set<string>();
  #socket: Socket | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  #onLoggedOn: () => void = () => {};
  #lastNumber = 0;

  constructor(
    login: { readonly username: string; readonly password: string },
    onAccepted: (clOrdId: string, orderId: number) => void,
  ) {
    this.#onAccepted = onAccepted;
    this.#client = new FixClient({
      ...login,
      send: (bytes) => this.#socket?.write(bytes),
      nowMicros: () => systemClock.nowMicros(),
      onLoggedOn: () => this.#onLoggedOn(),
      onMessage: (fields) => this.#onMessage(fields),
    });
  }

  /** To the next life of the venue, whose session asks for what it lacks. */
  async connect(port: number): Promise<void> {
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (bytes) => this.#client.take(bytes));
    socket.on("error", () => {}); // A close follows.
    socket.on("connect", () => this.#client.logOn());
    this.#closed = new Promise((resolve) => socket.on("close", resolve));
    this.#socket = socket;
    await new Promise<void>((resolve) => {
      this.#onLoggedOn = resolve;
    });
  }

  begin(): void {
    this.#pending.begin();
  }

  /** Once every order has its report. */
  settle(): Promise<void> {
    return this.#pending.settle();
  }

  async ended(): Promise<void> {
    this.#pending.stop();
    await this.#closed;
  }

  /** The client itself sends again what was lost. */
  #enterNext(pending: Map<string, string>): void {
    const clOrdId = `fix-${++this.#lastNumber}`;
    const time = fixTimeText(systemClock.nowMicros());
    const order = `11=${clOrdId}|60=${time}|55=ACME|54=1|40=2|59=1|38=1|44=50.00`;
    pending.set(clOrdId, order);
    this.#client.say("D", order);
  }

  #onMessage(fields: FixFields): void {
    const { 11: clOrdId, 17: execId, 37: orderId, 150: execType } = fields;
    assert.equal(fields[35], "8", `the venue takes every order, found ${JSON.stringify(fields)}`);
    if (execType === "I") return; // It came again, and was there.
    const mayBeAgain = fields[43] === "Y" || fields[97] === "Y";
    assert.ok(mayBeAgain || !this.#execIds.has(execId), `${execId} is told once as new`);
    if (this.#execIds.has(execId)) return;
    this.#execIds.add(execId);
    if (execType === "0") this.#onNew(clOrdId, Number(orderId));
  }

  #onNew(clOrdId: string, orderId: number): void {
    this.heard.add(orderId);
    if (!clOrdId.startsWith("fix-")) return; // Another protocol's.
    this.#onAccepted(clOrdId, orderId);
    assert.ok(this.#pending.report(clOrdId), `${clOrdId} is entered once`);
  }
}
