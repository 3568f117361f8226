// hot path
// One OUCH connection that sends orders as fast as it is told and checks every answer: each order
// is accepted once, in the order in which it was sent.

import { connect, type Socket } from "node:net";
import { enterRequest } from "../../client/ouch-requests.ts";
import { putU32, u32At } from "../../codec/big-endian.ts";
import {
  OUCH_ACCEPTED,
  OUCH_EXECUTED,
  OUCH_SYSTEM_EVENT,
  OUCH_USER_REF_NUM_BYTE,
} from "../../codec/ouch-report.ts";
import {
  ENTER_ORDER_BYTES,
  ENTER_ORDER_SIDE_BYTE,
  ENTER_ORDER_USER_REF_NUM_BYTE,
} from "../../codec/ouch-request.ts";
import * as soup from "../../codec/soup-bin-tcp.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";

const PACKET_BYTES = soup.SOUP_HEADER_BYTES + ENTER_ORDER_BYTES;
const PACKET_BYTES_MAX = 65_537;
const HEARTBEAT_MILLIS = 1000;
const NANOS_A_MILLI = 1_000_000;
const BUY = 0x42;
const SELL = 0x53;
/** Planned times of orders that are under way; a power of two. */
const PLANNED_MAX = 1 << 20;

export type LoadLogin = { readonly username: string; readonly password: string };

/** What the benchmark drives, whatever carries the orders. */
export interface OrderLoad {
  readonly sentCount: number;
  readonly acceptedCount: number;
  readonly executedCount: number;
  /** Sends `count` orders; the first was planned at `plannedMillis`. */
  send(count: number, plannedMillis: number, apartMillis: number): void;
  /** Throws what went wrong. */
  close(): void;
}

export class OuchLoad implements OrderLoad {
  readonly #socket: Socket;
  readonly #latencies: LatencyHistogram;
  readonly #onAccepted: (count: number) => void;
  readonly #template: Uint8Array;
  readonly #planned = new Float64Array(PLANNED_MAX);
  readonly #heartbeat: NodeJS.Timeout;
  #sentCount = 0;
  #acceptedCount = 0;
  #executedCount = 0;
  #failure: Error | undefined;

  private constructor(
    socket: Socket,
    latencies: LatencyHistogram,
    onAccepted: (count: number) => void,
  ) {
    this.#socket = socket;
    this.#latencies = latencies;
    this.#onAccepted = onAccepted;
    const order = { userRefNum: 0, side: "B", quantity: 1, symbol: "ACME", price: 1_000_000 };
    this.#template = soup.soupPacket(soup.SOUP_UNSEQUENCED_DATA, latin1(enterRequest(order)));
    const heartbeat = soup.soupPacket(soup.SOUP_CLIENT_HEARTBEAT, "");
    this.#heartbeat = setInterval(() => socket.write(heartbeat), HEARTBEAT_MILLIS);
  }

  /** `onAccepted` hears how many more orders were accepted, once a read. */
  static open(
    port: number,
    login: LoadLogin,
    latencies: LatencyHistogram,
    onAccepted: (count: number) => void,
  ): Promise<OuchLoad> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      const load = new OuchLoad(socket, latencies, onAccepted);
      const reader = new soup.SoupReader(PACKET_BYTES_MAX, (bytes, at) => {
        if (bytes[at + 2] === soup.SOUP_LOGIN_ACCEPTED) resolve(load);
        else load.#onPacket(bytes, at);
      });
      socket.setNoDelay(true);
      socket.on("error", reject);
      socket.on("connect", () =>
        socket.write(soup.loginRequest({ ...login, session: "", sequence: 0 })),
      );
      socket.on("data", (bytes) => {
        const before = load.#acceptedCount;
        if (!reader.read(bytes)) load.#fail("expected SoupBinTCP packets");
        const count = load.#acceptedCount - before;
        if (count > 0) load.#onAccepted(count);
      });
    });
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  get acceptedCount(): number {
    return this.#acceptedCount;
  }

  get executedCount(): number {
    return this.#executedCount;
  }

  /** Sends `count` orders in one write; the first was planned at `plannedMillis`. */
  send(count: number, plannedMillis: number, apartMillis: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = Buffer.allocUnsafe(count * PACKET_BYTES);
    for (let i = 0; i < count; i++) {
      const at = i * PACKET_BYTES;
      bytes.set(this.#template, at);
      const userRefNum = ++this.#sentCount;
      const messageAt = at + soup.SOUP_HEADER_BYTES;
      putU32(bytes, messageAt + ENTER_ORDER_USER_REF_NUM_BYTE, userRefNum);
      bytes[messageAt + ENTER_ORDER_SIDE_BYTE] = userRefNum % 2 === 0 ? SELL : BUY;
      this.#planned[userRefNum & (PLANNED_MAX - 1)] = plannedMillis + i * apartMillis;
    }
    this.#socket.write(bytes);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#socket.destroy();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #onPacket(bytes: Uint8Array, at: number): void {
    const type = bytes[at + 2];
    if (type === soup.SOUP_SERVER_HEARTBEAT) return;
    const messageAt = at + soup.SOUP_HEADER_BYTES;
    switch (bytes[messageAt]) {
      case OUCH_ACCEPTED: {
        const userRefNum = u32At(bytes, messageAt + OUCH_USER_REF_NUM_BYTE);
        if (userRefNum !== ++this.#acceptedCount) {
          this.#fail(`expected order ${this.#acceptedCount} to be accepted, found ${userRefNum}`);
        }
        const plannedMillis = this.#planned[userRefNum & (PLANNED_MAX - 1)];
        this.#latencies.record((performance.now() - plannedMillis) * NANOS_A_MILLI);
        return;
      }
      case OUCH_EXECUTED:
        this.#executedCount++;
        return;
      case OUCH_SYSTEM_EVENT:
        return;
      default:
        this.#fail(`expected accepted or executed, found ${latin1(bytes.subarray(messageAt))}`);
    }
  }

  #fail(message: string): void {
    this.#failure ??= new Error(message);
    this.#socket.destroy(this.#failure);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
