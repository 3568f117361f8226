// hot path
// The usual new orders of one connection, alone or in batches, from the bytes of their requests to
// the bytes of their answers without an object in between.

import { REASON_NONE } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import { fragmentOf } from "../bytes-writer.ts";
import { refusalJson, refuseForReason } from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { wasRefused, writeNewAnswer } from "../json/answer-writer.ts";
import { AsciiWriter } from "../json/ascii-writer.ts";
import { NOT_USUAL } from "../json/order-scanner.ts";
import type { OrderDesk } from "../order-desk.ts";
import type { Outbox } from "./outbox.ts";

const ID = fragmentOf('{"id":');
const RESULT = fragmentOf(',"result":');
const ERROR = fragmentOf(',"error":');
const END = fragmentOf("}");

/** One answer at a time. */
const answer = new AsciiWriter();

export type UsualOrdersParts = {
  readonly venue: Venue;
  readonly counts: GatewayCounts;
  readonly desk: OrderDesk;
  readonly accountId: number;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly onEntered: () => void;
  /** Gets when the request came. */
  readonly onAnswered: (startedNanos: number) => void;
};

export class UsualOrders {
  readonly #parts: UsualOrdersParts;
  /** Ids of single orders that wait, and when they came: answered in the order of entry. */
  #ids: number[] = [];
  #startedNanos: number[] = [];
  #headAt = 0; // Places before it have their answer.

  constructor(parts: UsualOrdersParts) {
    this.#parts = parts;
  }

  /** Enters the orders of this message; false: it is not a usual one, and nothing is entered. */
  tryEnter(bytes: Uint8Array): boolean {
    const { desk, accountId, onEntered, venue } = this.#parts;
    const ingressNanos = venue.stages.arrival();
    const count = desk.scanRequest(accountId, bytes);
    if (count === NOT_USUAL) return false;
    venue.stages.ingressNanos = ingressNanos;
    onEntered();
    const { requestId, isBatch } = desk.scanned;
    if (isBatch) this.#enterBatch(requestId, count);
    else this.#enterOne(requestId);
    return true;
  }

  #enterBatch(requestId: number, count: number): void {
    const { desk, outbox, onAnswered } = this.#parts;
    const startedNanos = this.#parts.clock.nowNanos();
    const onAll = (json: AsciiWriter): void => {
      json.fragment(END);
      outbox.sendJson(json);
      onAnswered(startedNanos);
    };
    desk.enterScanned(count, onAll, (json) => writeHead(json, requestId, RESULT));
  }

  #enterOne(requestId: number): void {
    const startedNanos = this.#parts.clock.nowNanos();
    this.#ids.push(requestId);
    this.#startedNanos.push(startedNanos);
    const reason = this.#parts.desk.enterScannedOne(this.#onAnswer);
    if (reason === REASON_NONE) return;
    this.#ids.pop();
    this.#startedNanos.pop();
    this.#parts.counts.count("new", "refused");
    writeHead(answer, requestId, ERROR);
    answer.text(refusalJson(refuseForReason(reason)));
    this.#send(startedNanos);
  }

  readonly #onAnswer: BatchListener = (words, startWord, endWord) => {
    const isRejected = wasRefused(words, startWord);
    const startedNanos = this.#startedNanos[this.#headAt];
    writeHead(answer, this.#ids[this.#headAt], isRejected ? ERROR : RESULT);
    this.#leaveHead();
    this.#parts.counts.count("new", isRejected ? "rejected" : "accepted");
    writeNewAnswer(answer, words, startWord, endWord, this.#parts.venue);
    this.#send(startedNanos);
  };

  #send(startedNanos: number): void {
    answer.fragment(END);
    this.#parts.outbox.sendJson(answer);
    this.#parts.onAnswered(startedNanos);
  }

  /** Moved down when half is answered, as the session's listeners are. */
  #leaveHead(): void {
    this.#headAt++;
    if (this.#headAt * 2 < this.#ids.length) return;
    this.#ids = this.#ids.slice(this.#headAt);
    this.#startedNanos = this.#startedNanos.slice(this.#headAt);
    this.#headAt = 0;
  }
}

function writeHead(json: AsciiWriter, requestId: number, kind: Uint8Array): void {
  json.fragment(ID);
  json.integer(requestId);
  json.fragment(kind);
}
