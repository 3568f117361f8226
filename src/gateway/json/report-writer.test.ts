import assert from "node:assert/strict";
import { test } from "node:test";
import { writeU64 } from "../../base/record-buffer.ts";
import {
  EVENT_ACCEPTED,
  EVENT_END,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_LEDGER,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_VERSION,
  EVENT_WORDS,
} from "../../codec/event.ts";
import { executionJson, reportJson } from "./report-writer.ts";

const NO_INSTRUMENTS = { instrumentById: () => undefined };

function batchOf(kinds: readonly number[]): Int32Array {
  const words = new Int32Array(kinds.length * EVENT_WORDS);
  for (const [i, kind] of kinds.entries()) {
    const at = i * EVENT_WORDS;
    words[at] = EVENT_VERSION | (kind << 8) | (i << 16);
    writeU64(words, at + EVENT_ORDER_ID_WORD, 7);
    if (kind !== EVENT_ACCEPTED) continue;
    writeU64(words, at + EVENT_ORDER_QTY_LOTS_WORD, 5);
    writeU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD, 5);
  }
  return words;
}

test("money that moved with an order is not what the order is", () => {
  const plain = batchOf([EVENT_ACCEPTED, EVENT_END]);
  const paid = batchOf([EVENT_ACCEPTED, EVENT_LEDGER, EVENT_END]);
  const report = (words: Int32Array) => reportJson(words, 0, words.length, NO_INSTRUMENTS);
  assert.equal(report(paid), report(plain));
  assert.equal(executionJson(paid, EVENT_WORDS, 0, NO_INSTRUMENTS), "", "and no execution");
});
