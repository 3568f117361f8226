// The history asked from another thread: RemoteHistory sends each question over a MessagePort,
// serveHistory answers it there. Questions carry a number, because answers may come in any order.

import type { MessagePort } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import type {
  HistoryExecution,
  HistoryExecutionsQuery,
  HistoryOrder,
  HistoryOrdersQuery,
  HistoryPage,
  HistoryQueries,
} from "../model/history.ts";
import {
  HISTORY_BUSY,
  HISTORY_CLOSED,
  HistoryFailure,
  type HistoryFailureCode,
} from "./history-failure.ts";

/** Answered one after the other, 1 to 20 ms each, and a flush may come between: some seconds. */
export const OUTSTANDING_QUERIES_MAX = 256;

type Method = keyof HistoryQueries;

type Question = { readonly id: number; readonly method: Method; readonly parameters: unknown[] };

type Answer =
  | { readonly id: number; readonly page: HistoryPage<unknown> }
  | { readonly id: number; readonly code: HistoryFailureCode; readonly message: string };

type Waiting = {
  readonly resolve: (page: HistoryPage<never>) => void;
  readonly reject: (failure: HistoryFailure) => void;
};

/** The asking side. Every call rejects with HistoryFailure. */
export class RemoteHistory implements HistoryQueries {
  readonly #port: MessagePort;
  readonly #outstandingMax: number;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isClosed = false;

  /** `port` is this side's alone. Beyond `outstandingMax` questions refuse with HISTORY_BUSY. */
  constructor(port: MessagePort, outstandingMax = OUTSTANDING_QUERIES_MAX) {
    this.#port = port;
    this.#outstandingMax = outstandingMax;
    port.on("message", (answer: Answer) => this.#onAnswer(answer));
    port.on("close", () => this.#onClose());
  }

  orders(query: HistoryOrdersQuery): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask("orders", [query]);
  }

  executions(query: HistoryExecutionsQuery): Promise<HistoryPage<HistoryExecution>> {
    return this.#ask("executions", [query]);
  }

  orderById(accountId: number, orderId: number): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask("orderById", [accountId, orderId]);
  }

  orderByClOrdId(accountId: number, clOrdId: string): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask("orderByClOrdId", [accountId, clOrdId]);
  }

  /** Questions still unanswered reject with HISTORY_CLOSED, as they do when the other side ends. */
  close(): void {
    this.#port.close();
  }

  #ask<Found>(method: Method, parameters: unknown[]): Promise<HistoryPage<Found>> {
    if (this.#isClosed) return Promise.reject(closedFailure());
    if (this.#waiting.size >= this.#outstandingMax) return Promise.reject(this.#busyFailure());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ id, method, parameters } satisfies Question);
    });
  }

  #onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    assert(waiting !== undefined, "an answer has its question");
    this.#waiting.delete(answer.id);
    if ("page" in answer) waiting.resolve(answer.page as HistoryPage<never>);
    else waiting.reject(new HistoryFailure(answer.code, answer.message));
  }

  #onClose(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(closedFailure());
    this.#waiting.clear();
  }

  #busyFailure(): HistoryFailure {
    return new HistoryFailure(
      HISTORY_BUSY,
      `history: expected at most ${this.#outstandingMax} unanswered queries, ` +
        `found ${this.#waiting.size}; try again`,
    );
  }
}

/**
 * The answering side: asks `history` what arrives at `port` until it closes. A failure becomes the
 * answer; a bug does not, it ends the thread, and the asking side sees the port close.
 */
export function serveHistory(port: MessagePort, history: HistoryQueries): void {
  port.on("message", async (question: Question) => {
    port.postMessage(await answerOf(history, question));
  });
}

async function answerOf(history: HistoryQueries, question: Question): Promise<Answer> {
  const { id, method, parameters } = question;
  const ask = history[method] as (...parameters: unknown[]) => Promise<HistoryPage<unknown>>;
  try {
    return { id, page: await ask.apply(history, parameters) };
  } catch (error) {
    if (!(error instanceof HistoryFailure)) throw error;
    return { id, code: error.code, message: error.message };
  }
}

function closedFailure(): HistoryFailure {
  return new HistoryFailure(HISTORY_CLOSED, "history: expected its thread to run, found it ended");
}
