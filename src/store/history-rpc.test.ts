import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import type {
  HistoryExecuted,
  HistoryExecution,
  HistoryOrder,
  HistoryPage,
  HistoryQueries,
} from "../model/history.ts";
import { emptiedDatabase } from "./database-for-test.ts";
import { batchOf, RandomMarket, writeBatches } from "./event-batches-for-test.ts";
import {
  HISTORY_BUSY,
  HISTORY_CLOSED,
  HISTORY_DATABASE,
  HISTORY_QUERY,
  HistoryFailure,
} from "./history-failure.ts";
import { HistoryReader } from "./history-reader.ts";
import { ACCOUNT_QUERIES_MAX, RemoteHistory, serveHistory } from "./history-rpc.ts";
import { HistoryWriter } from "./history-writer.ts";

const EMPTY = { rows: [], sequence: 5 };
const QUERY = { accountId: 1, instrumentId: 0, beforeSequence: 9, beforeIndex: 0, rowsMax: 10 };

test("answers are the reader's own, over the port as beside it", async (t) => {
  const database = await emptiedDatabase();
  const writer = await HistoryWriter.open(database);
  await writeBatches(writer, new RandomMarket(21).batches(500));
  const reader = new HistoryReader(database);
  const { remote } = connect(t, reader);

  const orders = await reader.orders({ ...QUERY, beforeSequence: 400 });
  const [order] = orders.rows;
  assert.ok(order !== undefined && orders.rows.length > 3);
  const executions = { ...QUERY, beforeSequence: 400, orderId: 0, beforeIndex: 1 };
  assert.deepEqual(await remote.orders({ ...QUERY, beforeSequence: 400 }), orders);
  assert.deepEqual(await remote.executions(executions), await reader.executions(executions));
  assert.deepEqual(
    await remote.orderById(1, order.orderId),
    await reader.orderById(1, order.orderId),
  );
  assert.deepEqual(
    await remote.orderByClOrdId(1, order.clOrdId),
    await reader.orderByClOrdId(1, order.clOrdId),
  );
  await assert.rejects(remote.orders({ ...QUERY, rowsMax: 0 }), {
    name: "HistoryFailure",
    code: HISTORY_QUERY,
    message: /rowsMax: expected a whole number/,
  });

  await writeBatches(writer, [batchOf(501, [])]);
  assert.equal((await remote.orderById(1, 1)).sequence, 501);
});

/** Where a bug leaves a question open for ever. */
const TIMEOUT = { timeout: 60_000 };

test("answers find their questions in whatever order they come", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote } = connect(t, history);
  const first = remote.orderById(1, 1);
  const second = remote.orderById(1, 2);
  await history.asked(2);

  history.answer(1, { rows: [], sequence: 22 });
  assert.equal((await second).sequence, 22);
  history.answer(0, { rows: [], sequence: 11 });
  assert.equal((await first).sequence, 11);
});

test(
  "questions beyond the bound are refused at once, and taken again after an answer",
  TIMEOUT,
  async (t) => {
    const history = new PatientHistory();
    const { remote } = connect(t, history, 2);
    const first = remote.orderById(1, 1);
    const second = remote.orderById(1, 2);

    await assert.rejects(remote.orderById(1, 3), {
      code: HISTORY_BUSY,
      message: /expected at most 2 unanswered queries, found 2/,
    });
    await history.asked(2);
    history.answer(0, EMPTY);
    await first;
    const third = remote.orderById(1, 3);
    await history.asked(3);
    history.answer(1, EMPTY);
    history.answer(2, EMPTY);
    assert.deepEqual(await Promise.all([second, third]), [EMPTY, EMPTY]);
  },
);

test("accounts take turns, and few questions are on their way at a time", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote } = connect(t, history);
  const order: string[] = [];
  const ask = (accountId: number, orderId: number): void => {
    remote.orderById(accountId, orderId).then(
      () => order.push(`${accountId}:${orderId}`),
      () => {},
    );
  };
  for (let orderId = 1; orderId <= 100; orderId++) ask(1, orderId);
  ask(2, 1);
  ask(3, 1);
  ask(2, 2);
  for (let question = 0; question < 12; question++) {
    await history.asked(Math.max(4, question + 1));
    history.answer(question, EMPTY);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await history.asked(15);
  const others = order.filter((each) => !each.startsWith("1:"));
  assert.deepEqual(others, ["2:1", "3:1", "2:2"], order.join(" "));
  assert.equal(order.indexOf("2:1") < 6, true, order.join(" "));
});

test("an account has a share of the questions", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote } = connect(t, history);
  const refused: string[] = [];
  for (let orderId = 1; orderId <= ACCOUNT_QUERIES_MAX + 5; orderId++) {
    remote.orderById(1, orderId).catch((error: HistoryFailure) => refused.push(error.message));
  }
  await history.asked(4);
  assert.equal(refused.length, 1);
  assert.match(refused[0] ?? "", /expected at most 256 unanswered queries of an account/);
  remote.orderById(2, 1).catch(() => {});
});

test("a failure keeps its code and message across the port", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote } = connect(t, history);
  const question = remote.orderByClOrdId(1, "mine");
  await history.asked(1);
  history.refuse(0, new HistoryFailure(HISTORY_DATABASE, "history database: disk full"));

  await assert.rejects(question, {
    name: "HistoryFailure",
    code: HISTORY_DATABASE,
    message: "history database: disk full",
  });
});

test("when the other side ends, open and later questions are refused", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote, servedPort } = connect(t, history);
  const open = remote.orders(QUERY);
  await history.asked(1);
  servedPort.close();

  await assert.rejects(open, { code: HISTORY_CLOSED });
  await assert.rejects(remote.orders(QUERY), { code: HISTORY_CLOSED });
});

test("closing refuses open questions", TIMEOUT, async (t) => {
  const history = new PatientHistory();
  const { remote, servedPort } = connect(t, history);
  const open = remote.executions({ ...QUERY, orderId: 0, beforeIndex: 0 });
  await history.asked(1);
  const closed = once(servedPort, "close");
  remote.close();

  await assert.rejects(open, { code: HISTORY_CLOSED });
  await closed;
});

function connect(t: TestContext, history: HistoryQueries, outstandingMax?: number) {
  const { port1, port2 } = new MessageChannel();
  serveHistory(port2, history);
  const remote = new RemoteHistory(port1, outstandingMax);
  t.after(() => remote.close());
  return { remote, servedPort: port2 };
}

/** A history that answers when it is told to. */
class PatientHistory implements HistoryQueries {
  readonly #questions: PromiseWithResolvers<HistoryPage<never>>[] = [];
  #awaited = Promise.withResolvers<void>();
  #awaitedCount = 0;

  orders(): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask();
  }

  executions(): Promise<HistoryPage<HistoryExecution>> {
    return this.#ask();
  }

  executedOf(): Promise<HistoryPage<HistoryExecuted>> {
    return this.#ask();
  }

  orderById(): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask();
  }

  orderByClOrdId(): Promise<HistoryPage<HistoryOrder>> {
    return this.#ask();
  }

  /** Resolves when `count` questions have arrived in all. */
  asked(count: number): Promise<void> {
    this.#awaitedCount = count;
    this.#awaited = Promise.withResolvers();
    if (this.#questions.length >= count) this.#awaited.resolve();
    return this.#awaited.promise;
  }

  answer(question: number, page: HistoryPage<never>): void {
    this.#questions[question]?.resolve(page);
  }

  refuse(question: number, failure: HistoryFailure): void {
    this.#questions[question]?.reject(failure);
  }

  #ask(): Promise<HistoryPage<never>> {
    const question = Promise.withResolvers<HistoryPage<never>>();
    this.#questions.push(question);
    if (this.#questions.length === this.#awaitedCount) this.#awaited.resolve();
    return question.promise;
  }
}
