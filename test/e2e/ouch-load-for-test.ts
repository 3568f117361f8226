// Orders over OUCH from one account, over all lives of a venue: after each it goes on with the
// report after the last that it read, and sends again what it has no report of.

import assert from "node:assert/strict";
import { OuchClient } from "../../src/client/ouch-client.ts";
import type { OuchReport } from "../../src/client/ouch-report-reader.ts";
import { enterRequest } from "../../src/client/ouch-requests.ts";

/** Requests under way at a time. */
const WINDOW = 25;
const CENT = 100;

export class OuchLoad {
  /** Order ids by UserRefNum, of all accepted orders. */
  readonly accepted = new Map<number, number>();
  readonly #login: { readonly username: string; readonly password: string };
  readonly #onAccepted: (clOrdId: string, orderId: number) => void;
  readonly #pending = new Map<number, Uint8Array>();
  #client: OuchClient | undefined;
  #lastUserRefNum = 0;
  #isLoading = false;
  #onSettled: () => void = () => {};

  /** `onAccepted` hears of each order once, under the id that other protocols know it by. */
  constructor(
    login: { readonly username: string; readonly password: string },
    onAccepted: (clOrdId: string, orderId: number) => void,
  ) {
    this.#login = login;
    this.#onAccepted = onAccepted;
  }

  /** To the next life of the venue; sends what may have been lost. */
  async connect(port: number): Promise<void> {
    const { session = "", nextSequence = 1 } = this.#client ?? {};
    this.#client = await OuchClient.connect({
      ...{ host: "127.0.0.1", port, redialMillis: 0 },
      ...{ ...this.#login, session, sequence: nextSequence },
      onReport: (report, isSequenced) => this.#onReport(report, isSequenced),
    });
    for (const request of this.#pending.values()) this.#client.send(request);
  }

  /** New orders, until the venue dies. */
  begin(): void {
    this.#isLoading = true;
    this.#enter();
  }

  /** Resolves once every order has its report. */
  async settle(): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onSettled = resolve;
    });
  }

  async ended(): Promise<void> {
    this.#isLoading = false;
    await this.#client?.closed;
  }

  #enter(): void {
    while (this.#isLoading && this.#pending.size < WINDOW) {
      const userRefNum = ++this.#lastUserRefNum;
      const price = (5000 + (userRefNum % 997)) * CENT;
      const order = { userRefNum, side: "B", quantity: 1, symbol: "ACME", price };
      const request = enterRequest(order);
      this.#pending.set(userRefNum, request);
      this.#client?.send(request);
    }
  }

  #onReport({ type, userRefNum = 0, orderReferenceNumber = 0 }: OuchReport, isSequenced: boolean) {
    assert.ok(isSequenced, `the venue takes every order, found ${type} of ${userRefNum}`);
    if (type !== "A") return;
    assert.ok(!this.accepted.has(userRefNum), `order ${userRefNum} is reported once`);
    assert.equal(userRefNum, this.accepted.size + 1, "reports come in the order of entry");
    this.accepted.set(userRefNum, orderReferenceNumber);
    this.#pending.delete(userRefNum);
    this.#onAccepted(`ouch:${userRefNum}`, orderReferenceNumber);
    this.#enter();
    if (this.#pending.size === 0) this.#onSettled();
  }
}
