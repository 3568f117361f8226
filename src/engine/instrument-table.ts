// hot path
// The instruments: id -> book, and the terms of each. A row is the create command itself, 128
// bytes, so there is one layout for the wire, the log and the state.

import { NONE } from "../base/none.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { createRegisters } from "../base/registers.ts";
import { rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  COMMAND_INSTRUMENT_ID_WORD,
  CREATE_NOTIONAL_MAX_WORD,
  CREATE_NOTIONAL_MIN_WORD,
  CREATE_ORDER_QTY_LOTS_MAX_WORD,
  CREATE_ORDER_QTY_LOTS_MIN_WORD,
  CREATE_PRICE_TICKS_MAX_WORD,
  CREATE_PRICE_TICKS_MIN_WORD,
  CREATE_RESTS_AT_PROTECTION_BYTE,
  CREATE_SYMBOL_WORD,
  readCreateInstrument,
} from "../codec/command.ts";
import type { Instrument, InstrumentChange } from "../model/instrument.ts";
import { SIDE_BUY } from "../model/side.ts";

const ROW_BYTES = 128;
const ROW_WORDS = ROW_BYTES / 4;
const SYMBOL_WORDS = 4;
const SPREAD = 0x9e37_79b1 | 0;

const COUNT = 0;
/** Whether any instrument's orders must be worth something: until then nobody asks. */
const LIMITS_NOTIONAL = 1;
const REGISTERS = 2;

export type InstrumentTable = ReturnType<typeof createInstrumentTable>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createInstrumentTable(instrumentsMax: number) {
  const placesMax = rowMaskOf(instrumentsMax * 2) + 1;
  const bookMask = rowMaskOf(instrumentsMax);
  const rows = RecordBuffer.ofBytes((bookMask + 1) * ROW_BYTES);
  const { bytes, words } = rows;
  // What every order is compared with, by column (base/rows.ts).
  const ids = wordColumn(COMMAND_INSTRUMENT_ID_WORD);
  const priceTicksMin = wordColumn(CREATE_PRICE_TICKS_MIN_WORD);
  const priceTicksMax = wordColumn(CREATE_PRICE_TICKS_MAX_WORD);
  /** The range of quantities of each book as doubles, because every order is compared with it. */
  const lotsMin = new Float64Array(bookMask + 1);
  const lotsMax = new Float64Array(bookMask + 1);
  const places = new Int32Array(placesMax).fill(NONE);
  const registers = createRegisters(REGISTERS);
  const mask = placesMax - 1;

  function count(): number {
    return registers[COUNT];
  }

  function isFull(): boolean {
    return registers[COUNT] === instrumentsMax;
  }

  /** The book of this instrument, or NONE. Books are numbered from 0 as instruments are created. */
  function find(instrumentId: number): number {
    const wanted = instrumentId | 0;
    let place = homeOf(wanted);
    for (;;) {
      const book = places[place & mask];
      if (book === NONE || ids[(book & bookMask) * ROW_WORDS] === wanted) return book;
      place++;
    }
  }

  /** Whether an instrument has the symbol whose four words start at `from[at]`. O(instruments). */
  function hasSymbol(from: Int32Array, at: number): boolean {
    for (let book = 0; book < registers[COUNT]; book++) {
      const symbolAt = (book & bookMask) * ROW_WORDS + CREATE_SYMBOL_WORD;
      let same = true;
      for (let i = 0; i < SYMBOL_WORDS; i++) {
        if (words[symbolAt + i] !== from[at + i]) same = false;
      }
      if (same) return true;
    }
    return false;
  }

  /** Adds the instrument of a create command whose id and symbol are new; returns its book. */
  function add(from: Int32Array, at: number): number {
    const book = registers[COUNT]++;
    let place = homeOf(from[at + COMMAND_INSTRUMENT_ID_WORD]);
    const rowAt = (book & bookMask) * ROW_WORDS;
    for (let i = 0; i < ROW_WORDS; i++) words[rowAt + i] = from[at + i];
    while (places[place & mask] !== NONE) place++;
    places[place & mask] = book;
    noteRanges(book);
    return book;
  }

  /** Other ranges than it was listed with. */
  function change(book: number, terms: InstrumentChange): void {
    const rowAt = (book & bookMask) * ROW_WORDS;
    writeU64(words, rowAt + CREATE_ORDER_QTY_LOTS_MIN_WORD, terms.orderQtyLotsMin);
    writeU64(words, rowAt + CREATE_ORDER_QTY_LOTS_MAX_WORD, terms.orderQtyLotsMax);
    writeU64(words, rowAt + CREATE_NOTIONAL_MIN_WORD, terms.notionalMin);
    writeU64(words, rowAt + CREATE_NOTIONAL_MAX_WORD, terms.notionalMax);
    noteRanges(book);
  }

  function instrumentIdOf(book: number): number {
    return ids[(book & bookMask) * ROW_WORDS] >>> 0;
  }

  /** The terms as people read them. Allocates. */
  function termsOf(book: number): Instrument {
    return readCreateInstrument(rows, book * ROW_BYTES);
  }

  function takesPrice(book: number, priceTicks: number): boolean {
    const at = (book & bookMask) * ROW_WORDS;
    return priceTicksMin[at] <= priceTicks && priceTicks <= priceTicksMax[at];
  }

  /** The legal price nearest to this one. */
  function clampPrice(book: number, priceTicks: number): number {
    const at = (book & bookMask) * ROW_WORDS;
    return Math.min(Math.max(priceTicks, priceTicksMin[at]), priceTicksMax[at]);
  }

  /** The worst legal price for a side: a buyer's highest, a seller's lowest. */
  function worstPriceOf(book: number, side: number): number {
    const at = (book & bookMask) * ROW_WORDS;
    return side === SIDE_BUY ? priceTicksMax[at] : priceTicksMin[at];
  }

  function orderQtyLotsMaxOf(book: number): number {
    return lotsMax[book & bookMask];
  }

  function orderQtyLotsMinOf(book: number): number {
    return lotsMin[book & bookMask];
  }

  /** Whether what a protected market order has left rests at its limit. */
  function restsAtProtection(book: number): boolean {
    return bytes[(book & bookMask) * ROW_BYTES + CREATE_RESTS_AT_PROTECTION_BYTE] !== 0;
  }

  /** Whether any instrument limits what its orders are worth. */
  function limitsNotional(): boolean {
    return registers[LIMITS_NOTIONAL] !== 0;
  }

  function notionalMinOf(book: number): number {
    return readU64(words, (book & bookMask) * ROW_WORDS + CREATE_NOTIONAL_MIN_WORD);
  }

  /** 0 is no limit. */
  function notionalMaxOf(book: number): number {
    return readU64(words, (book & bookMask) * ROW_WORDS + CREATE_NOTIONAL_MAX_WORD);
  }

  function takesQty(book: number, orderQtyLots: number): boolean {
    return lotsMin[book & bookMask] <= orderQtyLots && orderQtyLots <= lotsMax[book & bookMask];
  }

  function noteRanges(book: number): void {
    const at = (book & bookMask) * ROW_WORDS;
    lotsMin[book & bookMask] = readU64(words, at + CREATE_ORDER_QTY_LOTS_MIN_WORD);
    lotsMax[book & bookMask] = readU64(words, at + CREATE_ORDER_QTY_LOTS_MAX_WORD);
    if (notionalMinOf(book) + notionalMaxOf(book) > 0) registers[LIMITS_NOTIONAL] = 1;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(words, registers[COUNT] * ROW_WORDS);
    snapshot.array(places);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(words);
    snapshot.into(places);
    for (let book = 0; book < registers[COUNT]; book++) noteRanges(book);
  }

  function wordColumn(word: number): Int32Array {
    const offset = word * Int32Array.BYTES_PER_ELEMENT;
    return new Int32Array(words.buffer, offset, bookMask * ROW_WORDS + 1);
  }

  function homeOf(instrumentId: number): number {
    return (Math.imul(instrumentId, SPREAD) >>> 7) & mask;
  }

  return {
    count,
    isFull,
    find,
    hasSymbol,
    add,
    change,
    instrumentIdOf,
    termsOf,
    takesPrice,
    clampPrice,
    worstPriceOf,
    orderQtyLotsMinOf,
    orderQtyLotsMaxOf,
    takesQty,
    restsAtProtection,
    limitsNotional,
    notionalMinOf,
    notionalMaxOf,
    save,
    load,
  };
}
