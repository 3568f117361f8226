// Writes the fold of the log into the history's tables, exactly once: the rows of a command and the
// position behind it are committed together, so whatever dies, position and rows agree, and batches
// given again are skipped. It has no queue: the caller reads no further until it returns.

import { assert } from "../base/assert.ts";
import { readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_COMMAND_REJECTED,
  EVENT_DISPLAYED,
  EVENT_END,
  EVENT_FEE,
  EVENT_INSTRUMENT_CREATED,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEDGER,
  EVENT_ORDER_STATUS,
  EVENT_SEQUENCE_WORD,
  EVENT_TERMS,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
  EVENT_WORDS,
  eventIndexOf,
  eventKindOf,
  isAccountKind,
  isTradeChange,
} from "../codec/event.ts";
import { CopyRows } from "./copy-rows.ts";
import type { Database, Statements } from "./database.ts";
import { appendExecution, EXECUTION_COLUMNS } from "./execution-rows.ts";
import { HISTORY_DIVERGED, HISTORY_GAP, HistoryFailure } from "./history-failure.ts";
import { appendLedger, LEDGER_COLUMNS } from "./ledger-rows.ts";
import { CHANGED_ORDER_COLUMNS, ENTERED_ORDER_COLUMNS, OrderStates } from "./order-states.ts";
import { type HistoryMark, migrateSchema, readMark } from "./schema.ts";
import { appendTerms, TERMS_COLUMNS } from "./terms-rows.ts";

/**
 * Flush when so many rows are gathered: larger transactions gain little (docs/decisions/0030) and
 * queries wait for them. It may be passed by what the caller reads at once, a block of the log,
 * which is the bound of the memory used.
 */
export const GATHERED_ROWS_MAX = 20_000;

// An update finds each order through the index; by its own estimate the planner would now and then
// rather read the whole table.
const PREPARE_SESSION = "SET enable_hashjoin = off; SET enable_mergejoin = off";

const UPDATE_ORDERS = `
  UPDATE orders SET ${CHANGED_ORDER_COLUMNS.slice(0, -1)
    .map((column) => `${column} = changed.${column}`)
    .join(", ")}
  FROM unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
    $6::integer[], $7::integer[], $8::smallint[], $9::smallint[], $10::text[], $11::bigint[]
  ) AS changed (${CHANGED_ORDER_COLUMNS.join(", ")})
  WHERE orders.order_id = changed.order_id`;

const MOVE_POSITION = `
  UPDATE history_position SET sequence = $1, time_micros = $2, instance_id = $3
  WHERE sequence = $4`;
const BEGIN = `
  UPDATE history_position SET sequence = $1, begin_sequence = $1 WHERE sequence = 0`;

export class HistoryWriter {
  readonly #database: Database;
  readonly #executions = new CopyRows(EXECUTION_COLUMNS.length);
  readonly #orders = new OrderStates();
  readonly #terms = new CopyRows(TERMS_COLUMNS.length);
  readonly #ledger = new CopyRows(LEDGER_COLUMNS.length);
  /** "" while nobody said which log the commands are of. */
  #instanceId: string;
  #beginSequence: number;
  #position: number;
  #gatheredSequence: number;
  #gatheredMicros: number;
  #flushing = false;

  private constructor(database: Database, mark: HistoryMark) {
    this.#database = database;
    this.#instanceId = mark.instanceId;
    this.#beginSequence = mark.beginSequence;
    this.#position = mark.sequence;
    this.#gatheredSequence = mark.sequence;
    this.#gatheredMicros = mark.timeMicros;
  }

  /**
   * Creates the tables or brings them to this version, and goes on from their position. The only
   * writer of `database`. Rejects with HISTORY_SCHEMA_NEWER, HISTORY_DATABASE.
   */
  static async open(database: Database): Promise<HistoryWriter> {
    await migrateSchema(database);
    await database.execute(PREPARE_SESSION);
    return new HistoryWriter(database, await readMark(database));
  }

  /**
   * Empty tables are to begin behind `sequence`, where the log does not have what was before. What
   * becomes of orders that were entered before is in the executions alone.
   */
  async beginAfter(sequence: number): Promise<void> {
    assert(this.#gatheredSequence === 0, "nothing is in the tables or gathered");
    expectRows("empty history", 1, await this.#database.change(BEGIN, [sequence]));
    this.#beginSequence = sequence;
    this.#position = sequence;
    this.#gatheredSequence = sequence;
  }

  /** What is flushed from now on is of this log: 32 hexadecimal digits. */
  followsLog(instanceId: string): void {
    this.#instanceId = instanceId;
  }

  /** The last sequence committed; 0 before the first. */
  position(): number {
    return this.#position;
  }

  /** Rows that the next flush adds to or changes in the tables. */
  get gatheredRows(): number {
    const rowsOfOthers = this.#terms.rowCount + this.#ledger.rowCount;
    return this.#executions.rowCount + this.#orders.count + rowsOfOthers;
  }

  /**
   * Gathers the event batches of whole commands, records of EVENT_BYTES from `startWord` to
   * `endWord`, each batch closed by its end mark. Commands at or before the position or gathered
   * already are skipped. Throws HISTORY_GAP when a command is missing before these. Nothing may be
   * added during a flush.
   */
  add(words: Int32Array, startWord: number, endWord: number): void {
    assert(!this.#flushing, "nothing is gathered during a flush");
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    let at = startWord;
    while (at < endWord) at = this.#addBatch(words, bytes, at, endWord);
    assert(at === endWord, "batches end where the words do");
  }

  /**
   * Commits everything gathered in one transaction and resolves to the new position. When it
   * rejects (HISTORY_DATABASE, HISTORY_DIVERGED) nothing of it is in the tables and all is still
   * gathered: it may be called again, except after HISTORY_DIVERGED, which needs a rebuild.
   */
  async flush(): Promise<number> {
    assert(!this.#flushing, "one flush at a time");
    if (this.#gatheredSequence === this.#position) return this.#position;
    this.#flushing = true;
    try {
      this.#orders.encode();
      await this.#database.transaction((statements) => this.#write(statements));
      this.#position = this.#gatheredSequence;
      for (const rows of [this.#executions, this.#terms, this.#ledger, this.#orders]) rows.clear();
    } finally {
      this.#flushing = false;
    }
    return this.#position;
  }

  /** Gathers one command's batch and returns the word behind its end mark. */
  #addBatch(words: Int32Array, bytes: Uint8Array, startWord: number, endWord: number): number {
    const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
    const isNew = this.#isNext(sequence);
    let eventIndex = 0;
    let at = startWord;
    while (at < endWord && eventKindOf(words, at) !== EVENT_END) {
      assert(readU64(words, at + EVENT_SEQUENCE_WORD) === sequence, "a batch is of one command");
      assert(eventIndexOf(words, at) === (eventIndex & 0xffff), "events are in order");
      if (isNew) this.#addEvent(words, bytes, at, eventIndex);
      eventIndex++;
      at += EVENT_WORDS;
    }
    assert(at < endWord, "a batch is closed by its end mark");
    assert(
      readU64(words, at + EVENT_LAST_QTY_LOTS_WORD) === eventIndex,
      "the end mark counts the events before it",
    );
    if (isNew) {
      this.#gatheredSequence = sequence;
      this.#gatheredMicros = readU64(words, at + EVENT_TIME_MICROS_WORD);
    }
    return at + EVENT_WORDS;
  }

  /** Whether the command is the next one; false when it is in the history already. */
  #isNext(sequence: number): boolean {
    const next = this.#gatheredSequence + 1;
    if (sequence > next) {
      throw new HistoryFailure(
        HISTORY_GAP,
        `history: expected the events of command ${next} next, found those of ${sequence}`,
      );
    }
    return sequence === next;
  }

  #addEvent(words: Int32Array, bytes: Uint8Array, at: number, eventIndex: number): void {
    const kind = eventKindOf(words, at);
    if (kind === EVENT_LEDGER || kind === EVENT_FEE) {
      appendLedger(this.#ledger, words, bytes, at, eventIndex);
      return;
    }
    if (isAccountKind(kind) && !isTradeChange(kind)) return; // Neither an order's nor money's.
    switch (kind) {
      // The operator's doings and answers to queries are not the history of an order.
      case EVENT_INSTRUMENT_CREATED:
      case EVENT_COMMAND_REJECTED:
      case EVENT_ORDER_STATUS:
        return;
      case EVENT_TERMS: // From bytes 64 on no order's state, but what its command asked for.
        appendTerms(this.#terms, words, at, eventIndex);
        return;
      case EVENT_CANCEL_REJECTED:
      case EVENT_AMEND_REJECTED:
      case EVENT_DISPLAYED: // Behind the fill or the cancel that ended it, too.
      case EVENT_TRADE_BUSTED:
      case EVENT_TRADE_CORRECTED:
        break; // The order is as it was.
      default:
        this.#orders.add(words, at, eventIndex);
    }
    const clOrdId = decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    appendExecution(this.#executions, words, at, eventIndex, clOrdId);
  }

  async #write(statements: Statements): Promise<void> {
    const { enteredRows, changedRows } = this.#orders;
    await copyRows(statements, "executions", EXECUTION_COLUMNS, this.#executions);
    await copyRows(statements, "orders", ENTERED_ORDER_COLUMNS, enteredRows);
    await copyRows(statements, "order_terms", TERMS_COLUMNS, this.#terms);
    await copyRows(statements, "ledger", LEDGER_COLUMNS, this.#ledger);
    if (changedRows.rowCount > 0) {
      const changedCount = await statements.change(UPDATE_ORDERS, changedRows.literals());
      const isLacking = this.#beginSequence > 0 && changedCount < changedRows.rowCount;
      if (!isLacking) expectRows("orders to change", changedRows.rowCount, changedCount);
    }
    const mark = [this.#gatheredSequence, this.#gatheredMicros, this.#instanceId];
    const movedCount = await statements.change(MOVE_POSITION, [...mark, this.#position]);
    expectRows(`rows with position ${this.#position}`, 1, movedCount);
  }
}

async function copyRows(
  statements: Statements,
  table: string,
  columns: readonly string[],
  rows: CopyRows,
): Promise<void> {
  if (rows.rowCount > 0) await statements.copy(table, columns, rows.finished());
}

/** Tables that do not hold what the log put there were changed by somebody else. */
function expectRows(what: string, expected: number, found: number): void {
  if (expected === found) return;
  throw new HistoryFailure(
    HISTORY_DIVERGED,
    `history tables: expected ${expected} ${what}, found ${found}; rebuild the history`,
  );
}
