// The answer where no true one can be given any more: the log failed while a command or a question
// waited for it. Whether the command is in the log only the next start can say.

import { writeU64 } from "../base/record-buffer.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_END,
  EVENT_HISTORY_HASH_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_REASON_WORD,
  EVENT_VERSION,
  EVENT_WORDS,
} from "../codec/event.ts";
import { REASON_OUTCOME_UNKNOWN } from "../model/reasons.ts";

const COMMAND_KIND_MASK = 0xff00_0000 | 0;

/** A batch in the place of the one whose end mark is `words[markWord]`. */
export function unknownOutcome(words: Int32Array, markWord: number): Int32Array {
  const batch = new Int32Array(2 * EVENT_WORDS);
  const mark = words.subarray(markWord, markWord + EVENT_WORDS);
  batch.set(mark, 0);
  batch.set(mark, EVENT_WORDS);
  batch[0] = EVENT_VERSION | (EVENT_COMMAND_REJECTED << 8);
  batch[EVENT_REASON_WORD] = (mark[EVENT_REASON_WORD] & COMMAND_KIND_MASK) | REASON_OUTCOME_UNKNOWN;
  writeU64(batch, EVENT_LAST_QTY_LOTS_WORD, 0);
  batch[EVENT_HISTORY_HASH_WORD] = 0;

  batch[EVENT_WORDS] = EVENT_VERSION | (EVENT_END << 8) | (1 << 16);
  writeU64(batch, EVENT_WORDS + EVENT_LAST_QTY_LOTS_WORD, 1);
  batch[EVENT_WORDS + EVENT_HISTORY_HASH_WORD] = 0;
  return batch;
}
