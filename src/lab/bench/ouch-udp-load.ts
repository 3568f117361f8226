// hot path
// One OUCH client over UDP that sends orders as fast as it is told and checks every answer: each
// order is accepted once, in the order in which it was sent, whatever the datagrams did.

import { createSocket } from "node:dgram";
import { enterRequest } from "../../client/ouch-requests.ts";
import { OuchUdpClient } from "../../client/ouch-udp-client.ts";
import { putU32, u32At } from "../../codec/big-endian.ts";
import {
  OUCH_ACCEPTED,
  OUCH_EXECUTED,
  OUCH_SYSTEM_EVENT,
  OUCH_USER_REF_NUM_BYTE,
} from "../../codec/ouch-report.ts";
import { ENTER_ORDER_SIDE_BYTE, ENTER_ORDER_USER_REF_NUM_BYTE } from "../../codec/ouch-request.ts";
import { systemClock } from "../../ops/clock.ts";
import { type Login, loginOf } from "../load/drivers/login.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { LoadProgress } from "./load-progress.ts";
import type { LoadPlace, OrderLoad } from "./order-load.ts";
import { reportText } from "./ouch-load.ts";

const BUY = 0x42;
const SELL = 0x53;
const BUFFER_BYTES = 4 * 1024 * 1024;

export class OuchUdpLoad implements OrderLoad {
  readonly progress: LoadProgress;
  readonly #client: OuchUdpClient;
  readonly #onAnswered: (count: number) => void;
  readonly #template = enterRequest({
    ...{ userRefNum: 0, side: "B", quantity: 1, symbol: "ACME", price: 1_000_000 },
  });
  #isClosing = false;
  /** Accepted since the load was last told, which is once a turn. */
  #untoldCount = 0;

  private constructor(
    port: number,
    login: Login,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ) {
    this.progress = new LoadProgress(latencies);
    this.#onAnswered = onAnswered;
    this.#client = new OuchUdpClient({
      ...login,
      host: "127.0.0.1",
      port,
      loginNumber: Date.now(),
      socket: createSocket({
        type: "udp4",
        recvBufferSize: BUFFER_BYTES,
        sendBufferSize: BUFFER_BYTES,
      }),
      after: (millis, callback) => systemClock.after(millis, callback),
      onMessage: (bytes, at) => this.#onReport(bytes, at),
      onEnd: (why) => {
        if (!this.#isClosing) this.progress.fail(why);
      },
    });
  }

  /** `onAnswered` hears how many more orders were accepted, once a turn. */
  static async open(
    { venue, key }: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ): Promise<OuchUdpLoad> {
    const load = new OuchUdpLoad(venue.ouchUdpPort, loginOf(key), latencies, onAnswered);
    while (!load.#client.isLoggedIn) {
      load.progress.check();
      await new Promise<void>((resolve) => setTimeout(resolve, 1));
    }
    return load;
  }

  send(count: number, plannedMillis: number, apartMillis: number): void {
    this.progress.check();
    for (let i = 0; i < count; i++) {
      const userRefNum = this.progress.send(plannedMillis + i * apartMillis);
      const message = Uint8Array.from(this.#template);
      putU32(message, ENTER_ORDER_USER_REF_NUM_BYTE, userRefNum);
      message[ENTER_ORDER_SIDE_BYTE] = userRefNum % 2 === 0 ? SELL : BUY;
      this.#client.send(message);
    }
  }

  close(): void {
    this.#isClosing = true;
    this.#client.close();
    this.progress.check();
  }

  #onReport(bytes: Uint8Array, at: number): void {
    switch (bytes[at]) {
      case OUCH_ACCEPTED: {
        const userRefNum = u32At(bytes, at + OUCH_USER_REF_NUM_BYTE);
        const expected = this.progress.answer();
        if (userRefNum !== expected) {
          this.progress.fail(`expected order ${expected} to be accepted, found ${userRefNum}`);
        }
        if (this.#untoldCount++ === 0) setImmediate(() => this.#tell());
        return;
      }
      case OUCH_EXECUTED:
      case OUCH_SYSTEM_EVENT:
        return;
      default:
        this.progress.fail(`expected accepted or executed, found ${reportText(bytes, at)}`);
    }
  }

  #tell(): void {
    const count = this.#untoldCount;
    this.#untoldCount = 0;
    this.#onAnswered(count);
  }
}
