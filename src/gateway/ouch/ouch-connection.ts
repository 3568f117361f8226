// One OUCH client over SoupBinTCP: its login, its requests, and its account's stream from the
// message on that it asks for. What it entered stays entered when it goes.

import type { Duplex } from "node:stream";
import { isOuchRequest } from "../../codec/ouch-request.ts";
import * as soup from "../../codec/soup-bin-tcp.ts";
import type { MessageCursor } from "../../model/message-streams.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import type { KeyRing } from "../keys.ts";
import {
  OUCH_PACKET_BYTES_MAX,
  SOUP_BEHIND_BYTES_MAX,
  SOUP_HANDED_BYTES_MAX,
  SOUP_LOGIN_BEATS_MAX,
  SOUP_SILENT_BEATS_MAX,
} from "../limits.ts";
import type { OuchAccount, OuchAccounts } from "./ouch-accounts.ts";
import type { OuchCounts } from "./ouch-counts.ts";
import { OuchDesk } from "./ouch-desk.ts";
import type { OuchSymbols } from "./ouch-symbols.ts";

export type OuchConnectionParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly accounts: OuchAccounts;
  readonly symbols: OuchSymbols;
  readonly counts: OuchCounts;
  readonly clock: Clock;
  readonly limits?: OuchReadingLimits;
};

/** How much a client may have before it reads: given to its socket, and behind its stream. */
export type OuchReadingLimits = {
  readonly handedBytesMax: number;
  readonly behindBytesMax: number;
};

/** What is needed of a TCP socket. */
export type OuchSocket = Duplex & { setNoDelay(isOn: boolean): unknown };

const USUAL_LIMITS: OuchReadingLimits = {
  handedBytesMax: SOUP_HANDED_BYTES_MAX,
  behindBytesMax: SOUP_BEHIND_BYTES_MAX,
};

const HEARTBEAT = soup.soupPacket(soup.SOUP_SERVER_HEARTBEAT, "");

export class OuchConnection {
  readonly #parts: OuchConnectionParts;
  readonly #socket: OuchSocket;
  readonly #limits: OuchReadingLimits;
  readonly #reader: soup.SoupReader;
  #desk: OuchDesk | undefined;
  #cursor: MessageCursor | undefined;
  #stopListening: () => void = () => {};
  /** The socket has as much as it is given at once; the rest waits for its drain. */
  #isWaiting = false;
  #isClosed = false;
  #hasSaid = false;
  #silentBeats = 0;
  #beats = 0;
  #onIdle: (() => void) | undefined;

  constructor(socket: OuchSocket, parts: OuchConnectionParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? USUAL_LIMITS;
    this.#socket = socket;
    this.#reader = new soup.SoupReader(OUCH_PACKET_BYTES_MAX, (bytes, at, length) => {
      if (!this.#isClosed) this.#onPacket(bytes, at, length);
    });
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#onData(bytes));
    socket.on("drain", () => this.#onDrain());
    socket.on("error", () => {}); // A close follows.
    socket.on("close", () => this.#onClose());
  }

  /** Bytes that are there for the client and that it has not taken. */
  get unreadBytes(): number {
    return this.#socket.writableLength + (this.#cursor?.unreadBytes ?? 0);
  }

  get isLoggedIn(): boolean {
    return this.#desk !== undefined;
  }

  /** Once a second: something is said, and who is silent for too long is taken for gone. */
  beat(): void {
    this.#beats++;
    if (!this.isLoggedIn && this.#beats > SOUP_LOGIN_BEATS_MAX) this.#end("expected a login");
    else if (++this.#silentBeats > SOUP_SILENT_BEATS_MAX) this.#socket.destroy();
    else if (this.isLoggedIn && !this.#hasSaid && !this.#isWaiting) this.#write(HEARTBEAT);
    this.#hasSaid = false;
  }

  /** Takes no more requests; once everything entered is answered, closes. */
  stop(): void {
    this.#socket.removeAllListeners("data");
    this.#socket.resume();
    this.#onIdle = () => this.#socket.end();
    this.#closeWhenIdle();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onData(bytes: Uint8Array): void {
    this.#silentBeats = 0;
    if (!this.#reader.read(bytes) && !this.#isClosed) this.#refuse("expected SoupBinTCP packets");
  }

  #onPacket(bytes: Uint8Array, at: number, length: number): void {
    const type = bytes[at + 2];
    if (type === soup.SOUP_UNSEQUENCED_DATA && this.#desk !== undefined) {
      const messageAt = at + soup.SOUP_HEADER_BYTES;
      const messageBytes = length - soup.SOUP_HEADER_BYTES;
      if (isOuchRequest(bytes, messageAt, messageBytes)) {
        this.#desk.enter(bytes, messageAt, messageBytes);
      } else {
        this.#refuse("expected an OUCH 5.0 request");
      }
      return;
    }
    switch (type) {
      case soup.SOUP_LOGIN_REQUEST:
        this.#onLogin(bytes, at, length);
        return;
      case soup.SOUP_CLIENT_HEARTBEAT:
      case soup.SOUP_DEBUG:
        return;
      case soup.SOUP_LOGOUT_REQUEST:
        this.#isClosed = true;
        this.#socket.end();
        return;
      default:
        this.#refuse(this.isLoggedIn ? "expected a packet of a client" : "expected a login");
    }
  }

  #onLogin(bytes: Uint8Array, at: number, length: number): void {
    const isWhole = length === soup.LOGIN_REQUEST_BYTES && !this.isLoggedIn;
    const login = isWhole ? soup.readLoginRequest(bytes, at) : undefined;
    if (login === undefined) {
      this.#refuse("expected one login request");
      return;
    }
    const { venue, keys, accounts } = this.#parts;
    const key = keys.findShort(login.username, login.password);
    if (key === undefined) {
      this.#reject(soup.SOUP_NOT_AUTHORIZED);
      return;
    }
    const account = accounts.of(key.accountId);
    const sequence = login.sequence === 0 ? account.stream.nextSequence : login.sequence;
    const isHere = login.session === "" || login.session === venue.ouch.session;
    const cursor = isHere ? account.stream.cursorFrom(sequence) : undefined;
    if (cursor === undefined) {
      this.#reject(soup.SOUP_SESSION_NOT_AVAILABLE);
      return;
    }
    this.#write(soup.loginAccepted(venue.ouch.session, sequence));
    this.#begin(account, cursor);
  }

  #begin(account: OuchAccount, cursor: MessageCursor): void {
    const { venue, symbols, counts, clock } = this.#parts;
    const onAnswer = (message: Uint8Array): void => this.#answer(message);
    this.#desk = new OuchDesk(account, { venue, symbols, counts, clock, onAnswer });
    this.#cursor = cursor;
    this.#stopListening = account.stream.listen(() => this.#onGrown());
    this.#flush();
  }

  #onGrown(): void {
    this.#flush();
    if ((this.#cursor?.unreadBytes ?? 0) > this.#limits.behindBytesMax) this.#endSlow();
    this.#closeWhenIdle();
  }

  #onDrain(): void {
    this.#isWaiting = false;
    this.#flush();
  }

  /** Hands the socket what is new, as much as it may have at once. */
  #flush(): void {
    if (this.#isClosed || this.#cursor === undefined) return;
    while (!this.#isWaiting) {
      const messages = this.#cursor.next();
      if (messages === undefined) return;
      this.#write(messages);
    }
  }

  /** What the gateway itself says comes behind everything that the stream says by now. */
  #answer(message: Uint8Array): void {
    this.#flush();
    const packet = new Uint8Array(soup.SOUP_HEADER_BYTES + message.length);
    soup.putSoupHeader(packet, 0, soup.SOUP_UNSEQUENCED_DATA, message.length);
    packet.set(message, soup.SOUP_HEADER_BYTES);
    this.#write(packet);
    if (this.#socket.writableLength > this.#limits.behindBytesMax) this.#endSlow();
  }

  #endSlow(): void {
    this.#parts.counts.slow++;
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#hasSaid = true;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#limits.handedBytesMax) this.#isWaiting = true;
  }

  #reject(reason: number): void {
    this.#write(soup.soupPacket(soup.SOUP_LOGIN_REJECTED, String.fromCharCode(reason)));
    this.#isClosed = true;
    this.#socket.end();
  }

  #refuse(expected: string): void {
    this.#parts.counts.malformed++;
    this.#end(expected);
  }

  /** The protocol's own way to say something to a person, and the end. */
  #end(text: string): void {
    this.#write(soup.soupPacket(soup.SOUP_DEBUG, text));
    this.#isClosed = true;
    this.#socket.end();
  }

  #closeWhenIdle(): void {
    if (this.#onIdle === undefined || (this.#desk?.pendingCount ?? 0) > 0) return;
    this.#flush();
    this.#onIdle();
    this.#onIdle = undefined;
  }

  #onClose(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#desk?.close();
    this.#cursor = undefined;
  }
}
