// One WebSocket to the exchange: requests answered by id, stream messages handed on, a new
// connection with backoff when this one is lost. It keeps nothing of the market: whoever listens
// starts again from `onOpen`. A connection that answers no ping is dropped, which also throws away
// whatever a stalled tab has not read: what follows is a fresh snapshot, not the backlog.

import { backoffMillis } from "./backoff.ts";
import type { WireAnswer, WireStreamMessage } from "./wire.ts";

export type ConnectionState = "connecting" | "live" | "lost";

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
const PING_MILLIS = 5_000;
/** Three pings without an answer: the connection is dead, or this tab is too far behind. */
const SILENCE_MILLIS_MAX = 15_000;

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
  #answeredMillis = 0;

  constructor(url: string, listener: ConnectionListener) {
    this.#url = url;
    this.#listener = listener;
    setInterval(() => this.#watch(), PING_MILLIS);
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#retryNow();
    });
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open(): void {
    this.#listener.onState("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failedTries = 0;
      this.#answeredMillis = performance.now();
      this.#listener.onState("live");
      this.#listener.onOpen();
    };
    socket.onmessage = (event) => this.#onMessage(String(event.data));
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

  /** Resolves with the answer's result; rejects with RequestError. */
  request<Result>(fields: { readonly op: string; readonly [field: string]: unknown }) {
    return new Promise<Result>((resolve, reject) => {
      if (this.#socket === undefined || !this.isOpen) {
        reject(new RequestError("DISCONNECTED", "not connected: nothing was sent"));
        return;
      }
      if (this.#pending.size >= PENDING_MAX) {
        reject(new RequestError("BUSY", `${PENDING_MAX} requests wait for an answer: not sent`));
        return;
      }
      const id = this.#nextId++;
      const sentMillis = performance.now();
      this.#pending.set(id, { resolve: resolve as Pending["resolve"], reject, sentMillis });
      this.#socket.send(JSON.stringify({ id, ...fields }));
    });
  }

  #onMessage(text: string): void {
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
    this.#listener.onState("lost");
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
    this.#rejectPending(nowMillis - ANSWER_MILLIS_MAX, "TIMEOUT", "no answer in 10 s");
    const socket = this.#socket;
    if (socket === undefined || !this.isOpen) return;
    if (nowMillis - this.#answeredMillis > SILENCE_MILLIS_MAX) {
      // A dead peer never confirms the close, so we do not wait for it.
      this.#onClose(socket);
      socket.close();
    } else {
      this.request({ op: "ping" }).catch(() => undefined); // Its answer is what #watch looks at.
    }
  }

  #rejectPending(sentBeforeMillis: number, code: string, why: string): void {
    for (const [id, pending] of this.#pending) {
      if (pending.sentMillis > sentBeforeMillis) continue;
      this.#pending.delete(id);
      pending.reject(new RequestError(code, `${why}: what was sent may have been carried out`));
    }
  }
}
