// hot path
// The answer to a command: its batch of events as a report, a count or an error, with the HTTP
// status.

import { readU64 } from "../../base/record-buffer.ts";
import {
  COMMAND_CANCEL_ALL,
  COMMAND_NEW,
  COMMAND_NEW_LIST,
  COMMAND_NEW_WITH_TERMS,
} from "../../codec/command.ts";
import {
  canceledCountOf,
  commandKindOfEvent,
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_COMMAND_REJECTED,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import {
  REASON_LINKED,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
} from "../../model/reasons.ts";
import { type Refusal, refusalJson, refuseForReason } from "../error-codes.ts";
import type { AsciiWriter } from "./ascii-writer.ts";
import { priceText, qtyText, refusePriceRange, refuseQtyRange } from "./order-fields.ts";
import {
  type InstrumentsById,
  instrumentOf,
  listReportJson,
  reportJson,
  writeReport,
} from "./report-writer.ts";

export type Answer = { readonly status: number; readonly json: string };

/** Whether the batch's first event says no. */
export function wasRefused(words: Int32Array, startWord: number): boolean {
  switch (eventKindOf(words, startWord)) {
    case EVENT_REJECTED:
    case EVENT_CANCEL_REJECTED:
    case EVENT_AMEND_REJECTED:
    case EVENT_COMMAND_REJECTED:
      return true;
    default:
      return false;
  }
}

export function answerJson(
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): Answer {
  const mark = endWord - EVENT_WORDS;
  const commandKind = commandKindOfEvent(words, mark);
  const isCommandRefused = eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED;
  if (commandKind === COMMAND_CANCEL_ALL && !isCommandRefused) {
    const canceled = canceledCountOf(words, startWord, endWord);
    const sequence = readU64(words, mark + EVENT_SEQUENCE_WORD);
    return { status: 200, json: `{"canceled":${canceled},"sequence":${sequence}}` };
  }
  if (commandKind === COMMAND_NEW_LIST && !isCommandRefused) {
    return listAnswer(words, startWord, endWord, instruments);
  }
  if (!wasRefused(words, startWord)) {
    const isNew = commandKind === COMMAND_NEW || commandKind === COMMAND_NEW_WITH_TERMS;
    const status = isNew ? 201 : 200;
    return { status, json: reportJson(words, startWord, endWord, instruments) };
  }
  const refusal = refusalOf(words, startWord, instruments);
  const json = refusalJson(refusal);
  if (eventKindOf(words, startWord) !== EVENT_REJECTED) return { status: refusal.status, json };
  const report = reportJson(words, startWord, endWord, instruments);
  return { status: refusal.status, json: `${json.slice(0, -1)},"report":${report}}` };
}

/** All legs or none: a rejection has the reason of the leg that the others went with. */
function listAnswer(
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): Answer {
  const json = listReportJson(words, startWord, endWord, instruments);
  if (eventKindOf(words, startWord) !== EVENT_REJECTED) return { status: 201, json };
  let at = startWord;
  while (reasonOf(words, at) === REASON_LINKED) at += EVENT_WORDS;
  const refusal = refusalOf(words, at, instruments);
  return { status: refusal.status, json: `${refusalJson(refusal).slice(0, -1)},"list":${json}}` };
}

/** The JSON of the answer to a new order, behind what `out` holds already. */
export function writeNewAnswer(
  out: AsciiWriter,
  words: Int32Array,
  startWord: number,
  endWord: number,
  instruments: InstrumentsById,
): void {
  if (wasRefused(words, startWord)) {
    out.text(answerJson(words, startWord, endWord, instruments).json);
  } else {
    writeReport(out, words, startWord, endWord, instruments);
  }
}

/** The refusal in the event at `at`; for a new order with the range that it left. */
function refusalOf(words: Int32Array, at: number, instruments: InstrumentsById): Refusal {
  const reason = reasonOf(words, at);
  if (eventKindOf(words, at) !== EVENT_REJECTED) return refuseForReason(reason);
  const instrument = instrumentOf(words, at, instruments);
  if (reason === REASON_QTY_OUT_OF_RANGE) {
    const found = qtyText(readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD), instrument);
    return refuseQtyRange("orderQty", found, instrument);
  }
  if (reason === REASON_PRICE_OUT_OF_RANGE) {
    const found = priceText(words[at + EVENT_PRICE_TICKS_WORD], instrument);
    return refusePriceRange("price", found, instrument);
  }
  return refuseForReason(reason);
}
