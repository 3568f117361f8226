// The history asked from another thread: RemoteHistory sends each question over a MessagePort,
// serveHistory answers it there. Questions carry a number, because answers may come in any order.
// Few are there at a time, so that the writer comes between them; the others wait here, and
// accounts take turns.

import type { MessagePort } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import type {
  HistoryExecuted,
  HistoryExecutedQuery,
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
export const ACCOUNT_QUERIES_MAX = 256;
/** Of as many busy accounts as there are likely to be. */
export const OUTSTANDING_QUERIES_MAX = 16_384;
/** With the other thread at a time: one that is being answered, and the next ones. */
const POSTED_QUERIES_MAX = 4;

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
  /** Questions that are not posted yet, by account; the first account has the next turn. */
  readonly #queues = new Map<number, Question[]>();
  #postedCount = 0;
  #lastId = 0;
  #isClosed = false;

  /**
   * `port` is this side's alone. Beyond `outstandingMax` questions, or ACCOUNT_QUERIES_MAX of an
   * account that wait for their turn, refuse with HISTORY_BUSY.
   */
  constructor(port: MessagePort, outstandingMax = OUTSTANDING_QUERIES_MAX) {
    this.#port = port;
    this.#outstandingMax = outstandingMax;
    port.on("message", (answer: Answer) => this.#onAnswer(answer));
    port.on("close", () => this.#onClose());
  }

  orders(query: HistoryOrdersQuery): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask(query.accountId, "orders", [query]);
  }

  executions(query: HistoryExecutionsQuery): Promise<HistoryPage<HistoryExecution>> {
    return this.#ask(query.accountId, "executions", [query]);
  }

  executedOf(query: HistoryExecutedQuery): Promise<HistoryPage<HistoryExecuted>> {
    return this.#ask(query.accountId, "executedOf", [query]);
  }

  orderById(accountId: number, orderId: number): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask(accountId, "orderById", [accountId, orderId]);
  }

  orderByClOrdId(accountId: number, clOrdId: string): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask(accountId, "orderByClOrdId", [accountId, clOrdId]);
  }

  /** Questions still unanswered reject with HISTORY_CLOSED, as they do when the other side ends. */
  close(): void {
    this.#port.close();
  }

  #ask<Found>(
    accountId: number,
    method: Method,
    parameters: unknown[],
  ): Promise<HistoryPage<Found>> {
    if (this.#isClosed) return Promise.reject(closedFailure());
    const found = this.#waiting.size;
    if (found >= this.#outstandingMax) {
      return Promise.reject(busyFailure(this.#outstandingMax, found, ""));
    }
    const queue = this.#queues.get(accountId) ?? [];
    if (queue.length >= ACCOUNT_QUERIES_MAX) {
      return Promise.reject(busyFailure(ACCOUNT_QUERIES_MAX, queue.length, " of an account"));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      queue.push({ id, method, parameters });
      this.#queues.set(accountId, queue);
      this.#postNext();
    });
  }

  #postNext(): void {
    for (const [accountId, queue] of this.#queues) {
      if (this.#postedCount >= POSTED_QUERIES_MAX) return;
      const question = queue.shift();
      this.#queues.delete(accountId);
      if (queue.length > 0) this.#queues.set(accountId, queue); // Behind all others.
      this.#postedCount++;
      this.#port.postMessage(question);
    }
  }

  #onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    assert(waiting !== undefined, "an answer has its question");
    this.#waiting.delete(answer.id);
    this.#postedCount--;
    this.#postNext();
    if ("page" in answer) waiting.resolve(answer.page as HistoryPage<never>);
    else waiting.reject(new HistoryFailure(answer.code, answer.message));
  }

  #onClose(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(closedFailure());
    this.#waiting.clear();
    this.#queues.clear();
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

function busyFailure(expected: number, found: number, whose: string): HistoryFailure {
  return new HistoryFailure(
    HISTORY_BUSY,
    `history: expected at most ${expected} unanswered queries${whose}, found ${found}; try again`,
  );
}
