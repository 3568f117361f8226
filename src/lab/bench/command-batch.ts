// Command records in a row, made before the clock runs and applied to an engine one after another.

import { RecordBuffer, writeU64 } from "../../base/record-buffer.ts";
import {
  BLOCK_BYTES,
  BLOCK_WORDS,
  blocksOfKind,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  COMMAND_CANCEL,
  COMMAND_CREATE_INSTRUMENT,
  COMMAND_NEW,
  COMMAND_NEW_WITH_TERMS,
  COMMAND_SEQUENCE_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandBlocksOf,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  TERMS_OFFSET_TICKS_WORD,
  TERMS_STOP_PX_TICKS_WORD,
  TERMS_TRIGGER_SOURCE_WORD,
  writeCommandHeader,
  writeCreateInstrument,
} from "../../codec/command.ts";
import type { Engine } from "../../engine/engine.ts";
import { EXEC_INST_ALL_OR_NONE } from "../../model/exec-inst.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_STOP } from "../../model/ord-type.ts";
import { packOrderCodes } from "../../model/order-codes.ts";
import { TERM_HAS_STOP_PX, TERM_TRAILING } from "../../model/order-terms.ts";
import { TIF_GTC } from "../../model/time-in-force.ts";

const ACCOUNTS = 100;
const SESSION_ID = 1;
const TIME_MICROS_AT_ZERO = 1_795_000_000_000_000;

export class CommandBatch {
  readonly #records: RecordBuffer;
  #firstSequence: number;
  #endBytes = 0;
  #count = 0;

  /** For at most `commandsMax` commands of two blocks, the first of them at `firstSequence`. */
  constructor(commandsMax: number, firstSequence: number) {
    this.#records = RecordBuffer.ofBytes(commandsMax * 2 * BLOCK_BYTES);
    this.#firstSequence = firstSequence;
  }

  get count(): number {
    return this.#count;
  }

  get nextSequence(): number {
    return this.#firstSequence + this.#count;
  }

  /** Empties the batch: its next command is at this sequence. */
  restart(firstSequence: number): void {
    this.#firstSequence = firstSequence;
    this.#endBytes = 0;
    this.#count = 0;
  }

  list(instrument: Instrument): void {
    const sequence = this.nextSequence;
    const at = this.#begin(COMMAND_CREATE_INSTRUMENT, 0, 0);
    writeCreateInstrument(this.#records, at * 4, SESSION_ID, instrument);
    this.#stamp(at, sequence); // Writing the instrument began the record anew.
  }

  /** A limit order that lasts. */
  enter(instrumentId: number, side: number, priceTicks: number, orderQtyLots: number): void {
    const at = this.#begin(COMMAND_NEW, this.#account(), instrumentId);
    this.#order(at, side, ORD_TYPE_LIMIT, orderQtyLots);
    this.#records.words[at + NEW_PRICE_TICKS_WORD] = priceTicks;
  }

  /** A limit order that trades all of itself at once, or waits. */
  enterWhole(instrumentId: number, side: number, priceTicks: number, orderQtyLots: number): void {
    const at = this.#begin(COMMAND_NEW, this.#account(), instrumentId);
    this.#order(at, side, ORD_TYPE_LIMIT, orderQtyLots, EXEC_INST_ALL_OR_NONE);
    this.#records.words[at + NEW_PRICE_TICKS_WORD] = priceTicks;
  }

  /** A stop order on the last price. */
  enterStop(instrumentId: number, side: number, stopPxTicks: number, orderQtyLots: number): void {
    const at = this.#begin(COMMAND_NEW_WITH_TERMS, this.#account(), instrumentId);
    this.#order(at, side, ORD_TYPE_STOP, orderQtyLots);
    this.#records.words[at + TERMS_STOP_PX_TICKS_WORD] = stopPxTicks;
    this.#records.words[at + TERMS_TRIGGER_SOURCE_WORD] = TERM_HAS_STOP_PX << 24;
  }

  /** A stop order that follows the last price at a distance. */
  enterTrailing(instrumentId: number, side: number, offsetTicks: number): void {
    const at = this.#begin(COMMAND_NEW_WITH_TERMS, this.#account(), instrumentId);
    this.#order(at, side, ORD_TYPE_STOP, 1);
    this.#records.words[at + TERMS_OFFSET_TICKS_WORD] = offsetTicks;
    this.#records.words[at + TERMS_TRIGGER_SOURCE_WORD] = TERM_TRAILING << 24;
  }

  /** `accountId`: as accountOf says for the command that entered the order. */
  cancel(accountId: number, orderId: number): void {
    const at = this.#begin(COMMAND_CANCEL, accountId, 0);
    writeU64(this.#records.words, at + CANCEL_ORDER_ID_WORD, orderId);
  }

  /** By the client order id that the command at this sequence entered its order under. */
  cancelEntered(sequence: number): void {
    const at = this.#begin(COMMAND_CANCEL, CommandBatch.accountOf(sequence), 0);
    this.#records.words[at + CANCEL_CL_ORD_ID_WORD] = sequence;
  }

  /** Whose order the command at this sequence enters. */
  static accountOf(sequence: number): number {
    return 1 + (sequence % ACCOUNTS);
  }

  apply(engine: Engine): void {
    this.each((records, offsetBytes) => engine.apply(records, offsetBytes));
  }

  each(visit: (records: RecordBuffer, offsetBytes: number) => void): void {
    const { words } = this.#records;
    for (let offsetBytes = 0; offsetBytes < this.#endBytes; ) {
      visit(this.#records, offsetBytes);
      offsetBytes += commandBlocksOf(words, offsetBytes >> 2) * BLOCK_BYTES;
    }
  }

  #account(): number {
    return CommandBatch.accountOf(this.nextSequence);
  }

  #order(at: number, side: number, ordType: number, orderQtyLots: number, execInst = 0): void {
    const { words } = this.#records;
    words[at + NEW_CL_ORD_ID_WORD] = this.nextSequence - 1; // The command's own.
    writeU64(words, at + NEW_ORDER_QTY_LOTS_WORD, orderQtyLots);
    words[at + NEW_SIDE_WORD] = packOrderCodes(side, ordType, TIF_GTC, execInst);
  }

  #begin(kind: number, accountId: number, instrumentId: number): number {
    const at = this.#endBytes / 4;
    writeCommandHeader(this.#records.words, at, kind, accountId, instrumentId, SESSION_ID);
    this.#stamp(at, this.nextSequence);
    this.#endBytes = (at + blocksOfKind(kind) * BLOCK_WORDS) * 4;
    this.#count++;
    return at;
  }

  #stamp(at: number, sequence: number): void {
    writeU64(this.#records.words, at + COMMAND_SEQUENCE_WORD, sequence);
    writeU64(this.#records.words, at + COMMAND_TIME_MICROS_WORD, TIME_MICROS_AT_ZERO + sequence);
  }
}
