// Orders over OUCH from one account, over all lives of a venue: after each it goes on with the
// report after the last that it read, and sends again what it has no report of. Over SoupBinTCP or
// UDP: that is what dials it.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { OuchClient } from "../../src/client/ouch-client.ts";
import { type OuchReport, readOuchReport } from "../../src/client/ouch-report-reader.ts";
import { enterRequest } from "../../src/client/ouch-requests.ts";
import { OuchUdpClient } from "../../src/client/ouch-udp-client.ts";
import { systemClock } from "../../src/ops/clock.ts";
import { PendingOrders } from "./pending-orders-for-test.ts";

type Login = { readonly username: string; readonly password: string };

/** One way to the exchange, as long as that lives. */
type OuchLine = {
  readonly session: string;
  readonly nextSequence: number;
  send(request: Uint8Array): void;
  /** The exchange is gone. */
  ended(): Promise<void>;
};

type OuchPlace = Login & {
  readonly port: number;
  readonly session: string;
  readonly sequence: number;
  readonly onReport: (report: OuchReport, isSequenced: boolean) => void;
};

export type OuchDial = (place: OuchPlace) => Promise<OuchLine>;

const HOST = "127.0.0.1";

export const overSoup: OuchDial = async (place) => {
  const client = await OuchClient.connect({ ...place, host: HOST, redialMillis: 0 });
  return {
    send: (request) => client.send(request),
    get session() {
      return client.session;
    },
    get nextSequence() {
      return client.nextSequence;
    },
    ended: () => client.closed,
  };
};

/** Nobody says that the other end of UDP is gone: whoever knows it closes his own. */
export const overUdp: OuchDial = async ({ onReport, ...place }) => {
  const client = new OuchUdpClient({
    ...{ ...place, host: HOST, socket: createSocket("udp4"), loginNumber: Date.now() },
    after: (millis, callback) => systemClock.after(millis, callback),
    onMessage: (bytes, at, length, isSequenced) => {
      const report = readOuchReport(bytes, at, length);
      assert.ok(report !== undefined, "what comes over OUCH is a report");
      onReport(report, isSequenced);
    },
  });
  return {
    send: (request) => client.send(request),
    get session() {
      return client.session;
    },
    get nextSequence() {
      return client.nextReport;
    },
    ended: async () => client.close(),
  };
};

const CENT = 100;

export class OuchLoad {
  /** Order ids by UserRefNum, of all accepted orders. */
  readonly accepted = new Map<number, number>();
  readonly #dial: OuchDial;
  readonly #login: Login;
  readonly #onAccepted: (clOrdId: string, orderId: number) => void;
  readonly #pending = new PendingOrders<number, Uint8Array>((pending) => this.#enterNext(pending));
  #line: OuchLine | undefined;
  #lastUserRefNum = 0;

  /** `onAccepted` hears of each order once, under the id that other protocols know it by. */
  constructor(
    dial: OuchDial,
    login: Login,
    onAccepted: (clOrdId: string, orderId: number) => void,
  ) {
    this.#dial = dial;
    this.#login = login;
    this.#onAccepted = onAccepted;
  }

  /** To the next life of the venue; sends what may have been lost. */
  async connect(port: number): Promise<void> {
    const { session = "", nextSequence = 1 } = this.#line ?? {};
    this.#line = await this.#dial({
      ...{ ...this.#login, port, session, sequence: nextSequence },
      onReport: (report, isSequenced) => this.#onReport(report, isSequenced),
    });
    for (const request of this.#pending.requests()) this.#line.send(request);
  }

  /** New orders, until the venue dies. */
  begin(): void {
    this.#pending.begin();
  }

  /** Resolves once every order has its report. */
  settle(): Promise<void> {
    return this.#pending.settle();
  }

  async ended(): Promise<void> {
    this.#pending.stop();
    await this.#line?.ended();
  }

  #enterNext(pending: Map<number, Uint8Array>): void {
    const userRefNum = ++this.#lastUserRefNum;
    const price = (5000 + (userRefNum % 997)) * CENT;
    const request = enterRequest({ userRefNum, side: "B", quantity: 1, symbol: "ACME", price });
    pending.set(userRefNum, request);
    this.#line?.send(request);
  }

  #onReport({ type, userRefNum = 0, orderReferenceNumber = 0 }: OuchReport, isSequenced: boolean) {
    assert.ok(isSequenced, `the venue takes every order, found ${type} of ${userRefNum}`);
    if (type !== "A") return;
    assert.ok(!this.accepted.has(userRefNum), `order ${userRefNum} is reported once`);
    assert.equal(userRefNum, this.accepted.size + 1, "reports come in the order of entry");
    this.accepted.set(userRefNum, orderReferenceNumber);
    this.#onAccepted(`ouch:${userRefNum}`, orderReferenceNumber);
    this.#pending.report(userRefNum);
  }
}
