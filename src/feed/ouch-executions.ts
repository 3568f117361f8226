// hot path
// The last executions of OUCH orders, to name them when the operator takes a trade back: events of
// past trades say which order, not what its client called it. A ring in order of trade ids.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { CL_ORD_ID_WORDS } from "../codec/cl-ord-id.ts";
import { EVENT_CL_ORD_ID_WORD, EVENT_ORDER_ID_WORD, EVENT_TRADE_ID_WORD } from "../codec/event.ts";

const ROW_REALS = 2;
const TRADE_ID = 0;
const ORDER_ID = 1;

export class OuchExecutions {
  readonly #rows: number;
  readonly #reals: Float64Array;
  readonly #idWords: Int32Array;
  /** Executions ever kept; the newest is in row (kept - 1) modulo #rows. */
  #kept = 0;

  /** `tradesMax`: trades that the engine lets the operator change; each has two executions. */
  constructor(tradesMax: number) {
    this.#rows = 2 * tradesMax;
    this.#reals = new Float64Array(this.#rows * ROW_REALS);
    this.#idWords = new Int32Array(this.#rows * CL_ORD_ID_WORDS);
  }

  /** The execution that the event at `words[at]` tells. */
  add(words: Int32Array, at: number): void {
    const row = this.#kept++ % this.#rows;
    this.#reals[row * ROW_REALS + TRADE_ID] = readU64(words, at + EVENT_TRADE_ID_WORD);
    this.#reals[row * ROW_REALS + ORDER_ID] = readU64(words, at + EVENT_ORDER_ID_WORD);
    const idAt = at + EVENT_CL_ORD_ID_WORD;
    for (let i = 0; i < CL_ORD_ID_WORDS; i++) {
      this.#idWords[row * CL_ORD_ID_WORDS + i] = words[idAt + i];
    }
  }

  /**
   * Writes the client order id of the order in the event at `words[at]`, which is about a past
   * trade, into that event; false: no OUCH order, or a trade too long ago.
   */
  name(words: Int32Array, at: number): boolean {
    const tradeId = readU64(words, at + EVENT_TRADE_ID_WORD);
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    const row = this.#find(tradeId, orderId);
    if (row === NONE) return false;
    const idAt = at + EVENT_CL_ORD_ID_WORD;
    for (let i = 0; i < CL_ORD_ID_WORDS; i++) {
      words[idAt + i] = this.#idWords[row * CL_ORD_ID_WORDS + i];
    }
    return true;
  }

  save(snapshot: SnapshotWriter): void {
    const rows = Math.min(this.#kept, this.#rows);
    snapshot.number(this.#kept);
    snapshot.array(this.#reals, rows * ROW_REALS);
    snapshot.array(this.#idWords, rows * CL_ORD_ID_WORDS);
  }

  load(snapshot: SnapshotReader): void {
    this.#kept = snapshot.number();
    snapshot.into(this.#reals);
    snapshot.into(this.#idWords);
  }

  #find(tradeId: number, orderId: number): number {
    let first = Math.max(0, this.#kept - this.#rows);
    let end = this.#kept;
    while (first < end) {
      const middle = Math.floor((first + end) / 2);
      if (this.#reals[(middle % this.#rows) * ROW_REALS + TRADE_ID] < tradeId) first = middle + 1;
      else end = middle;
    }
    for (let kept = first; kept < this.#kept; kept++) {
      const at = (kept % this.#rows) * ROW_REALS;
      if (this.#reals[at + TRADE_ID] !== tradeId) return NONE;
      if (this.#reals[at + ORDER_ID] === orderId) return kept % this.#rows;
    }
    return NONE;
  }
}
