// hot path
// Our engine behind the lab's binary record: a request becomes a command, its events one answer.
// Each instrument number is an instrument of its own, made when it is first asked for.

import { RecordBuffer, readU64, writeU64 } from "../../base/record-buffer.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  COMMAND_AMEND,
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL,
  COMMAND_NEW,
  COMMAND_SEQUENCE_WORD,
  COMMAND_TIME_MICROS_WORD,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
  writeCreateInstrument,
} from "../../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_REJECTED,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
} from "../../codec/event.ts";
import { Engine } from "../../engine/engine.ts";
import { ENGINE_LIMITS } from "../../engine/engine-limits.ts";
import { FLOW_INSTRUMENT, FLOW_SESSION_ID } from "../../market/flow-record.ts";
import { ORD_TYPE_LIMIT } from "../../model/ord-type.ts";
import { packOrderCodes } from "../../model/order-codes.ts";
import { TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";
import {
  ANSWER_ID_WORD,
  ANSWER_LOTS_WORD,
  ANSWER_ORDER_ID_WORD,
  ANSWER_STATUS_WORD,
  isIocWord,
  RECORD_WORDS,
  REQUEST_ID_WORD,
  REQUEST_INSTRUMENT_WORD,
  REQUEST_KIND_WORD,
  REQUEST_ORDER_ID_WORD,
  REQUEST_PRICE_TICKS_WORD,
  REQUEST_QTY_LOTS_WORD,
} from "./lab-record.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_CANCEL, LAP_NEW, LAP_NULL } from "./lap.ts";

const ACCOUNT_ID = 1;
/** A lap uses its order ids again, so only the last ended one is remembered. */
const CLOSED_IDS_MAX = 1;
const TIME_MICROS_AT_ZERO = 1_795_000_000_000_000;
const INSTRUMENTS_MAX = 1024;

export type RecordEngine = ReturnType<typeof createRecordEngine>;

export function createRecordEngine() {
  const engine = new Engine({ ...ENGINE_LIMITS, closedIdsMax: CLOSED_IDS_MAX });
  const commands = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const { words } = commands;
  const isListed = new Uint8Array(INSTRUMENTS_MAX + 1);

  /** Answers the request at `requests[from]` with the words from `answers[to]` on. */
  function answer(requests: Int32Array, from: number, answers: Int32Array, to: number): void {
    const kindWord = requests[from + REQUEST_KIND_WORD];
    answers.fill(0, to, to + RECORD_WORDS);
    answers[to + ANSWER_ID_WORD] = requests[from + REQUEST_ID_WORD];
    answers[to + ANSWER_STATUS_WORD] = ANSWER_DONE;
    answers[to + ANSWER_ORDER_ID_WORD] = requests[from + REQUEST_ORDER_ID_WORD];
    if ((kindWord & 0xff) === LAP_NULL) return;
    const instrument = requests[from + REQUEST_INSTRUMENT_WORD];
    if (instrument < 1 || instrument > INSTRUMENTS_MAX) {
      answers[to + ANSWER_STATUS_WORD] = ANSWER_REFUSED;
      return;
    }
    if (isListed[instrument] === 0) list(instrument);
    write(requests, from, kindWord, instrument);
    apply();
    fold(answers, to, (kindWord & 0xff) === LAP_CANCEL);
  }

  function write(requests: Int32Array, from: number, kindWord: number, instrument: number): void {
    const kind = kindWord & 0xff;
    const commandKind = commandKindOf(kind);
    writeCommandHeader(words, 0, commandKind, ACCOUNT_ID, instrument, FLOW_SESSION_ID);
    // Every kind has the client order id in the same place: order and instrument.
    words[NEW_CL_ORD_ID_WORD] = requests[from + REQUEST_ORDER_ID_WORD];
    words[NEW_CL_ORD_ID_WORD + 1] = instrument;
    if (kind === LAP_CANCEL) return;
    const qtyLots = requests[from + REQUEST_QTY_LOTS_WORD] >>> 0;
    const priceTicks = requests[from + REQUEST_PRICE_TICKS_WORD];
    if (kind === LAP_NEW) {
      const side = (kindWord >>> 8) & 0xff;
      const timeInForce = isIocWord(kindWord) ? TIF_IOC : TIF_GTC;
      writeU64(words, NEW_ORDER_QTY_LOTS_WORD, qtyLots);
      words[NEW_PRICE_TICKS_WORD] = priceTicks;
      words[NEW_SIDE_WORD] = packOrderCodes(side, ORD_TYPE_LIMIT, timeInForce, 0);
    } else {
      writeU64(words, AMEND_ORDER_QTY_LOTS_WORD, qtyLots);
      words[AMEND_PRICE_TICKS_WORD] = priceTicks;
      words[AMEND_AMEND_FLAGS_WORD] =
        AMEND_HAS_PRICE | AMEND_HAS_QTY | AMEND_QTY_IS_LEAVES | AMEND_JOINS_TAIL;
    }
  }

  /** The lots that the order took, or that a cancel took off the book. */
  function fold(answers: Int32Array, to: number, isCancel: boolean): void {
    const { events } = engine;
    let lots = 0;
    for (let at = 0; at < events.endWord; at += EVENT_WORDS) {
      const kind = eventKindOf(events.words, at);
      if (kind === EVENT_TRADED) {
        const isTaker = (eventFlagsOf(events.words, at) & FLAG_AGGRESSOR) !== 0;
        if (isTaker) lots += readU64(events.words, at + EVENT_LAST_QTY_LOTS_WORD);
      } else if (kind === EVENT_CANCELED && isCancel) {
        const cumQtyLots = readU64(events.words, at + EVENT_CUM_QTY_LOTS_WORD);
        lots += readU64(events.words, at + EVENT_ORDER_QTY_LOTS_WORD) - cumQtyLots;
      } else if (isRefusal(kind)) answers[to + ANSWER_STATUS_WORD] = ANSWER_REFUSED;
    }
    answers[to + ANSWER_LOTS_WORD] = lots;
  }

  function list(instrument: number): void {
    const symbol = `LAB${instrument}`;
    const terms = { ...FLOW_INSTRUMENT, instrumentId: instrument, symbol };
    writeCreateInstrument(commands, 0, FLOW_SESSION_ID, terms);
    apply();
    isListed[instrument] = 1;
  }

  function apply(): void {
    const sequence = engine.sequence + 1;
    writeU64(words, COMMAND_SEQUENCE_WORD, sequence);
    writeU64(words, COMMAND_TIME_MICROS_WORD, TIME_MICROS_AT_ZERO + sequence);
    engine.apply(commands, 0);
  }

  return { answer, engine };
}

function commandKindOf(kind: number): number {
  if (kind === LAP_NEW) return COMMAND_NEW;
  return kind === LAP_CANCEL ? COMMAND_CANCEL : COMMAND_AMEND;
}

function isRefusal(kind: number): boolean {
  return kind === EVENT_REJECTED || kind === EVENT_CANCEL_REJECTED || kind === EVENT_AMEND_REJECTED;
}
