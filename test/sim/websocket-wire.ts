// The client's side of RFC 6455, as much of it as the simulated clients speak: an upgrade, text
// messages out, whole unmasked frames in.

import type { Json, Wire, WireListener } from "./wire.ts";

const OP_TEXT = 1;
const OP_CLOSE = 8;
const OP_PING = 9;
const OP_PONG = 10;
const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const HEADERS_END = "\r\n\r\n";

function upgradeRequest(keyText: string): Buffer {
  const lines = [
    "GET /ws HTTP/1.1",
    "Host: exchange",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: c2ltdWxhdGVkIGNsaWVudA==", // 16 bytes; it need not be secret.
    `Authorization: Bearer ${keyText}`,
  ];
  return Buffer.from(lines.join("\r\n") + HEADERS_END);
}

/** Masked with zeros, as a client may. */
function frame(op: number, payload: Buffer): Buffer {
  const length = payload.length;
  const isShort = length < LENGTH_16;
  const header = Buffer.alloc(isShort ? 6 : 8);
  header[0] = FINAL | op;
  header[1] = MASKED | (isShort ? length : LENGTH_16);
  if (!isShort) header.writeUInt16BE(length, 2);
  return Buffer.concat([header, payload]);
}

export class WebSocketWire implements Wire {
  readonly #keyText: string;
  readonly #send: (bytes: Buffer) => void;
  readonly #listener: WireListener;
  #bytes: Buffer = Buffer.alloc(0);
  #isOpen = false;

  constructor(keyText: string, send: (bytes: Buffer) => void, listener: WireListener) {
    this.#keyText = keyText;
    this.#send = send;
    this.#listener = listener;
  }

  begin(): void {
    this.#send(upgradeRequest(this.#keyText));
  }

  ask(request: Json): void {
    this.#send(frame(OP_TEXT, Buffer.from(JSON.stringify(request))));
  }

  take(bytes: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    if (!this.#isOpen && !this.#readUpgrade()) return;
    while (this.#readFrame());
  }

  #readUpgrade(): boolean {
    const end = this.#bytes.indexOf(HEADERS_END);
    if (end < 0) return false;
    const status = Number(this.#bytes.toString("latin1", 9, 12));
    this.#bytes = this.#bytes.subarray(end + HEADERS_END.length);
    this.#isOpen = status === 101;
    if (this.#isOpen) this.#listener.onOpen();
    else this.#listener.onRefused(status);
    return this.#isOpen;
  }

  #readFrame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    let length = bytes[1] & 0x7f;
    let at = 2;
    if (length === LENGTH_16) at = 4;
    if (length === LENGTH_64) at = 10;
    if (bytes.length < at) return false;
    if (length === LENGTH_16) length = bytes.readUInt16BE(2);
    else if (length === LENGTH_64) length = Number(bytes.readBigUInt64BE(2));
    if (bytes.length < at + length) return false;
    this.#bytes = bytes.subarray(at + length);
    this.#tell(bytes[0] & 0x0f, bytes.subarray(at, at + length));
    return true;
  }

  #tell(op: number, payload: Buffer): void {
    if (op === OP_TEXT) this.#listener.onMessage(payload.toString());
    else if (op === OP_PING) this.#send(frame(OP_PONG, payload));
    else if (op === OP_CLOSE)
      this.#listener.onClose(payload.length < 2 ? 0 : payload.readUInt16BE(0));
  }
}
