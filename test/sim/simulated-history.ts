// The history of the simulation: follows the log from disk beside the living writer, as the
// history's thread does, and keeps its rows in a store that outlives the exchange. Rows and
// position are committed together, or neither is.

import { readU64 } from "../../src/base/record-buffer.ts";
import { clOrdIdKey, decodeClOrdId } from "../../src/codec/cl-ord-id.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventIndexOf,
  eventKindOf,
  reasonOf,
} from "../../src/codec/event.ts";
import { Follower } from "../../src/exchange/follower.ts";
import { restoreEngine, startAfter } from "../../src/exchange/restore-fold.ts";
import { NOTHING_EXECUTED } from "../../src/gateway/fix/executed-orders.ts";
import { execTypeWord } from "../../src/gateway/json/report-writer.ts";
import type { Disk } from "../../src/log/disk.ts";
import { LogFailure } from "../../src/log/log-failure.ts";
import { LogReader } from "../../src/log/log-reader.ts";
import type {
  HistoryExecuted,
  HistoryExecutedQuery,
  HistoryExecution,
  HistoryOrder,
  HistoryOrdersQuery,
  HistoryPage,
  HistoryQueries,
} from "../../src/model/history.ts";
import { ORD_STATUS_REJECTED, ordStatusOf } from "../../src/model/ord-status.ts";
import { execInstOf, ordTypeOf, sideOf, timeInForceOf } from "../../src/model/order-codes.ts";
import type { ReportPlace } from "../../src/model/past-reports.ts";
import { keyOf } from "./ledger.ts";
import { LIMITS, LOG_DIRECTORY } from "./market.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { batchHash } from "./truth.ts";
import { promise } from "./violation.ts";

const COMMANDS_A_COMMIT = 40;
const REST_MICROS = 20_000;
const COMMIT_MICROS = 3000;

/** The database: what is committed, and nothing else, outlives the process. */
export class SimulatedStore implements HistoryQueries {
  readonly #byOrderId = new Map<number, HistoryOrder>();
  readonly #byKey = new Map<string, HistoryOrder>();
  readonly #executed = new Map<number, (HistoryExecuted & ReportPlace)[]>();
  /** The hash of each command's rows; index 0 is nobody's. */
  readonly batchHashes: number[] = [0];
  /** Commits that it still refuses. */
  failuresLeft = 0;

  get position(): number {
    return this.batchHashes.length - 1;
  }

  commit(batches: readonly Int32Array[]): void {
    for (const words of batches) {
      const sequence = readU64(words, EVENT_SEQUENCE_WORD);
      promise(sequence === this.position + 1, `the history has each command once, not ${sequence}`);
      this.batchHashes.push(batchHash(words, 0, words.length));
      for (let at = 0; at < words.length - EVENT_WORDS; at += EVENT_WORDS) this.#add(words, at);
    }
  }

  async orders(query: HistoryOrdersQuery): Promise<HistoryPage<HistoryOrder>> {
    const { accountId, instrumentId, beforeIndex, beforeSequence, rowsMax } = query;
    const rows = [...this.#byKey]
      .filter(([key]) => key.startsWith(keyOf(accountId, "")))
      .map(([, row]) => row)
      .filter((row) => instrumentId === 0 || row.instrumentId === instrumentId)
      .filter(
        ({ sequence, index }) =>
          sequence < beforeSequence || (sequence === beforeSequence && index < beforeIndex),
      )
      .sort((one, other) => other.sequence - one.sequence || other.index - one.index);
    return { rows: rows.slice(0, rowsMax), sequence: this.position };
  }

  /** Orders alone are kept: the hashes stand for the events. */
  async executions(): Promise<HistoryPage<HistoryExecution>> {
    throw new Error("expected a question for orders, found one for executions");
  }

  /** As the last trade before the place left it; the simulation busts and corrects none. */
  async executedOf(query: HistoryExecutedQuery): Promise<HistoryPage<HistoryExecuted>> {
    const { beforeIndex, beforeSequence, orderId } = query;
    const last = this.#executed
      .get(orderId)
      ?.findLast(
        ({ sequence, index }) =>
          sequence < beforeSequence || (sequence === beforeSequence && index < beforeIndex),
      );
    return { rows: [last ?? NOTHING_EXECUTED], sequence: this.position };
  }

  async orderById(accountId: number, orderId: number): Promise<HistoryPage<HistoryOrder>> {
    const row = this.#byOrderId.get(orderId);
    const isOwn =
      row !== undefined && this.#byKey.get(keyOf(accountId, clOrdIdKey(row.clOrdId))) === row;
    return this.#page(isOwn ? row : undefined);
  }

  async orderByClOrdId(accountId: number, clOrdId: string): Promise<HistoryPage<HistoryOrder>> {
    return this.#page(this.#byKey.get(keyOf(accountId, clOrdId)));
  }

  #page(row: HistoryOrder | undefined): HistoryPage<HistoryOrder> {
    return { rows: row === undefined ? [] : [row], sequence: this.position };
  }

  #add(words: Int32Array, at: number): void {
    const kind = eventKindOf(words, at);
    if (execTypeWord(kind) === "" || sideOf(words[at + EVENT_SIDE_WORD]) === 0) return;
    if (kind === EVENT_TRADED) this.#addTrade(words, at);
    const row = rowOf(words, at, this.#byOrderId);
    const key = keyOf(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0, clOrdIdKey(row.clOrdId));
    const known = this.#byKey.get(key);
    if (row.orderId === 0 && known !== undefined && known.orderId !== 0) return; // A duplicate.
    this.#byOrderId.set(row.orderId, row);
    this.#byKey.set(key, row);
  }

  #addTrade(words: Int32Array, at: number): void {
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    const lots = readU64(words, at + EVENT_LAST_QTY_LOTS_WORD);
    const trades = this.#executed.get(orderId) ?? [];
    const before = trades.at(-1) ?? NOTHING_EXECUTED;
    const value = BigInt(lots) * BigInt(words[at + EVENT_LAST_PX_TICKS_WORD]);
    trades.push({
      sequence: readU64(words, at + EVENT_SEQUENCE_WORD),
      index: eventIndexOf(words, at),
      cumQtyLots: before.cumQtyLots + lots,
      countedQtyLots: before.countedQtyLots + lots,
      valueTickLots: before.valueTickLots + value,
    });
    this.#executed.set(orderId, trades);
  }
}

function rowOf(
  words: Int32Array,
  at: number,
  known: ReadonlyMap<number, HistoryOrder>,
): HistoryOrder {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const kind = eventKindOf(words, at);
  const codes = words[at + EVENT_SIDE_WORD];
  const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
  const sequence = readU64(words, at + EVENT_SEQUENCE_WORD);
  const timeMicros = readU64(words, at + EVENT_TIME_MICROS_WORD);
  const cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
  const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
  const entered = orderId === 0 ? undefined : known.get(orderId);
  return {
    sequence: entered?.sequence ?? sequence,
    index: entered?.index ?? eventIndexOf(words, at),
    timeMicros: entered?.timeMicros ?? timeMicros,
    lastSequence: sequence,
    lastTimeMicros: timeMicros,
    instrumentId: words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0,
    orderId,
    clOrdId: decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4),
    side: sideOf(codes),
    ordType: ordTypeOf(codes),
    timeInForce: timeInForceOf(codes),
    execInst: execInstOf(codes),
    priceTicks: words[at + EVENT_PRICE_TICKS_WORD],
    orderQtyLots: readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD),
    cumQtyLots,
    leavesQtyLots,
    ordStatus:
      kind === EVENT_REJECTED
        ? ORD_STATUS_REJECTED
        : ordStatusOf(cumQtyLots, leavesQtyLots, kind !== EVENT_TRADED),
    reason: reasonOf(words, at),
  };
}

export class SimulatedHistory {
  readonly #process: SimulatedProcess;
  readonly #store: SimulatedStore;
  readonly #disk: Disk;
  #follower: Follower | undefined;
  #durableSequence = 0;
  #hasEnded = false;

  constructor(process: SimulatedProcess, disk: Disk, store: SimulatedStore) {
    this.#process = process;
    this.#store = store;
    this.#disk = disk;
    this.#later();
  }

  /** Whether the store or the disk refused it: trading goes on, and the next start catches up. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The log is durable up to here. */
  announce(durableSequence: number): void {
    this.#durableSequence = durableSequence;
  }

  #later(): void {
    this.#process.after(REST_MICROS, () => {
      const batches = this.#gather();
      if (batches === undefined) return;
      this.#process.after(COMMIT_MICROS, () => {
        this.#hasEnded = !this.#commit(batches);
        if (!this.#hasEnded) this.#later();
      });
    });
  }

  /** What the store does not have yet; undefined, and the end, when the log cannot be read. */
  #gather(): readonly Int32Array[] | undefined {
    try {
      return this.#read();
    } catch (error) {
      if (!(error instanceof LogFailure)) throw error;
      this.#hasEnded = true;
      return undefined;
    }
  }

  /** From the newest snapshot that the store has reached. */
  #open(): Follower {
    const { position } = this.#store;
    const { engine, header } = restoreEngine(LOG_DIRECTORY, this.#disk, LIMITS, position);
    const { fromSequence, after } = startAfter(header);
    return new Follower(engine, new LogReader(LOG_DIRECTORY, fromSequence, this.#disk, after));
  }

  #read(): readonly Int32Array[] {
    const batches: Int32Array[] = [];
    this.#follower ??= this.#open();
    while (batches.length < COMMANDS_A_COMMIT) {
      const isRead = this.#follower.tryNext(this.#durableSequence, (words, start, end) => {
        const isNew = readU64(words, start + EVENT_SEQUENCE_WORD) > this.#store.position;
        if (isNew) batches.push(words.slice(start, end));
      });
      if (!isRead) break;
    }
    return batches;
  }

  /** False when the store refused. */
  #commit(batches: readonly Int32Array[]): boolean {
    if (this.#store.failuresLeft > 0) {
      this.#store.failuresLeft--;
      return false;
    }
    this.#store.commit(batches);
    return true;
  }
}
