// The reports on orders as a replay of the log gives them to FIX, but for what only the session
// knows: numbers, times of sending, and what the client called its cancels.

import { readU64 } from "../../src/base/record-buffer.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_WORDS,
} from "../../src/codec/event.ts";
import { FixReader } from "../../src/codec/fix-reader.ts";
import { fixReportType, putFixReport } from "../../src/codec/fix-reports.ts";
import * as tag from "../../src/codec/fix-tags.ts";
import { FixWriter } from "../../src/codec/fix-writer.ts";
import { isOrderReport, isTermsOfReport } from "../../src/codec/order-report.ts";
import { type FixFields, fieldsOf } from "../../src/gateway/fix/fix-for-test.ts";
import { instrumentOf } from "./market.ts";

export type TrueFixReport = { readonly sequence: number; readonly text: string };

const MESSAGE_BYTES_MAX = 65_536;
const OF_THE_SESSION: ReadonlySet<number> = new Set([
  ...[8, 9, 10, tag.TAG_MSG_SEQ_NUM, tag.TAG_SENDER_COMP_ID, tag.TAG_TARGET_COMP_ID],
  ...[tag.TAG_SENDING_TIME, tag.TAG_ORIG_SENDING_TIME, tag.TAG_POSS_DUP_FLAG],
  ...[tag.TAG_POSS_RESEND, tag.TAG_CL_ORD_ID],
  tag.TAG_AVG_PX, // 0 where the history is behind.
]);

export class TrueFixReports {
  /** Events of the commands that there is a report in. */
  readonly #batches: Int32Array[] = [];

  onBatch(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord; at += EVENT_WORDS) {
      if (!isOrderReport(words, at)) continue;
      this.#batches.push(words.slice(startWord, endWord));
      return;
    }
  }

  ofAccount(accountId: number): readonly TrueFixReport[] {
    const reports: TrueFixReport[] = [];
    for (const words of this.#batches) {
      for (let at = 0; at < words.length; at += EVENT_WORDS) {
        if (words[at + EVENT_ACCOUNT_ID_WORD] >>> 0 !== accountId) continue;
        if (isOrderReport(words, at)) reports.push(reportAt(words, at));
      }
    }
    return reports;
  }
}

/** What a report says that is true for every session, and that no other report says. */
export function reportText(fields: FixFields): string {
  const isRefusal = fields[35] === tag.MSG_ORDER_CANCEL_REJECT; // It has no ExecID.
  return Object.entries(fields)
    .filter(([field]) => !OF_THE_SESSION.has(Number(field)))
    .filter(([field]) => isRefusal || Number(field) !== tag.TAG_ORIG_CL_ORD_ID)
    .map(([field, value]) => `${field}=${value}`)
    .join("|");
}

function reportAt(words: Int32Array, at: number): TrueFixReport {
  const termsAt = at + EVENT_WORDS;
  const writer = new FixWriter("", "");
  writer.begin(fixReportType(words, at), { msgSeqNum: 1, sendingTimeMicros: 0 });
  putFixReport(writer, {
    ...{ words, at, index: at / EVENT_WORDS },
    termsAt: termsAt < words.length && isTermsOfReport(words, termsAt, 0) ? termsAt : -1,
    instrument: instrumentOf(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0),
  });
  let text = "";
  const reader = new FixReader(MESSAGE_BYTES_MAX, (message) => {
    text = reportText(fieldsOf(message));
  });
  reader.read(writer.finish());
  return { sequence: readU64(words, at + EVENT_SEQUENCE_WORD), text };
}
