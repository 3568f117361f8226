// One thing that a simulated trader does, and its record.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  COMMAND_CANCEL,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
} from "../codec/command.ts";
import { EXEC_INST_POST_ONLY } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import type { Side } from "../model/side.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";

export type SimulatedCommand = {
  /** A maker's order rests and never takes; a taker's takes and never rests. */
  readonly kind: "make" | "take" | "cancel";
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clOrdId: string;
  readonly side: Side;
  /** The limit; a taker without one (undefined) sends a market order. */
  readonly priceTicks: number | undefined;
  readonly qtyLots: number;
};

/** Writes the command, 64 bytes, at the start of `record`. */
export function writeSimulatedCommand(
  record: RecordBuffer,
  command: SimulatedCommand,
  sessionId: number,
): void {
  const { words, bytes } = record;
  const { accountId, instrumentId, clOrdId, side, priceTicks, qtyLots } = command;
  const kind = command.kind === "cancel" ? COMMAND_CANCEL : COMMAND_NEW;
  writeCommandHeader(words, 0, kind, accountId, instrumentId, sessionId);
  const isWritten = encodeClOrdId(clOrdId, bytes, NEW_CL_ORD_ID_WORD * 4);
  assert(isWritten, "a simulated order's id fits its field");
  if (command.kind === "cancel") return;
  const isMaker = command.kind === "make";
  const ordType = priceTicks === undefined ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT;
  const timeInForce = isMaker ? TIF_GTC : TIF_IOC;
  const execInst = isMaker ? EXEC_INST_POST_ONLY : 0;
  writeU64(words, NEW_ORDER_QTY_LOTS_WORD, qtyLots);
  words[NEW_PRICE_TICKS_WORD] = priceTicks ?? 0;
  words[NEW_SIDE_WORD] = packOrderCodes(side, ordType, timeInForce, execInst);
}
