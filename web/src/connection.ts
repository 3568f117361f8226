// One WebSocket to the exchange: requests answered by id, stream messages handed on, a new
// connection with backoff when this one is lost. It keeps nothing of the market: whoever listens
// starts again from `onOpen`. A connection that is silent is said to be so within seconds; one that
// answers no ping is dropped, which also throws away whatever a stalled tab has not read: what
// follows is a fresh snapshot, not the backlog.

import { backoffMillis } from "./backoff.ts";
import type { WireAnswer, WireStreamMessage } from "./wire.ts";

/** "silent": it is up, and nothing comes, not even the answer to a ping. */
export type ConnectionState = "connecting" | "live" | "silent" | "lost";

export type ConnectionListener = {
  /** A new connection is up; nothing is subscribed and nobody is logged in. */
  onOpen(): void;
  onState(state: ConnectionState): void;
  onStream(message: WireStreamMessage): void;
};

/** The exchange's refusal, or ours when no answer came (codes DISCONNECTED, TIMEOUT, BUSY). */
export class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "RequestError";
    this.code = code;
  }
}

/** More unanswered requests than a person can cause: further ones are refused. */
const PENDING_MAX = 256;
const ANSWER_MILLIS_MAX = 10_000;
const WATCH_MILLIS = 1_000;
const PING_MILLIS = 2_000;
/** Two pings without an answer: what is shown may be old by now. */
const SILENCE_MILLIS_MAX = 5_000;
/** The connection is dead, or this tab is too far behind. */
const UNANSWERED_MILLIS_MAX = 15_000;
/** A handshake takes as long as an answer; on a network that slow nobody trades. */
const HANDSHAKE_MILLIS_MAX = 20_000;
/** A timer that comes so late was asleep, with the tab or the machine: it can tell nothing. */
const ASLEEP_MILLIS = 4_000;

type Fields = { readonly op: string; readonly [field: string]: unknown };

type Pending = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly sentMillis: number;
};

export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #pending = new Map<number, Pending>();
  #socket: WebSocket | undefined;
  #nextId = 1;
  #failedTries = 0;
  #retryTimer = 0;
  #openedMillis = 0;
  #heardMillis = 0;
  #answeredMillis = 0;
  #pingedMillis = 0;
  #watchedMillis = performance.now();
  #state: ConnectionState | undefined;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
    setInterval(() => this.#watch(), WATCH_MILLIS);
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#retryNow();
    });
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open(): void {
    this.#tellState("connecting");
    this.#openedMillis = performance.now();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      if (socket !== this.#socket) return; // Its time was up.
      this.#failedTries = 0;
      this.#rest(performance.now());
      this.#tellState("live");
      this.#listener.onOpen();
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#onMessage(String(event.data));
    };
    socket.onclose = () => this.#onClose(socket);
  }

  /** Drops this connection for a fresh one at once. */
  reopen(): void {
    const socket = this.#socket;
    if (socket !== undefined) {
      this.#onClose(socket);
      socket.close();
    }
    this.#retryNow();
  }

  /** Resolves with the answer's result; rejects with RequestError, in time. */
  request<Result>(fields: Fields): Promise<Result> {
    return this.#send(fields, performance.now());
  }

  /** As `request`, but an answer is never too late while the connection lives. */
  ask<Result>(fields: Fields): Promise<Result> {
    return this.#send(fields, Number.POSITIVE_INFINITY);
  }

  #send<Result>(fields: Fields, sentMillis: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#socket === undefined || !this.isOpen) {
        reject(new RequestError("DISCONNECTED", "not connected: nothing was sent"));
        return;
      }
      if (this.#pending.size >= PENDING_MAX) {
        reject(new RequestError("BUSY", `${PENDING_MAX} requests wait for an answer: not sent`));
        return;
      }
      const id = this.#nextId++;
      this.#pending.set(id, { resolve: resolve as Pending["resolve"], reject, sentMillis });
      this.#socket.send(JSON.stringify({ id, ...fields }));
    });
  }

  #onMessage(text: string): void {
    this.#heardMillis = performance.now();
    if (this.#state === "silent") this.#tellState("live");
    const message = JSON.parse(text) as WireAnswer | WireStreamMessage;
    if ("stream" in message) this.#listener.onStream(message);
    else this.#onAnswer(message);
  }

  #onAnswer(answer: WireAnswer): void {
    this.#answeredMillis = performance.now();
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return; // It came after its time was up.
    this.#pending.delete(answer.id);
    if (answer.error === undefined) pending.resolve(answer.result);
    else pending.reject(new RequestError(answer.error.code, answer.error.message));
  }

  #onClose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#rejectPending(Number.POSITIVE_INFINITY, "DISCONNECTED", "the connection was lost");
    this.#tellState("lost");
    const waitMillis = backoffMillis(this.#failedTries++, Math.random());
    this.#retryTimer = window.setTimeout(() => this.open(), waitMillis);
  }

  #retryNow(): void {
    if (this.#socket !== undefined) return;
    clearTimeout(this.#retryTimer);
    this.open();
  }

  #watch(): void {
    const nowMillis = performance.now();
    if (nowMillis - this.#watchedMillis > ASLEEP_MILLIS) this.#rest(nowMillis);
    this.#watchedMillis = nowMillis;
    this.#rejectPending(nowMillis - ANSWER_MILLIS_MAX, "TIMEOUT", "no answer in 10 s");
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#isDead(nowMillis)) {
      // A dead peer never confirms the close, so we do not wait for it.
      this.#onClose(socket);
      socket.close();
      return;
    }
    if (!this.isOpen) return;
    if (nowMillis - this.#heardMillis >= SILENCE_MILLIS_MAX) this.#tellState("silent");
    if (nowMillis - this.#pingedMillis < PING_MILLIS) return;
    this.#pingedMillis = nowMillis;
    this.request({ op: "ping" }).catch(() => undefined); // Its answer is what #watch looks at.
  }

  #isDead(nowMillis: number): boolean {
    if (this.isOpen) return nowMillis - this.#answeredMillis > UNANSWERED_MILLIS_MAX;
    return nowMillis - this.#openedMillis > HANDSHAKE_MILLIS_MAX;
  }

  /** As if everything had just been heard. */
  #rest(nowMillis: number): void {
    this.#openedMillis = nowMillis;
    this.#heardMillis = nowMillis;
    this.#answeredMillis = nowMillis;
  }

  #tellState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.onState(state);
  }

  #rejectPending(sentBeforeMillis: number, code: string, why: string): void {
    for (const [id, pending] of this.#pending) {
      if (pending.sentMillis > sentBeforeMillis) continue;
      this.#pending.delete(id);
      pending.reject(new RequestError(code, `${why}: what was sent may have been carried out`));
    }
  }
}
