// Balances and positions as JSON: whole numbers of smallest units and lots.

import { RecordBuffer, readI64, readU64 } from "../../base/record-buffer.ts";
import * as event from "../../codec/account-event.ts";
import { readAscii } from "../../codec/ascii.ts";
import { type InstrumentsById, instrumentOf } from "./report-writer.ts";

const ASSET_BYTES = 8;

export function balanceJson(words: Int32Array, at: number): string {
  const { bytes } = new RecordBuffer(words.buffer);
  const asset = readAscii(bytes, (at + event.LEDGER_ASSET_WORD) * 4, ASSET_BYTES);
  const balance = readI64(words, at + event.LEDGER_BALANCE_WORD);
  const held = readU64(words, at + event.LEDGER_HELD_WORD);
  return `{"asset":"${asset}","balance":${balance},"held":${held}}`;
}

export function positionJson(words: Int32Array, at: number, instruments: InstrumentsById): string {
  const { symbol } = instrumentOf(words, at, instruments);
  return (
    `{"symbol":"${symbol}","lots":${readI64(words, at + event.POSITION_LOTS_WORD)},` +
    `"cost":${readI64(words, at + event.POSITION_COST_WORD)},` +
    `"realizedPnl":${readI64(words, at + event.POSITION_REALIZED_PNL_WORD)},` +
    `"fees":${readI64(words, at + event.POSITION_FEES_WORD)},` +
    `"openBuyLots":${readU64(words, at + event.POSITION_OPEN_BUY_LOTS_WORD)},` +
    `"openSellLots":${readU64(words, at + event.POSITION_OPEN_SELL_LOTS_WORD)}}`
  );
}
