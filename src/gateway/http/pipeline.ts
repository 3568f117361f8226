// hot path
// The requests of one connection. A client may send many before it reads an answer, and Node hands
// on all that it has read: what would gather answers that nobody reads waits here for its turn, and
// a client that sends more than may wait loses its connection.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { refuse, TOO_FAST } from "../error-codes.ts";
import { PIPELINED_BODY_BYTES_MAX, PIPELINED_MAX } from "../limits.ts";
import type { Reader } from "../unread-budget.ts";
import { replyRefusal } from "./reply.ts";
import { unsentBytesOf } from "./request-body.ts";

/** Of a request that shares its connection with no other: its answer may be of any length. */
const ALONE = PIPELINED_BODY_BYTES_MAX + 1;
/** About what Node needs for a request that waits. */
const WAITING_BYTES = 4096;

export class Pipeline implements Reader {
  /** Who that is, each request says anew. */
  readonly hasKey = false;
  readonly #socket: Duplex;
  readonly #handOn: (request: IncomingMessage, response: ServerResponse) => void;
  readonly #waiting: ServerResponse[] = [];
  /** Handed on, and the answer not taken yet. */
  readonly #underWay = new Set<ServerResponse>();
  #bodyBytes = 0;
  #surplus = 0;

  constructor(
    socket: Duplex,
    handOn: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    this.#socket = socket;
    this.#handOn = handOn;
  }

  /** Requests whose answers the client has not taken. */
  get count(): number {
    return this.#underWay.size + this.#waiting.length;
  }

  /** Bytes that are there because the client has not taken its answers. */
  get unreadBytes(): number {
    let total = this.#waiting.length * WAITING_BYTES;
    for (const response of this.#underWay) total += response.writableLength;
    return total;
  }

  get unsentBytes(): number {
    let total = 0;
    for (const response of this.#underWay) total += unsentBytesOf(response.req);
    return total;
  }

  cut(): void {
    this.#socket.destroy();
  }

  add(request: IncomingMessage, response: ServerResponse): void {
    if (this.#surplus > 0 || this.count >= PIPELINED_MAX) this.#onSurplus(response);
    else if (this.#waiting.length === 0 && this.#isRoomFor(request)) this.#begin(request, response);
    else this.#waiting.push(response);
  }

  /** The client has taken the answer, or has gone. */
  onClose(response: ServerResponse): void {
    if (!this.#underWay.delete(response)) return;
    this.#bodyBytes -= weightOf(response.req);
    while (this.#waiting.length > 0 && this.#isRoomFor(this.#waiting[0].req)) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#begin(next.req, next);
    }
  }

  /** The client has gone: nobody waits for an answer. */
  clear(): void {
    this.#waiting.length = 0;
    this.#underWay.clear();
  }

  #isRoomFor(request: IncomingMessage): boolean {
    if (this.#underWay.size === 0) return true;
    return this.#bodyBytes + weightOf(request) <= PIPELINED_BODY_BYTES_MAX;
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    this.#underWay.add(response);
    this.#bodyBytes += weightOf(request);
    this.#handOn(request, response);
  }

  /** One is told, the last that this connection hears; who goes on then is cut. */
  #onSurplus(response: ServerResponse): void {
    this.#surplus++;
    if (this.#surplus > PIPELINED_MAX) this.cut();
    if (this.#surplus > 1) return;
    const message = `requests: expected at most ${PIPELINED_MAX} without answers, found more`;
    replyRefusal(response, refuse(TOO_FAST, message), { connection: "close" });
  }
}

/** Answers to what is entered are about as long as it; what is asked for may be longer. */
function weightOf({ method, headers }: IncomingMessage): number {
  if (method === "GET" || method === "HEAD") return ALONE;
  if (headers["transfer-encoding"] !== undefined) return ALONE;
  return Number(headers["content-length"] ?? 0);
}
