// hot path
// One WebSocket that sends orders, one a message or in batches, as fast as it is told and checks
// every answer: each request is answered once, in the order in which it was sent, and refused in no
// part. A library opens it; frames are written and read here, so that it is the exchange that is
// measured.

import { once } from "node:events";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import {
  FRAME_HEAD_BYTES_MAX,
  frameBodyBytes,
  frameHeadBytes,
  TEXT_FRAME,
  writeFrameHead,
} from "../../codec/web-socket-frame.ts";
import { BytesWriter, fragmentOf } from "../../gateway/bytes-writer.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { LoadProgress } from "./load-progress.ts";
import type { LoadPlace, OrderLoad } from "./order-load.ts";

const MASK_BYTES = 4;
const MASKED = 0x80;
const ID = fragmentOf('{"id":');
const OP_NEW = fragmentOf(',"op":"new","order":');
const OP_BATCH = fragmentOf(',"op":"batch","orders":[');
const FIRST_ENTRY = fragmentOf('{"new":');
const NEXT_ENTRY = fragmentOf(',{"new":');
const [BUY, SELL] = ["buy", "sell"].map((side) =>
  fragmentOf(
    `{"symbol":"ACME","side":"${side}","ordType":"limit","price":"100.00","orderQty":"1",` +
      `"clOrdId":"`,
  ),
);
const ORDER_END = fragmentOf('"}');
const ORDERS_END = fragmentOf("]");
const END = fragmentOf("}");
const REFUSED = Buffer.from('"error":');

export class SocketLoad implements OrderLoad {
  readonly progress: LoadProgress;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #name: string;
  readonly #ordersPerMessage: number;
  readonly #onAnswered: (count: number) => void;
  readonly #request = new BytesWriter();
  readonly #frames = new MaskedFrames();
  #unread: Buffer = Buffer.alloc(0);
  #orderCount = 0;
  #isClosing = false;

  private constructor(
    webSocket: WebSocket,
    socket: Duplex,
    { name, ordersPerMessage }: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#name = name;
    this.#ordersPerMessage = ordersPerMessage;
    this.progress = new LoadProgress(latencies);
    this.#onAnswered = onAnswered;
    socket.removeAllListeners("data");
    socket.on("data", (bytes: Buffer) => this.#onData(bytes));
    socket.on("close", () => {
      if (!this.#isClosing) this.progress.fail("expected answers, found the end of the connection");
    });
  }

  static async open(
    place: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ): Promise<SocketLoad> {
    const webSocket = new WebSocket(`ws://127.0.0.1:${place.venue.port}/ws`, {
      headers: { authorization: `Bearer ${place.key}` },
      perMessageDeflate: false,
    });
    const [[{ socket }]] = await Promise.all([once(webSocket, "upgrade"), once(webSocket, "open")]);
    return new SocketLoad(webSocket, socket, place, latencies, onAnswered);
  }

  send(count: number, plannedMillis: number, apartMillis: number): void {
    this.progress.check();
    for (let i = 0; i < count; i++) {
      this.#writeRequest(this.progress.send(plannedMillis + i * apartMillis));
      this.#frames.move(this.#request);
    }
    this.#socket.write(this.#frames.takeBytes());
  }

  close(): void {
    this.#isClosing = true;
    this.#webSocket.terminate();
    this.progress.check();
  }

  #writeRequest(id: number): void {
    const out = this.#request;
    out.fragment(ID);
    out.integer(id);
    if (this.#ordersPerMessage === 1) {
      out.fragment(OP_NEW);
      this.#writeOrder();
    } else {
      out.fragment(OP_BATCH);
      for (let i = 0; i < this.#ordersPerMessage; i++) {
        out.fragment(i === 0 ? FIRST_ENTRY : NEXT_ENTRY);
        this.#writeOrder();
        out.fragment(END);
      }
      out.fragment(ORDERS_END);
    }
    out.fragment(END);
  }

  #writeOrder(): void {
    const number = this.#orderCount++;
    this.#request.fragment(number % 2 === 0 ? BUY : SELL);
    this.#request.text(this.#name);
    this.#request.integer(number);
    this.#request.fragment(ORDER_END);
  }

  #onData(bytes: Buffer): void {
    const before = this.progress.answeredCount;
    const all = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    let at = 0;
    while (at + 2 <= all.length) {
      const bodyAt = at + frameHeadBytes(all, at);
      if (bodyAt > all.length) break;
      const end = bodyAt + frameBodyBytes(all, at);
      if (end > all.length) break;
      this.#onAnswer(all, at, bodyAt, end);
      at = end;
    }
    this.#unread = all.subarray(at);
    const count = this.progress.answeredCount - before;
    if (count > 0) this.#onAnswered(count);
  }

  #onAnswer(bytes: Buffer, at: number, bodyAt: number, end: number): void {
    const id = this.progress.answer();
    const head = `{"id":${id},"result":{`;
    const isDone =
      bytes[at] === TEXT_FRAME && bytes.toString("latin1", bodyAt, bodyAt + head.length) === head;
    if (!isDone || bytes.subarray(bodyAt, end).includes(REFUSED)) {
      const found = bytes.toString("latin1", bodyAt, Math.min(end, bodyAt + 500));
      this.progress.fail(`expected request ${id} to be done, found ${found}`);
    }
  }
}

/** A client's frames are masked: with a mask of zeros the text stays as it is. */
class MaskedFrames extends BytesWriter {
  /** Takes what `message` holds as one frame. */
  move(message: BytesWriter): void {
    const needed = FRAME_HEAD_BYTES_MAX + MASK_BYTES + message.length;
    if (this.at + needed > this.buffer.length) this.grow(needed);
    const maskAt = writeFrameHead(this.buffer, this.at, message.length);
    this.buffer[this.at + 1] |= MASKED;
    this.buffer.fill(0, maskAt, maskAt + MASK_BYTES);
    this.at = maskAt + MASK_BYTES;
    this.at += message.moveTo(this.buffer, this.at);
  }
}
