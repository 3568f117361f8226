// hot path
// The public benchmark's commands driven through the book, its reports written to a ring.
// Semantics and report layout: the consensus flow's README (kind, side, IOC; six report types).

import { NONE } from "../../base/none.ts";
import { createRegisters } from "../../base/registers.ts";
import type { RingProducer } from "../../base/ring.ts";
import { SnapshotReader, SnapshotWriter } from "../../base/snapshot.ts";
import { createBooks, MATCH_DONE } from "../../book/books.ts";
import { ORD_TYPE_LIMIT } from "../../model/ord-type.ts";
import { packOrderCodes, sideOf } from "../../model/order-codes.ts";
import { SIDE_BUY } from "../../model/side.ts";
import { TIF_GTC } from "../../model/time-in-force.ts";

export type Flow = {
  readonly commands: number;
  /** Bits 0-1 kind (0 new, 1 cancel, 2 modify), bit 2 sell, bit 3 IOC. */
  readonly flags: Uint8Array;
  readonly qtyLots: Uint8Array;
  readonly orderIds: Uint32Array;
  readonly priceTicks: Int32Array;
};

export const REPORT_ACCEPTED = 0;
export const REPORT_TRADE = 1;
export const REPORT_CANCELED = 2;
export const REPORT_MODIFIED = 3;
export const REPORT_CANCEL_REJECTED = 4;
export const REPORT_MODIFY_REJECTED = 5;

export const KIND_MASK = 3;
export const KIND_NEW = 0;
export const KIND_CANCEL = 1;
export const SELL_BIT = 4;
export const IOC_BIT = 8;

const BOOK = 0;

/** A book whose reports go to `ring`: type, sequence, then the fields in the README's order. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createBookRun(ring: RingProducer, ordersMax: number) {
  const ringWords = ring.words;
  const books = createBooks({ booksMax: 1, ordersMax, salt: 0 }, onMatch);
  const registers = createRegisters(2);
  const Sequence = 0;
  const Taker = 1;

  const empty = new SnapshotWriter();
  books.save(empty);
  const emptyBytes = empty.finish();

  /** Empties the book, as restoring a snapshot does. */
  function reset(): void {
    books.load(new SnapshotReader(emptyBytes));
  }

  /** What it returns plays the whole flow, publishes its reports and says how many ever were. */
  function prepare(flow: Flow): () => number {
    return () => play(flow);
  }

  function play(flow: Flow): number {
    const { commands, flags, qtyLots, orderIds, priceTicks } = flow;
    for (let i = 0; i < commands; i++) {
      registers[Sequence] = i;
      const flag = flags[i];
      switch (flag & KIND_MASK) {
        case KIND_NEW:
          enter(flag, orderIds[i], priceTicks[i], qtyLots[i]);
          break;
        case KIND_CANCEL:
          cancel(orderIds[i]);
          break;
        default:
          modify(orderIds[i], priceTicks[i], qtyLots[i]);
      }
    }
    return ring.flush();
  }

  function enter(flag: number, orderId: number, priceTicks: number, qtyLots: number): void {
    const side = SIDE_BUY + ((flag & SELL_BIT) >> 2);
    report(REPORT_ACCEPTED, side - SIDE_BUY, orderId, priceTicks, qtyLots);
    const leavesQtyLots = trade(side, orderId, priceTicks, qtyLots);
    if (leavesQtyLots === 0) return;
    if ((flag & IOC_BIT) !== 0) {
      report(REPORT_CANCELED, side - SIDE_BUY, orderId, priceTicks, 0);
      return;
    }
    books.rest(BOOK, codesOf(side), priceTicks, leavesQtyLots, orderId);
  }

  function cancel(orderId: number): void {
    const slot = books.find(orderId);
    if (slot === NONE) {
      report(REPORT_CANCEL_REJECTED, orderId, 0, 0, 0);
      return;
    }
    const side = sideOf(books.orderCodesOf(slot));
    report(REPORT_CANCELED, side - SIDE_BUY, orderId, books.priceTicksOf(slot), 0);
    books.remove(slot);
  }

  function modify(orderId: number, priceTicks: number, qtyLots: number): void {
    const slot = books.find(orderId);
    if (slot === NONE) {
      report(REPORT_MODIFY_REJECTED, orderId, 0, 0, 0);
      return;
    }
    const side = sideOf(books.orderCodesOf(slot));
    report(REPORT_MODIFIED, side - SIDE_BUY, orderId, priceTicks, qtyLots);
    if (!books.crosses(BOOK, side, priceTicks, qtyLots)) {
      books.requeue(slot, priceTicks, qtyLots);
      return;
    }
    books.remove(slot);
    const leavesQtyLots = trade(side, orderId, priceTicks, qtyLots);
    if (leavesQtyLots > 0) books.rest(BOOK, codesOf(side), priceTicks, leavesQtyLots, orderId);
  }

  function trade(side: number, orderId: number, priceTicks: number, qtyLots: number): number {
    if (!books.crosses(BOOK, side, priceTicks, qtyLots)) return qtyLots;
    registers[Taker] = orderId;
    return books.match(BOOK, side, priceTicks, qtyLots);
  }

  function onMatch(makerSlot: number, lastPxTicks: number, lastQtyLots: number): number {
    const makerOrderId = books.orderIdOf(makerSlot);
    report(REPORT_TRADE, lastPxTicks, lastQtyLots, makerOrderId, registers[Taker]);
    return MATCH_DONE;
  }

  function report(
    type: number,
    first: number,
    second: number,
    third: number,
    fourth: number,
  ): void {
    const at = ring.claim();
    ringWords[at] = type;
    ringWords[at + 1] = registers[Sequence];
    ringWords[at + 2] = first;
    ringWords[at + 3] = second;
    ringWords[at + 4] = third;
    ringWords[at + 5] = fourth;
  }

  return { prepare, reset };
}

function codesOf(side: number): number {
  return packOrderCodes(side, ORD_TYPE_LIMIT, TIF_GTC, 0);
}
