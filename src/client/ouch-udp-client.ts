// hot path
// A client of OUCH over UDP (docs/protocols/ouch.md). Whatever is lost, repeated or out of order on
// the way, each request is entered once and in order, and each report is heard once and in order:
// what has no receipt is sent again, what is missing is asked for.

import { u16At } from "../codec/big-endian.ts";
import * as mold from "../codec/mold-udp64.ts";
import {
  ANSWER_CONFIRMED_COUNT,
  ANSWER_HEADER_BYTES,
  answeredSequence,
  LOGIN_ANSWER_SEQUENCE,
  loginMessage,
  NO_TOKEN,
  OUCH_UDP_BYTES_MAX,
  ouchUdpHeader,
  ouchUdpPacket,
  readLoginAnswer,
} from "../codec/ouch-udp.ts";

/** What is needed of a UDP socket; Node's own is one. */
export type ClientDatagrams = {
  send(bytes: Uint8Array, port: number, host: string): void;
  on(event: "message", onMessage: (bytes: Uint8Array) => void): unknown;
  on(event: "error", onError: (error: Error) => void): unknown;
  close(): unknown;
};

export type OuchUdpClientOptions = {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The session and the first report wanted; left out: the present one, what is to come. */
  readonly session?: string;
  readonly sequence?: number;
  /** Above that of a client that had this address before; the time in milliseconds will do. */
  readonly loginNumber: number;
  readonly socket: ClientDatagrams;
  /** Calls back after so many milliseconds, unless what it returns is called before. */
  readonly after: (millis: number, callback: () => void) => () => void;
  /** Reports of the stream in order, and answers of the gateway itself. */
  readonly onMessage: (bytes: Uint8Array, at: number, length: number, isSequenced: boolean) => void;
  /** The server said goodbye, rejected the login, or has said nothing for 15 s. */
  readonly onEnd?: (why: string) => void;
};

/** How often what is missing is asked for and what has no receipt is sent again. */
const TICK_MILLIS = 20;
/** Ticks from one sign of life to the next where nothing is under way. */
const QUIET_TICKS = 50;
/** 15 s in which the exchange, which says something each second, says nothing. */
const SILENT_TICKS_MAX = 750;
/** Datagrams sent again at a time, and datagrams under way before the rest waits. */
const RESENT_PACKETS = 64;
const REQUESTS_AHEAD_MAX = 4096;
/** More than the server repeats. */
const ANSWERS_REMEMBERED = 1024;
/** Reports after which the server is told how far the client is. */
const FOLLOWED_REPORTS = 4096;

export class OuchUdpClient {
  readonly #options: OuchUdpClientOptions;
  readonly #login: Uint8Array;
  #token = NO_TOKEN;
  #session = "";
  /** Requests without a receipt; the first has number #firstRequest. */
  #requests: Uint8Array[] = [];
  #firstRequest = 1;
  /** The first request that was never sent. */
  #unsentRequest = 1;
  #nextReport = 0;
  #toldReport = 0;
  #isFlushing = false;
  #isEnded = false;
  #hasProgressed = false;
  #hasAsked = false;
  #ticks = 0;
  /** At the last datagram of the exchange. */
  #heardTicks = 0;
  #stopTick: () => void = () => {};
  readonly #answered = new Set<number>();
  /** Datagrams that were sent again, and requests for reports. */
  repeatedCount = 0;

  constructor(options: OuchUdpClientOptions) {
    const { username, password, session = "", sequence = 0, loginNumber, socket } = options;
    this.#options = options;
    const message = loginMessage({ username, password, session, sequence });
    this.#login = ouchUdpPacket(NO_TOKEN, loginNumber, [message]) ?? new Uint8Array(0);
    socket.on("message", (bytes) => this.#onDatagram(bytes));
    socket.on("error", () => {}); // Of one datagram; the next may go.
    this.#send(this.#login);
    this.#tickLater();
  }

  get isLoggedIn(): boolean {
    return this.#token !== NO_TOKEN;
  }

  get session(): string {
    return this.#session;
  }

  /** The number of the next report. */
  get nextReport(): number {
    return this.#nextReport;
  }

  /** Requests that the exchange has not said it has. */
  get unconfirmedCount(): number {
    return this.#requests.length;
  }

  /** Takes the message over; what is sent in one turn of the event loop goes together. */
  send(message: Uint8Array): void {
    this.#requests.push(message);
    this.#flushLater();
  }

  close(): void {
    if (this.isLoggedIn && !this.#isEnded) {
      this.#send(ouchUdpHeader(this.#token, this.#nextReport, mold.MOLD_END_OF_SESSION_COUNT));
    }
    this.#end("closed");
  }

  #send(packet: Uint8Array): void {
    const { socket, port, host } = this.#options;
    socket.send(packet, port, host);
  }

  #flushLater(): void {
    if (this.#isFlushing || !this.isLoggedIn) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const end = Math.min(this.#firstRequest + this.#requests.length, this.#aheadEnd);
    while (this.#unsentRequest < end && !this.#isEnded) {
      this.#unsentRequest = this.#sendRequests(this.#unsentRequest, end);
    }
  }

  get #aheadEnd(): number {
    return this.#firstRequest + REQUESTS_AHEAD_MAX;
  }

  /** One datagram with requests from `first` on; returns the first that is not in it. */
  #sendRequests(first: number, end: number): number {
    let bytes = mold.MOLD_HEADER_BYTES;
    let next = first;
    const messages: Uint8Array[] = [];
    while (next < end) {
      const message = this.#requests[next - this.#firstRequest];
      if (bytes + 2 + message.length > OUCH_UDP_BYTES_MAX) break;
      bytes += 2 + message.length;
      messages.push(message);
      next++;
    }
    const packet = ouchUdpPacket(this.#token, first, messages);
    if (packet !== undefined) this.#send(packet);
    return next;
  }

  #onDatagram(bytes: Uint8Array): void {
    const header = mold.readMoldHeader(bytes);
    if (header === undefined || this.#isEnded) return;
    this.#heardTicks = this.#ticks;
    if (!this.isLoggedIn) this.#onLoginAnswer(header, bytes);
    else if (header.session === this.#token) this.#onReceipt(header, bytes);
    else if (header.session === this.#session) this.#onReports(header, bytes);
  }

  #onLoginAnswer({ session: token, sequence, count }: mold.MoldHeader, bytes: Uint8Array): void {
    if (sequence !== LOGIN_ANSWER_SEQUENCE || count !== 1) return;
    if (bytes.length < mold.MOLD_HEADER_BYTES + 2) return;
    const at = mold.MOLD_HEADER_BYTES + 2;
    const answer =
      u16At(bytes, mold.MOLD_HEADER_BYTES) > 1 ? readLoginAnswer(bytes, at) : undefined;
    if (answer === undefined) {
      this.#end("login rejected");
      return;
    }
    this.#token = token;
    this.#session = answer.session;
    this.#nextReport = answer.sequence;
    this.#toldReport = answer.sequence;
    this.#flushLater();
  }

  #onReceipt({ sequence, count }: mold.MoldHeader, bytes: Uint8Array): void {
    if (sequence === LOGIN_ANSWER_SEQUENCE) return; // The login was sent more than once.
    if (count === mold.MOLD_END_OF_SESSION_COUNT) {
      this.#end("the exchange ended the session");
      return;
    }
    const confirmed = sequence - this.#firstRequest;
    if (confirmed > 0 && confirmed <= this.#requests.length) {
      this.#requests.splice(0, confirmed);
      this.#firstRequest = sequence;
      this.#unsentRequest = Math.max(this.#unsentRequest, sequence);
      this.#hasProgressed = true;
      this.#flushLater();
    }
    mold.readMoldMessages(bytes, count, (packet, at, length) => {
      const number = answeredSequence(packet, at);
      if (length <= ANSWER_HEADER_BYTES) return;
      this.#send(ouchUdpHeader(this.#token, number, ANSWER_CONFIRMED_COUNT));
      if (this.#answered.has(number)) return;
      this.#remember(number);
      const messageAt = at + ANSWER_HEADER_BYTES;
      this.#options.onMessage(packet, messageAt, length - ANSWER_HEADER_BYTES, false);
    });
  }

  /** Answers that are repeated are those of the newest questions. */
  #remember(number: number): void {
    this.#answered.add(number);
    for (const oldest of this.#answered) {
      if (this.#answered.size <= ANSWERS_REMEMBERED) return;
      this.#answered.delete(oldest);
    }
  }

  #onReports({ sequence, count }: mold.MoldHeader, bytes: Uint8Array): void {
    if (count === mold.MOLD_END_OF_SESSION_COUNT) return;
    if (sequence > this.#nextReport) {
      this.#askFor(sequence - this.#nextReport);
      return;
    }
    if (sequence + count > this.#nextReport) this.#hasAsked = false;
    let number = sequence;
    mold.readMoldMessages(bytes, count, (packet, at, length) => {
      if (number++ < this.#nextReport) return;
      this.#nextReport++;
      this.#options.onMessage(packet, at, length, true);
    });
    if (this.#nextReport - this.#toldReport >= FOLLOWED_REPORTS) this.#tell();
  }

  /** Once until something new comes or the next tick: what follows a gap is many datagrams. */
  #askFor(count: number): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    this.repeatedCount++;
    const asked = Math.min(count, mold.MOLD_END_OF_SESSION_COUNT - 1);
    this.#send(ouchUdpHeader(this.#token, this.#nextReport, asked));
  }

  /** How far the client follows; the server says how far it is. */
  #tell(): void {
    this.#toldReport = this.#nextReport;
    this.#send(ouchUdpHeader(this.#token, this.#nextReport, mold.MOLD_HEARTBEAT_COUNT));
  }

  #tickLater(): void {
    this.#stopTick = this.#options.after(TICK_MILLIS, () => {
      if (this.#isEnded) return;
      this.#tickLater();
      this.#tick();
    });
  }

  #tick(): void {
    this.#ticks++;
    this.#hasAsked = false;
    if (!this.isLoggedIn) {
      this.#send(this.#login);
      return;
    }
    if (this.#ticks - this.#heardTicks > SILENT_TICKS_MAX) {
      this.#end("the exchange says nothing");
      return;
    }
    if (this.#unsentRequest > this.#firstRequest && !this.#hasProgressed) this.#sendAgain();
    this.#hasProgressed = false;
    const isBusy = this.#requests.length > 0 || this.#nextReport !== this.#toldReport;
    if (isBusy || this.#ticks % QUIET_TICKS === 0) this.#tell();
  }

  #sendAgain(): void {
    let next = this.#firstRequest;
    for (let i = 0; i < RESENT_PACKETS && next < this.#unsentRequest; i++) {
      next = this.#sendRequests(next, this.#unsentRequest);
      this.repeatedCount++;
    }
  }

  #end(why: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#stopTick();
    this.#options.socket.close();
    this.#options.onEnd?.(why);
  }
}
