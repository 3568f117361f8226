// One client over SoupBinTCP, whatever messages it speaks: its login, its heartbeats, and a
// numbered stream from the message on that it asks for.

import * as soup from "../../codec/soup-bin-tcp.ts";
import type { MessageCursor } from "../../model/message-streams.ts";
import {
  SOUP_BEHIND_BYTES_MAX,
  SOUP_CLOSE_BEATS_MAX,
  SOUP_HANDED_BYTES_MAX,
  SOUP_LOGIN_BEATS_MAX,
  SOUP_PACKET_BYTES_MAX,
  SOUP_PENDING_MAX,
  SOUP_SILENT_BEATS_MAX,
} from "../limits.ts";
import type { WireConnection, WireSocket } from "../wire-server.ts";
import type { SoupCounts } from "./soup-counts.ts";

/** Where a client's stream begins. */
export type SoupStart = {
  readonly session: string;
  /** Of the next sequenced message. */
  readonly sequence: number;
  /** Framed messages that come before the stream's. */
  readonly preface: readonly Uint8Array[];
  readonly cursor: MessageCursor;
  /** `onGrown` is called when the cursor has more. */
  readonly listen: (onGrown: () => void) => () => void;
};

/** What a protocol does with a connection. */
export interface SoupHandler {
  /** A start, or the letter that says why there is none. */
  onLogin(login: soup.SoupLogin): SoupStart | number;
  /** A message from the client; "", or in words why it is none of this protocol. */
  onMessage(bytes: Uint8Array, at: number, length: number): string;
  /** Answers that the client still waits for; when there are fewer, SoupLink.onAnswered(). */
  readonly pendingCount: number;
  /** Whether the session is over when the exchange stops, and goes on in no other connection. */
  readonly endsAtStop: boolean;
  onClose(): void;
}

/** What a handler does with its connection. */
export type SoupLink = {
  /** Sends a message outside the stream. */
  say(message: Uint8Array): void;
  /** One answer fewer is waited for. */
  onAnswered(): void;
  /** Somebody has logged in with a key. */
  onLogin(accountId: number): void;
  /** Says to a person why, and ends it. */
  end(text: string): void;
};

/** How much a client may have before it reads: given to its socket, and behind its stream. */
export type SoupReadingLimits = {
  readonly handedBytesMax: number;
  readonly behindBytesMax: number;
};

export type SoupConnectionParts = {
  /** Makes the handler of a new connection. */
  readonly handlerOf: (link: SoupLink) => SoupHandler;
  readonly counts: SoupCounts;
  readonly limits?: SoupReadingLimits;
};

const USUAL_LIMITS: SoupReadingLimits = {
  handedBytesMax: SOUP_HANDED_BYTES_MAX,
  behindBytesMax: SOUP_BEHIND_BYTES_MAX,
};
const END_OF_SESSION = soup.soupPacket(soup.SOUP_END_OF_SESSION, "");
/** To people: a session that goes on after the next start has no packet that says so. */
const STOPPING = soup.soupPacket(soup.SOUP_DEBUG, "the exchange stops");
const HEARTBEAT = soup.soupPacket(soup.SOUP_SERVER_HEARTBEAT, "");

export class SoupConnection implements WireConnection {
  readonly #socket: WireSocket;
  readonly #handler: SoupHandler;
  readonly #counts: SoupCounts;
  readonly #limits: SoupReadingLimits;
  readonly #reader: soup.SoupReader;
  #cursor: MessageCursor | undefined;
  #stopListening: () => void = () => {};
  /** The socket has as much as it is given at once; the rest waits for its drain. */
  #isWaiting = false;
  #isClosed = false;
  #hasSaid = false;
  #silentBeats = 0;
  #beats = 0;
  /** Since the last word was said. */
  #closedBeats = 0;
  #onIdle: (() => void) | undefined;

  constructor(
    socket: WireSocket,
    parts: SoupConnectionParts,
    onLogin: (accountId: number) => void,
  ) {
    this.#socket = socket;
    this.#counts = parts.counts;
    this.#limits = parts.limits ?? USUAL_LIMITS;
    this.#handler = parts.handlerOf({
      say: (message) => this.#say(message),
      onAnswered: () => this.#onAnswered(),
      onLogin,
      end: (text) => this.#end(text),
    });
    this.#reader = new soup.SoupReader(SOUP_PACKET_BYTES_MAX, (bytes, at, length) => {
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
    return this.#cursor !== undefined;
  }

  /**
   * Once a second: something is said, and who is silent for too long is taken for gone, but nobody
   * whom we do not read from ourselves.
   */
  beat(): void {
    this.#beats++;
    if (this.#isClosed) {
      if (++this.#closedBeats > SOUP_CLOSE_BEATS_MAX) this.#socket.destroy();
    } else if (!this.isLoggedIn && this.#beats > SOUP_LOGIN_BEATS_MAX)
      this.#end("expected a login");
    else if (this.#isSilent()) this.#socket.destroy();
    else if (this.isLoggedIn && !this.#hasSaid && !this.#isWaiting) this.#write(HEARTBEAT);
    this.#hasSaid = false;
  }

  /** Takes nothing more; once everything that was asked is answered, closes. */
  stop(): void {
    if (this.isLoggedIn && !this.#handler.endsAtStop) this.#write(STOPPING);
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
    if (this.#hasEnough()) this.#socket.pause();
  }

  /** The venue's disk is behind: what the client sends meanwhile waits on its side. */
  #hasEnough(): boolean {
    return this.#handler.pendingCount >= SOUP_PENDING_MAX;
  }

  #isSilent(): boolean {
    return !this.#socket.isPaused() && ++this.#silentBeats > SOUP_SILENT_BEATS_MAX;
  }

  #onAnswered(): void {
    if (this.#socket.isPaused() && !this.#hasEnough()) this.#socket.resume();
  }

  #onPacket(bytes: Uint8Array, at: number, length: number): void {
    const type = bytes[at + 2];
    if (type === soup.SOUP_UNSEQUENCED_DATA && this.isLoggedIn) {
      const messageAt = at + soup.SOUP_HEADER_BYTES;
      const fault = this.#handler.onMessage(bytes, messageAt, length - soup.SOUP_HEADER_BYTES);
      if (fault !== "") this.#refuse(fault);
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
    if (length !== soup.LOGIN_REQUEST_BYTES || this.isLoggedIn) {
      const found = this.isLoggedIn ? "a second one" : `one of ${length}`;
      const whole = `${soup.LOGIN_REQUEST_BYTES} bytes, its length among them`;
      this.#refuse(`expected one login request of ${whole}, found ${found}`);
      return;
    }
    const login = soup.readLoginRequest(bytes, at);
    if (login.sequence < 0) {
      this.#counts.malformed++;
      this.#write(soup.soupPacket(soup.SOUP_DEBUG, "sequence: expected decimal digits"));
      this.#reject(soup.SOUP_SESSION_NOT_AVAILABLE);
      return;
    }
    const start = this.#handler.onLogin(login);
    if (typeof start === "number") this.#reject(start);
    else this.#begin(start);
  }

  #begin({ session, sequence, preface, cursor, listen }: SoupStart): void {
    this.#write(soup.loginAccepted(session, sequence));
    for (const piece of preface) this.#write(piece);
    this.#cursor = cursor;
    this.#stopListening = listen(() => this.#onGrown());
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
    if (this.#socket.writableLength === 0) this.#cursor.release();
    while (!this.#isWaiting) {
      const messages = this.#cursor.next();
      if (messages === undefined) return;
      this.#write(messages);
    }
  }

  /** Comes behind everything that the stream says by now. */
  #say(message: Uint8Array): void {
    this.#flush();
    const packet = new Uint8Array(soup.SOUP_HEADER_BYTES + message.length);
    soup.putSoupHeader(packet, 0, soup.SOUP_UNSEQUENCED_DATA, message.length);
    packet.set(message, soup.SOUP_HEADER_BYTES);
    this.#write(packet);
    if (this.#socket.writableLength > this.#limits.behindBytesMax) this.#endSlow();
  }

  #write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#hasSaid = true;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > this.#limits.handedBytesMax) this.#isWaiting = true;
  }

  #endSlow(): void {
    this.#counts.slow++;
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #reject(reason: number): void {
    this.#write(soup.soupPacket(soup.SOUP_LOGIN_REJECTED, String.fromCharCode(reason)));
    this.#isClosed = true;
    this.#socket.end();
  }

  #refuse(expected: string): void {
    this.#counts.malformed++;
    this.#end(expected);
  }

  /** The protocol's own way to say something to a person, and the end. */
  #end(text: string): void {
    this.#write(soup.soupPacket(soup.SOUP_DEBUG, text));
    this.#isClosed = true;
    this.#socket.end();
  }

  #closeWhenIdle(): void {
    if (this.#onIdle === undefined || this.#handler.pendingCount > 0) return;
    this.#flush();
    if (this.#handler.endsAtStop && this.isLoggedIn) this.#write(END_OF_SESSION);
    this.#onIdle();
    this.#onIdle = undefined;
  }

  #onClose(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#handler.onClose();
    this.#cursor?.close();
    this.#cursor = undefined;
  }
}
