// hot path
// What one connection sends in one turn of the event loop, as frames one behind the other, which go
// to its socket in one write at the turn's end. Measured against a write a message by the library:
// docs/performance.md.

import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { FRAME_HEAD_BYTES_MAX, writeFrameHead } from "../../codec/web-socket-frame.ts";
import { BytesWriter } from "../bytes-writer.ts";
import type { AsciiWriter } from "../json/ascii-writer.ts";

/** So much is written before the turn ends. */
const TURN_BYTES_MAX = 65_536;
/** Writers kept for later turns: connections that say nothing have none. */
const SPARES_MAX = 64;

class FrameWriter extends BytesWriter {
  /** `message` as a frame. */
  message(message: string): void {
    const length = Buffer.byteLength(message);
    this.#head(length);
    this.at += this.buffer.write(message, this.at);
  }

  /** What `json` holds as a frame; `json` is empty then. */
  json(json: AsciiWriter): void {
    this.#head(json.length);
    this.at += json.moveTo(this.buffer, this.at);
  }

  #head(length: number): void {
    const needed = FRAME_HEAD_BYTES_MAX + length;
    if (this.at + needed > this.buffer.length) this.grow(needed);
    this.at = writeFrameHead(this.buffer, this.at, length);
  }
}

const spares: FrameWriter[] = [];
const waiting: TurnFrames[] = [];

export class TurnFrames {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  #frames: FrameWriter | undefined;

  constructor(webSocket: WebSocket, socket: Duplex) {
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  /** Bytes that wait for the turn's end. */
  get length(): number {
    return this.#frames?.length ?? 0;
  }

  send(message: string): void {
    this.#frames ??= this.#begin();
    this.#frames.message(message);
    this.#bound();
  }

  /** What `json` holds; it is empty then. */
  sendJson(json: AsciiWriter): void {
    this.#frames ??= this.#begin();
    this.#frames.json(json);
    this.#bound();
  }

  /** Writes what waits, unless one side has said goodbye. */
  flush(): void {
    const frames = this.#frames;
    if (frames === undefined) return;
    this.#frames = undefined;
    const bytes = frames.takeBytes();
    if (spares.length < SPARES_MAX) spares.push(frames);
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#socket.write(bytes);
  }

  #begin(): FrameWriter {
    if (waiting.push(this) === 1) setImmediate(flushAll);
    return spares.pop() ?? new FrameWriter();
  }

  #bound(): void {
    if (this.length >= TURN_BYTES_MAX) this.flush();
  }
}

function flushAll(): void {
  for (const frames of waiting.splice(0)) frames.flush();
}
