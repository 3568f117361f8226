// The client's side of SoupBinTCP: logs in, reads a numbered stream, and after every lost
// connection goes on with the message after the last that it read.

import * as soup from "../../src/codec/soup-bin-tcp.ts";
import { Line, type LineParts } from "./line.ts";
import type { OuchLine, OuchLineListener } from "./ouch-line.ts";
import { promise } from "./violation.ts";

export type SoupClientParts = LineParts & { readonly username: string; readonly password: string };

const PACKET_BYTES_MAX = 65_537;
const HEARTBEAT_MICROS = 1_000_000;
const HEARTBEAT = soup.soupPacket(soup.SOUP_CLIENT_HEARTBEAT, "");

/** What the exchange says to people before it stops. */
const STOPPING = Buffer.from("the exchange stops");

export class SoupClient implements OuchLine {
  readonly #parts: SoupClientParts;
  readonly #listener: OuchLineListener;
  readonly #line: Line;
  #reader = this.#newReader();
  #session = "";
  #nextSequence = 1;
  #isLoggedIn = false;

  constructor(parts: SoupClientParts, listener: OuchLineListener) {
    this.#parts = parts;
    this.#listener = listener;
    this.#line = new Line("ouch", parts, {
      onConnected: () => this.#onConnected(),
      onBytes: (bytes) => this.#reader.read(bytes),
      onSilent: () => {}, // The server beats; without it, silence goes on to the end.
      onLost: () => {
        this.#isLoggedIn = false;
        this.#listener.onLost();
      },
    });
    this.#beatLater();
  }

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  connect(): void {
    this.#line.connect();
  }

  send(message: Uint8Array): void {
    const packet = new Uint8Array(soup.SOUP_HEADER_BYTES + message.length);
    soup.putSoupHeader(packet, 0, soup.SOUP_UNSEQUENCED_DATA, message.length);
    packet.set(message, soup.SOUP_HEADER_BYTES);
    this.#line.send(packet);
  }

  #newReader(): soup.SoupReader {
    return new soup.SoupReader(PACKET_BYTES_MAX, (bytes, at, length) =>
      this.#onPacket(bytes, at, length),
    );
  }

  #onConnected(): void {
    const { username, password } = this.#parts;
    this.#reader = this.#newReader();
    const place = { session: this.#session, sequence: this.#nextSequence };
    this.#line.send(soup.loginRequest({ username, password, ...place }));
  }

  #onPacket(bytes: Uint8Array, at: number, length: number): void {
    const type = bytes[at + 2];
    const payloadAt = at + soup.SOUP_HEADER_BYTES;
    const payload = Buffer.from(bytes.subarray(payloadAt, at + length));
    switch (type) {
      case soup.SOUP_LOGIN_ACCEPTED:
        this.#onLoggedIn(bytes, at);
        return;
      case soup.SOUP_SEQUENCED_DATA:
        this.#nextSequence++;
        this.#listener.onMessage(payload, true);
        return;
      case soup.SOUP_UNSEQUENCED_DATA:
        this.#listener.onMessage(payload, false);
        return;
      default: {
        const { name } = this.#parts;
        const isBeat = type === soup.SOUP_SERVER_HEARTBEAT;
        const isStop = type === soup.SOUP_DEBUG && payload.equals(STOPPING);
        promise(
          isBeat || isStop,
          `${name}: a login is accepted, found ${String.fromCharCode(type)}${payload}`,
        );
      }
    }
  }

  #onLoggedIn(bytes: Uint8Array, at: number): void {
    const { name, trace } = this.#parts;
    const { session, sequence } = soup.readLoginAccepted(bytes, at);
    promise(
      sequence === this.#nextSequence && (this.#session === "" || session === this.#session),
      `${name}: a stream goes on with ${this.#session} ${this.#nextSequence}, ` +
        `found ${session} ${sequence}`,
    );
    this.#session = session;
    this.#isLoggedIn = true;
    trace.add(name, `logged in, next is ${sequence}`);
    this.#listener.onLoggedIn();
  }

  #beatLater(): void {
    this.#parts.scheduler.after(HEARTBEAT_MICROS, () => {
      this.#beatLater();
      if (this.#isLoggedIn) this.#line.send(HEARTBEAT);
    });
  }
}
