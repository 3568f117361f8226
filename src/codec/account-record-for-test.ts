// What events about accounts and money say beyond the fields of every event, as plain values.

import { readI64, readU64 } from "../base/record-buffer.ts";
import {
  LEDGER_AMOUNT_WORD,
  LEDGER_ASSET_WORD,
  LEDGER_BALANCE_WORD,
  LEDGER_HELD_WORD,
  LEDGER_LEDGER_TYPE_WORD,
  POSITION_COST_WORD,
  POSITION_FEES_WORD,
  POSITION_LOTS_WORD,
  POSITION_OPEN_BUY_LOTS_WORD,
  POSITION_OPEN_SELL_LOTS_WORD,
  POSITION_REALIZED_PNL_WORD,
} from "./account-event.ts";
import { readAscii } from "./ascii.ts";
import { EVENT_FEE, EVENT_LEDGER, EVENT_POSITION, eventKindOf } from "./event.ts";

const ASSET_BYTES = 8;

export type PlainLedger = {
  readonly asset: string;
  readonly ledgerType: number;
  readonly amount: number;
  readonly balance: number;
  readonly held: number;
};

export type PlainPosition = {
  readonly lots: number;
  readonly cost: number;
  readonly realizedPnl: number;
  readonly fees: number;
  readonly openBuyLots: number;
  readonly openSellLots: number;
};

/** Only of the kinds that have them. */
export type PlainAccountFields = {
  readonly ledger?: PlainLedger;
  readonly position?: PlainPosition;
};

export function readAccountFields(words: Int32Array, at: number): PlainAccountFields {
  const kind = eventKindOf(words, at);
  if (kind === EVENT_POSITION) return { position: readPosition(words, at) };
  if (kind !== EVENT_LEDGER && kind !== EVENT_FEE) return {};
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return {
    ledger: {
      asset: readAscii(bytes, (at + LEDGER_ASSET_WORD) * 4, ASSET_BYTES),
      ledgerType: words[at + LEDGER_LEDGER_TYPE_WORD] & 0xff,
      amount: readI64(words, at + LEDGER_AMOUNT_WORD),
      balance: readI64(words, at + LEDGER_BALANCE_WORD),
      held: readU64(words, at + LEDGER_HELD_WORD),
    },
  };
}

function readPosition(words: Int32Array, at: number): PlainPosition {
  return {
    lots: readI64(words, at + POSITION_LOTS_WORD),
    cost: readI64(words, at + POSITION_COST_WORD),
    realizedPnl: readI64(words, at + POSITION_REALIZED_PNL_WORD),
    fees: readI64(words, at + POSITION_FEES_WORD),
    openBuyLots: readU64(words, at + POSITION_OPEN_BUY_LOTS_WORD),
    openSellLots: readU64(words, at + POSITION_OPEN_SELL_LOTS_WORD),
  };
}
