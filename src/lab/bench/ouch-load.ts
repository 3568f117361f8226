// hot path
// One OUCH connection that sends orders as fast as it is told and checks every answer: each order
// is accepted once, in the order in which it was sent.

import { connect, type Socket } from "node:net";
import { enterRequest } from "../../client/ouch-requests.ts";
import { putU32, u16At, u32At } from "../../codec/big-endian.ts";
import {
  OUCH_ACCEPTED,
  OUCH_EXECUTED,
  OUCH_REJECTED,
  OUCH_SYSTEM_EVENT,
  OUCH_USER_REF_NUM_BYTE,
  REJECTED_REASON_BYTE,
} from "../../codec/ouch-report.ts";
import {
  ENTER_ORDER_BYTES,
  ENTER_ORDER_SIDE_BYTE,
  ENTER_ORDER_USER_REF_NUM_BYTE,
} from "../../codec/ouch-request.ts";
import * as soup from "../../codec/soup-bin-tcp.ts";
import { reasonName } from "../../model/reasons.ts";
import { loginOf } from "../load/drivers/login.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { LoadProgress } from "./load-progress.ts";
import type { LoadPlace, OrderLoad } from "./order-load.ts";

const PACKET_BYTES = soup.SOUP_HEADER_BYTES + ENTER_ORDER_BYTES;
const PACKET_BYTES_MAX = 65_537;
const HEARTBEAT_MILLIS = 1000;
const READ_BYTES = 64 * 1024;
const WRITE_BYTES = 64 * 1024;
const BUY = 0x42;
const SELL = 0x53;

export class OuchLoad implements OrderLoad {
  readonly progress: LoadProgress;
  readonly #socket: Socket;
  readonly #template: Uint8Array;
  readonly #heartbeat: NodeJS.Timeout;
  /** Written, and free again: one a write would be garbage, and pauses to collect it. */
  readonly #buffers: Buffer[] = [];

  private constructor(socket: Socket, latencies: LatencyHistogram) {
    this.#socket = socket;
    this.progress = new LoadProgress(latencies);
    const order = { userRefNum: 0, side: "B", quantity: 1, symbol: "ACME", price: 1_000_000 };
    this.#template = soup.soupPacket(soup.SOUP_UNSEQUENCED_DATA, latin1(enterRequest(order)));
    const heartbeat = soup.soupPacket(soup.SOUP_CLIENT_HEARTBEAT, "");
    this.#heartbeat = setInterval(() => socket.write(heartbeat), HEARTBEAT_MILLIS);
  }

  /** `onAnswered` hears how many more orders were accepted, once a read. */
  static open(
    { venue, key }: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ): Promise<OuchLoad> {
    const login = loginOf(key);
    return new Promise((resolve, reject) => {
      const reader = new soup.SoupReader(PACKET_BYTES_MAX, (bytes, at) => {
        if (bytes[at + 2] === soup.SOUP_LOGIN_ACCEPTED) resolve(load);
        else load.#onPacket(bytes, at);
      });
      const onread = (byteCount: number, bytes: Uint8Array): boolean => {
        const before = load.progress.answeredCount;
        const isRead = reader.read(bytes.subarray(0, byteCount));
        if (!isRead) load.progress.fail("expected SoupBinTCP packets");
        const count = load.progress.answeredCount - before;
        if (count > 0) onAnswered(count);
        return isRead;
      };
      // One buffer for all reads: one a read would be garbage, and pauses to collect it.
      const socket = connect({
        ...{ port: venue.ouchPort, host: "127.0.0.1" },
        onread: { buffer: Buffer.alloc(READ_BYTES), callback: onread },
      });
      const load = new OuchLoad(socket, latencies);
      socket.setNoDelay(true);
      socket.on("error", reject);
      socket.on("connect", () =>
        socket.write(soup.loginRequest({ ...login, session: "", sequence: 0 })),
      );
    });
  }

  /** Sends `count` orders in one write; the first was planned at `plannedMillis`. */
  send(count: number, plannedMillis: number, apartMillis: number): void {
    this.progress.check();
    const buffer = this.#bufferFor(count * PACKET_BYTES);
    const bytes = buffer.subarray(0, count * PACKET_BYTES);
    for (let i = 0; i < count; i++) {
      const at = i * PACKET_BYTES;
      bytes.set(this.#template, at);
      const userRefNum = this.progress.send(plannedMillis + i * apartMillis);
      const messageAt = at + soup.SOUP_HEADER_BYTES;
      putU32(bytes, messageAt + ENTER_ORDER_USER_REF_NUM_BYTE, userRefNum);
      bytes[messageAt + ENTER_ORDER_SIDE_BYTE] = userRefNum % 2 === 0 ? SELL : BUY;
    }
    this.#socket.write(bytes, () => this.#buffers.push(buffer));
  }

  #bufferFor(byteCount: number): Buffer {
    const buffer = this.#buffers.pop();
    if (buffer !== undefined && buffer.length >= byteCount) return buffer;
    return Buffer.allocUnsafeSlow(Math.max(byteCount, WRITE_BYTES));
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#socket.destroy();
    this.progress.check();
  }

  #onPacket(bytes: Uint8Array, at: number): void {
    const type = bytes[at + 2];
    if (type === soup.SOUP_SERVER_HEARTBEAT) return;
    const messageAt = at + soup.SOUP_HEADER_BYTES;
    switch (bytes[messageAt]) {
      case OUCH_ACCEPTED: {
        const userRefNum = u32At(bytes, messageAt + OUCH_USER_REF_NUM_BYTE);
        const expected = this.progress.answer();
        if (userRefNum !== expected) {
          this.progress.fail(`expected order ${expected} to be accepted, found ${userRefNum}`);
        }
        return;
      }
      case OUCH_EXECUTED:
      case OUCH_SYSTEM_EVENT:
        return;
      default:
        this.progress.fail(`expected accepted or executed, found ${reportText(bytes, messageAt)}`);
    }
  }
}

/** What the report at `at` is, for people: its type, of a refusal with the reason. */
export function reportText(bytes: Uint8Array, at: number): string {
  const type = String.fromCharCode(bytes[at]);
  if (bytes[at] !== OUCH_REJECTED) return type;
  return `${type} ${reasonName(u16At(bytes, at + REJECTED_REASON_BYTE))}`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
