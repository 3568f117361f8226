// hot path
// One OUCH client over UDP. Its requests are numbered: each is entered once and in order, however
// often and in whatever order its datagrams come. Its reports are the account's stream, sent as far
// as the client says that it follows, and again where it says that it missed some.

import * as mold from "../../codec/mold-udp64.ts";
import {
  isOuchRequest,
  OUCH_DISABLE_ORDER_ENTRY,
  OUCH_ENABLE_ORDER_ENTRY,
  OUCH_MASS_CANCEL,
} from "../../codec/ouch-request.ts";
import {
  ANSWER_CONFIRMED_COUNT,
  answerMessage,
  ouchUdpHeader,
  ouchUdpPacket,
} from "../../codec/ouch-udp.ts";
import type { MessageCursor } from "../../model/message-streams.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import { MoldPackets } from "../itch/mold-packets.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import {
  OUCH_UDP_ANSWERS_KEPT,
  OUCH_UDP_EARLY_PACKETS_MAX,
  OUCH_UDP_REPORTS_AHEAD_MAX,
  OUCH_UDP_RESENT_PACKETS_MAX,
  SOUP_BEHIND_BYTES_MAX,
  SOUP_SILENT_BEATS_MAX,
} from "../limits.ts";
import type { Throttle } from "../throttle.ts";
import type { OuchAccount } from "./ouch-accounts.ts";
import type { OuchCounts } from "./ouch-counts.ts";
import { OuchDesk } from "./ouch-desk.ts";
import { OuchReceipts, wantsReceipts } from "./ouch-receipts.ts";
import type { OuchSymbols } from "./ouch-symbols.ts";

export type OuchUdpSessionParts = {
  readonly venue: Venue;
  readonly symbols: OuchSymbols;
  readonly counts: OuchCounts;
  readonly clock: Clock;
  readonly throttle: Throttle | undefined;
  readonly receipts: LatencyReceipts;
  readonly send: (packet: Uint8Array, onTaken?: () => void) => void;
  /** The session is over; `isFault`: by what the client sent or did not read. */
  readonly onEnd: (isFault: boolean) => void;
};

export class OuchUdpSession {
  readonly token: string;
  /** Of the first report that the client asked for. */
  readonly startSequence: number;
  readonly #account: OuchAccount;
  readonly #parts: OuchUdpSessionParts;
  readonly #desk: OuchDesk;
  readonly #stopListening: () => void;
  /** Datagrams that came before one that they follow, by their first request. */
  readonly #early = new Map<number, Uint8Array>();
  /** Answers of the gateway itself, by request, that the client has not confirmed. */
  readonly #answers = new Map<number, Uint8Array>();
  /** Requests that the gateway itself answers once they are durable. */
  readonly #answeredLater: number[] = [];
  #answersToSend: Uint8Array[] = [];
  readonly #receipts: OuchReceipts;
  readonly #reports: MoldPackets;
  #nextRequest = 1;
  /** The client has all reports before this one. */
  #followedSequence: number;
  /** The request that is being entered; 0: none. */
  #entering = 0;
  #isPutOff = false;
  #owesReceipt = false;
  #silentBeats = 0;
  #isOver = false;

  /** `reports` stands before `startSequence`, which the stream has or is about to. */
  constructor(
    token: string,
    account: OuchAccount,
    startSequence: number,
    reports: MessageCursor,
    parts: OuchUdpSessionParts,
  ) {
    this.token = token;
    this.startSequence = startSequence;
    this.#account = account;
    this.#parts = parts;
    const { session } = parts.venue.ouch;
    this.#receipts = new OuchReceipts(reports, account.stream, parts.receipts);
    this.#reports = new MoldPackets(session, this.#receipts, startSequence);
    this.#followedSequence = startSequence;
    const onAnswer = (message: Uint8Array): void => this.#onAnswer(message);
    this.#desk = new OuchDesk(account, { ...parts, tellsBusy: false, onAnswer });
    this.#stopListening = account.stream.listen(() => this.#sendReports());
  }

  /** Nothing was asked yet: a login that comes again, and has no number, means this session. */
  get isFresh(): boolean {
    return this.#nextRequest === 1 && this.#early.size === 0;
  }

  onPacket(header: mold.MoldHeader, bytes: Uint8Array): void {
    this.#silentBeats = 0;
    if (bytes.length === mold.MOLD_HEADER_BYTES) this.#onHeader(header);
    else this.#onRequests(header, bytes);
  }

  /** Once a second. */
  beat(): void {
    if (++this.#silentBeats > SOUP_SILENT_BEATS_MAX) this.end(false);
    else this.#sayHeartbeat();
  }

  /** The exchange stops, or the client is gone. `onTold`: the network has the goodbye. */
  end(isFault: boolean, onTold: () => void = () => {}): void {
    if (this.#isOver) {
      onTold();
      return;
    }
    this.#isOver = true;
    const { send, onEnd } = this.#parts;
    send(ouchUdpHeader(this.token, this.#nextRequest, mold.MOLD_END_OF_SESSION_COUNT), onTold);
    this.#stopListening();
    this.#receipts.want(false);
    this.#reports.close();
    this.#desk.close();
    onEnd(isFault);
  }

  /** What the client follows, that it is there, what it missed, or its goodbye. */
  #onHeader({ sequence, count }: mold.MoldHeader): void {
    if (count === mold.MOLD_END_OF_SESSION_COUNT) {
      this.end(false);
      return;
    }
    if (count === ANSWER_CONFIRMED_COUNT) {
      this.#answers.delete(sequence);
      return;
    }
    if (count > 0) {
      this.#resend(sequence, count);
      return;
    }
    this.#repeatAnswers();
    const isNews = sequence > this.#followedSequence && sequence <= this.#reports.nextSequence;
    if (isNews) this.#followedSequence = sequence;
    this.#sendReports();
    if (sequence < this.#reports.nextSequence) this.#sayHeartbeat();
  }

  #onRequests({ sequence, count }: mold.MoldHeader, bytes: Uint8Array): void {
    this.#oweReceipt();
    if (sequence > this.#nextRequest) {
      if (this.#early.size < OUCH_UDP_EARLY_PACKETS_MAX) {
        this.#early.set(sequence, Uint8Array.from(bytes));
      }
      return;
    }
    this.#enterPacket(sequence, count, bytes);
    let followed = this.#takeFollower();
    while (followed !== undefined && !this.#isOver && !this.#isPutOff) {
      const header = mold.readMoldHeader(followed);
      if (header !== undefined) this.#enterPacket(header.sequence, header.count, followed);
      followed = this.#takeFollower();
    }
  }

  /** A datagram that came too early, and does no longer. */
  #takeFollower(): Uint8Array | undefined {
    for (const [first, packet] of this.#early) {
      if (first > this.#nextRequest) continue;
      this.#early.delete(first);
      return packet;
    }
    return undefined;
  }

  #enterPacket(first: number, count: number, bytes: Uint8Array): void {
    let number = first;
    this.#isPutOff = false;
    const isSound = mold.readMoldMessages(bytes, count, (packet, at, length) => {
      const isNext = number === this.#nextRequest && !this.#isPutOff && !this.#isOver;
      if (isNext) this.#enterOne(packet, at, length);
      number++;
    });
    if (!isSound) this.end(true);
  }

  #enterOne(bytes: Uint8Array, at: number, length: number): void {
    if (!isOuchRequest(bytes, at, length)) {
      this.end(true);
      return;
    }
    const wants = wantsReceipts(bytes, at, length);
    if (wants !== undefined) this.#receipts.want(wants);
    const { pendingCount } = this.#desk;
    this.#entering = this.#nextRequest;
    this.#isPutOff = !this.#desk.enter(bytes, at, length);
    this.#entering = 0;
    if (this.#isPutOff) return; // It comes again: the receipt does not count it.
    const isUnderWay = this.#desk.pendingCount > pendingCount;
    if (isUnderWay && isAnsweredLater(bytes[at])) this.#answeredLater.push(this.#nextRequest);
    this.#nextRequest++;
  }

  #onAnswer(message: Uint8Array): void {
    const number = this.#entering === 0 ? this.#answeredLater.shift() : this.#entering;
    if (number === undefined) return;
    const answer = answerMessage(number, message);
    this.#answers.set(number, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= OUCH_UDP_ANSWERS_KEPT) break;
      this.#answers.delete(oldest);
    }
    this.#answersToSend.push(answer);
    this.#oweReceipt();
  }

  #repeatAnswers(): void {
    if (this.#answers.size === 0 || this.#answersToSend.length > 0) return;
    this.#answersToSend = [...this.#answers.values()];
    this.#oweReceipt();
  }

  /** One a turn of the event loop, however many datagrams came. */
  #oweReceipt(): void {
    if (this.#owesReceipt) return;
    this.#owesReceipt = true;
    setImmediate(() => {
      this.#owesReceipt = false;
      if (!this.#isOver) this.#sayReceipt();
    });
  }

  /** Which request is wanted next, with the answers of the gateway itself, as many as fit. */
  #sayReceipt(): void {
    const answers = this.#answersToSend;
    this.#answersToSend = [];
    do {
      let count = answers.length;
      let packet = ouchUdpPacket(this.token, this.#nextRequest, answers);
      while (packet === undefined) {
        count = count >> 1;
        packet = ouchUdpPacket(this.token, this.#nextRequest, answers.slice(0, count));
      }
      answers.splice(0, count);
      this.#parts.send(packet);
    } while (answers.length > 0);
  }

  #sayHeartbeat(): void {
    const { session } = this.#parts.venue.ouch;
    this.#parts.send(ouchUdpHeader(session, this.#reports.nextSequence, mold.MOLD_HEARTBEAT_COUNT));
  }

  #sendReports(): void {
    if (this.#reports.unreadBytes > SOUP_BEHIND_BYTES_MAX) {
      this.end(true);
      return;
    }
    while (this.#reports.nextSequence - this.#followedSequence < OUCH_UDP_REPORTS_AHEAD_MAX) {
      const packet = this.#reports.next();
      if (packet === undefined) return;
      this.#parts.send(packet);
    }
  }

  #resend(sequence: number, count: number): void {
    if (sequence >= this.#reports.nextSequence) return;
    const cursor = this.#account.stream.cursorFrom(sequence);
    if (cursor === undefined) return;
    const { session } = this.#parts.venue.ouch;
    const missed = new MoldPackets(session, this.#receipts.like(cursor), sequence);
    const end = Math.min(sequence + count, this.#reports.nextSequence);
    for (let i = 0; i < OUCH_UDP_RESENT_PACKETS_MAX && missed.nextSequence < end; i++) {
      const packet = missed.next(end - missed.nextSequence);
      if (packet === undefined) break;
      this.#parts.send(packet);
    }
    missed.close();
  }
}

/** Whether a request of this type that was entered is answered outside the stream of reports. */
function isAnsweredLater(type: number): boolean {
  return (
    type === OUCH_MASS_CANCEL ||
    type === OUCH_DISABLE_ORDER_ENTRY ||
    type === OUCH_ENABLE_ORDER_ENTRY
  );
}
