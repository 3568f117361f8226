// A lap: commands for one instrument that begin and end with an empty book, with the answer to
// each, known beforehand from a book of our own. So a run of any length is the same lap again and
// again, encoded once, and every answer of the target is checked (gate V8).

import { BookCore } from "../../book/book-core.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL, type Side } from "../../model/side.ts";
import { TIF_GTC, TIF_IOC } from "../../model/time-in-force.ts";

export const LAP_NEW = 1;
export const LAP_CANCEL = 2;
export const LAP_REPLACE = 3;
export const LAP_NULL = 9;

export const ANSWER_DONE = 0;
export const ANSWER_REFUSED = 3;

export type LapCommand = {
  readonly kind: number;
  readonly side: Side;
  readonly isIoc: boolean;
  readonly orderId: number;
  readonly priceTicks: number;
  readonly qtyLots: number;
};

/** A command a row. */
export type Lap = {
  readonly commands: number;
  readonly kinds: Uint8Array;
  readonly sides: Uint8Array;
  readonly iocs: Uint8Array;
  readonly orderIds: Uint32Array;
  readonly priceTicks: Int32Array;
  readonly qtyLots: Uint32Array;
  /** What the target must answer: a status, and the lots executed (cancel: taken off the book). */
  readonly statuses: Uint8Array;
  readonly lots: Uint32Array;
  /** The command by which the order that this one entered is off the book again. */
  readonly goneBy: Uint32Array;
};

/** In goneBy: it still rests after the last. */
const STAYS = 0xffff_ffff;

/** Takes commands, one at a time, and keeps the answers of the reference book. */
export class LapBuilder {
  readonly #book = new BookCore();
  readonly #rows: (LapCommand & { status: number; lots: number; goneBy: number })[] = [];
  /** By order id, the row that entered what rests. */
  readonly #resting = new Map<number, number>();

  get count(): number {
    return this.#rows.length;
  }

  /** Orders resting now. */
  get ordersCount(): number {
    return this.#book.ordersCount;
  }

  isResting(orderId: number): boolean {
    return this.#book.order(orderId) !== undefined;
  }

  push(command: LapCommand): void {
    const place = this.#rows.length;
    this.#rows.push({ ...command, ...this.#answerOf(command), goneBy: place });
    const { kind, orderId } = command;
    if (kind !== LAP_NULL) this.#noteGone(orderId, place);
    if (kind === LAP_NEW || kind === LAP_REPLACE) this.#noteTrades(orderId, place);
  }

  #noteGone(orderId: number, place: number): void {
    const row = this.#resting.get(orderId);
    if (row === undefined) return;
    this.#rows[row].goneBy = place;
    this.#resting.delete(orderId);
  }

  #noteTrades(orderId: number, place: number): void {
    const { trades } = this.#book;
    for (let i = 0; i < trades.count; i++) {
      const maker = trades.makerOrderIdOf(i);
      if (!this.isResting(maker)) this.#noteGone(maker, place);
    }
    if (!this.isResting(orderId)) return;
    this.#rows[place].goneBy = STAYS;
    this.#resting.set(orderId, place);
  }

  /**
   * Cancels everything that rests, both sides in their order, ends with an order that finds nothing
   * (so that no engine that remembers the last ended id meets it as the first of the next lap), and
   * gives the lap.
   */
  close(): Lap {
    this.#cancelAll();
    const orderId = 1 + this.#rows.reduce((max, row) => Math.max(max, row.orderId), 0);
    const last = { side: SIDE_BUY, isIoc: true, orderId, priceTicks: 1, qtyLots: 1 } as const;
    this.push({ kind: LAP_NEW, ...last });
    return this.leave();
  }

  /** The commands so far; what rests stays on the book, so that they can be sent once only. */
  leave(): Lap {
    const rows = this.#rows;
    return {
      commands: rows.length,
      kinds: Uint8Array.from(rows, ({ kind }) => kind),
      sides: Uint8Array.from(rows, ({ side }) => side),
      iocs: Uint8Array.from(rows, ({ isIoc }) => (isIoc ? 1 : 0)),
      orderIds: Uint32Array.from(rows, ({ orderId }) => orderId),
      priceTicks: Int32Array.from(rows, ({ priceTicks }) => priceTicks),
      qtyLots: Uint32Array.from(rows, ({ qtyLots }) => qtyLots),
      statuses: Uint8Array.from(rows, ({ status }) => status),
      lots: Uint32Array.from(rows, ({ lots }) => lots),
      goneBy: Uint32Array.from(rows, ({ goneBy }) => goneBy),
    };
  }

  #cancelAll(): void {
    for (const side of [SIDE_BUY, SIDE_SELL] as const) {
      for (const { orderId } of this.#book.orders(side, Number.MAX_SAFE_INTEGER)) {
        const cancel = { kind: LAP_CANCEL, side, isIoc: false, orderId, priceTicks: 0, qtyLots: 0 };
        this.push(cancel);
      }
    }
  }

  #answerOf(command: LapCommand): { status: number; lots: number } {
    const { kind, orderId } = command;
    if (kind === LAP_NULL) return { status: ANSWER_DONE, lots: 0 };
    if (kind === LAP_NEW) return this.#enter(command);
    const open = this.#book.cancel(orderId);
    if (open < REASON_NONE) return { status: ANSWER_REFUSED, lots: 0 };
    return kind === LAP_CANCEL ? { status: ANSWER_DONE, lots: open } : this.#enter(command);
  }

  #enter({ side, priceTicks, qtyLots, orderId, isIoc }: LapCommand) {
    const timeInForce = isIoc ? TIF_IOC : TIF_GTC;
    const left = this.#book.enterLimit(side, priceTicks, qtyLots, orderId, timeInForce);
    if (left < 0) return { status: ANSWER_REFUSED, lots: 0 };
    return { status: ANSWER_DONE, lots: qtyLots - left };
  }
}

/**
 * Cancels of the orders that the first `count` commands of a lap leave on the book, and an order
 * that finds nothing, as at a lap's end; where none was entered, nothing. What is left of each
 * order nobody expects.
 */
export function undoingLap(lap: Lap, count: number): Lap {
  if (!lap.kinds.subarray(0, count).includes(LAP_NEW)) return new LapBuilder().leave();
  const rows: number[] = [];
  for (let i = 0; i < count; i++) if (lap.goneBy[i] >= count) rows.push(i);
  const last = lap.commands - 1;
  const { length } = rows;
  const cancels = rows.map(() => LAP_CANCEL);
  const zeros = new Uint32Array(length + 1);
  return {
    commands: length + 1,
    kinds: Uint8Array.from([...cancels, lap.kinds[last]]),
    sides: Uint8Array.from([...rows, last], (row) => lap.sides[row]),
    iocs: Uint8Array.from(zeros).fill(lap.iocs[last], length),
    orderIds: Uint32Array.from([...rows, last], (row) => lap.orderIds[row]),
    priceTicks: Int32Array.from(zeros).fill(lap.priceTicks[last], length),
    qtyLots: Uint32Array.from(zeros).fill(lap.qtyLots[last], length),
    statuses: Uint8Array.from(zeros).fill(ANSWER_DONE),
    lots: zeros,
    goneBy: Uint32Array.from([...rows, last].keys()),
  };
}
