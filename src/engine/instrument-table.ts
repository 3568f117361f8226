// hot path
// The instruments: id -> book, and the terms of each. A row is the create command itself, 128
// bytes, so there is one layout for the wire, the log and the state.

import { NONE } from "../base/none.ts";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  COMMAND_INSTRUMENT_ID_WORD,
  CREATE_ORDER_QTY_LOTS_MAX_WORD,
  CREATE_ORDER_QTY_LOTS_MIN_WORD,
  CREATE_PRICE_TICKS_MAX_WORD,
  CREATE_PRICE_TICKS_MIN_WORD,
  CREATE_SYMBOL_WORD,
  readCreateInstrument,
} from "../codec/command.ts";
import type { Instrument } from "../model/instrument.ts";

const ROW_BYTES = 128;
const ROW_WORDS = ROW_BYTES / 4;
const SYMBOL_WORDS = 4;
const SPREAD = 0x9e37_79b1 | 0;

export class InstrumentTable {
  readonly #rows: RecordBuffer;
  readonly #places: Int32Array;
  readonly #mask: number;
  readonly #instrumentsMax: number;
  #count = 0;

  constructor(instrumentsMax: number) {
    const places = 1 << (32 - Math.clz32(instrumentsMax * 2 - 1));
    this.#rows = RecordBuffer.ofBytes(instrumentsMax * ROW_BYTES);
    this.#places = new Int32Array(places).fill(NONE);
    this.#mask = places - 1;
    this.#instrumentsMax = instrumentsMax;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#instrumentsMax;
  }

  /** The book of this instrument, or NONE. Books are numbered from 0 as instruments are created. */
  find(instrumentId: number): number {
    return this.#places[this.#place(instrumentId)];
  }

  /** Whether an instrument has the symbol whose four words start at `words[at]`. O(instruments). */
  hasSymbol(words: Int32Array, at: number): boolean {
    for (let book = 0; book < this.#count; book++) {
      const symbolAt = book * ROW_WORDS + CREATE_SYMBOL_WORD;
      let same = true;
      for (let i = 0; i < SYMBOL_WORDS; i++) {
        if (this.#rows.words[symbolAt + i] !== words[at + i]) same = false;
      }
      if (same) return true;
    }
    return false;
  }

  /** Adds the instrument of a create command whose id and symbol are new; returns its book. */
  add(words: Int32Array, at: number): number {
    const book = this.#count++;
    const place = this.#place(words[at + COMMAND_INSTRUMENT_ID_WORD]);
    const rowAt = book * ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) this.#rows.words[rowAt + i] = words[at + i];
    this.#places[place] = book;
    return book;
  }

  instrumentIdOf(book: number): number {
    return this.#rows.words[book * ROW_WORDS + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
  }

  /** The terms as people read them. Allocates. */
  termsOf(book: number): Instrument {
    return readCreateInstrument(this.#rows, book * ROW_BYTES);
  }

  takesPrice(book: number, priceTicks: number): boolean {
    const at = book * ROW_WORDS;
    const { words } = this.#rows;
    return (
      words[at + CREATE_PRICE_TICKS_MIN_WORD] <= priceTicks &&
      priceTicks <= words[at + CREATE_PRICE_TICKS_MAX_WORD]
    );
  }

  /** The legal price nearest to this one. */
  clampPrice(book: number, priceTicks: number): number {
    const at = book * ROW_WORDS;
    const { words } = this.#rows;
    const atLeast = Math.max(priceTicks, words[at + CREATE_PRICE_TICKS_MIN_WORD]);
    return Math.min(atLeast, words[at + CREATE_PRICE_TICKS_MAX_WORD]);
  }

  takesQty(book: number, orderQtyLots: number): boolean {
    const at = book * ROW_WORDS;
    const { words } = this.#rows;
    return (
      readU64(words, at + CREATE_ORDER_QTY_LOTS_MIN_WORD) <= orderQtyLots &&
      orderQtyLots <= readU64(words, at + CREATE_ORDER_QTY_LOTS_MAX_WORD)
    );
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#count);
    snapshot.array(this.#rows.words, this.#count * ROW_WORDS);
    snapshot.array(this.#places);
  }

  load(snapshot: SnapshotReader): void {
    this.#count = snapshot.number();
    snapshot.into(this.#rows.words);
    snapshot.into(this.#places);
  }

  #place(instrumentId: number): number {
    const wanted = instrumentId | 0;
    let place = (Math.imul(wanted, SPREAD) >>> 7) & this.#mask;
    for (;;) {
      const book = this.#places[place];
      if (book === NONE) return place;
      if (this.#rows.words[book * ROW_WORDS + COMMAND_INSTRUMENT_ID_WORD] === wanted) return place;
      place = (place + 1) & this.#mask;
    }
  }
}
