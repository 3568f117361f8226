// LOBSTER message files as flow.
//
// - 1 new, 2 partial cancel and 3 delete are new, reduce and cancel.
// - 4, a visible execution, names the resting order. Its taker is an immediate-or-cancel order
//   on the other side at that price; executions next to each other with one time and one
//   direction are one taker, of their sum at their worst price.
// - 5 to 7 (hidden execution, cross, halt) do not touch the displayed book: passed over,
//   counted.
// - An order spoken of but never entered (lobster-resting.ts) is entered just before the first
//   message of an order with the same or a higher id, so that it stands where it stood in the
//   queue.

import { oppositeSide, SIDE_BUY } from "../model/side.ts";
import {
  emptyFlowCommand,
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REDUCE,
  type FlowCommand,
  type FlowProgress,
  type FlowReader,
} from "./flow-command.ts";
import { LineSource } from "./line-source.ts";
import {
  emptyLobsterMessage,
  LOBSTER_DELETE,
  LOBSTER_EXECUTION,
  LOBSTER_HIDDEN_EXECUTION,
  LOBSTER_LINE_BYTES_MAX,
  LOBSTER_NEW,
  LOBSTER_REDUCE,
  readLobsterLine,
} from "./lobster-message.ts";
import { findRestingOrders, type RestingOrder } from "./lobster-resting.ts";

export const LOBSTER_FORMAT = "LOBSTER messages";

/** Takers get ids of their own from here on: above any exchange's, and exact in a double. */
const TAKER_ID_BASE = 8_000_000_000_000_000;

export class LobsterReader implements FlowReader {
  readonly format = LOBSTER_FORMAT;
  skippedCount = 0;
  readonly #lines: LineSource;
  readonly #resting: readonly RestingOrder[];
  #restingNext = 0;
  readonly #message = emptyLobsterMessage();
  #hasMessage = false;
  readonly #taker: FlowCommand = { ...emptyFlowCommand(), ioc: true };
  #takerTimeText = "";
  #takerCount = 0;
  #ended = false;

  /** Reads the file once for the orders it never enters; the reader then reads it again. */
  static async open(path: string): Promise<LobsterReader> {
    return new LobsterReader(path, await findRestingOrders(path));
  }

  private constructor(path: string, resting: readonly RestingOrder[]) {
    this.#lines = new LineSource(path, LOBSTER_LINE_BYTES_MAX);
    this.#resting = resting;
  }

  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    this.#ended = !(await this.#lines.fill());
    return !this.#ended || this.#taker.qtyLots > 0;
  }

  tryNext(command: FlowCommand): boolean {
    for (;;) {
      if (!this.#hasMessage && !this.#readMessage()) {
        return this.#ended && this.#taker.qtyLots > 0 && this.#giveTaker(command);
      }
      if (this.#taker.qtyLots > 0 && !this.#isOfTaker()) return this.#giveTaker(command);
      if (this.#isRestingDue()) return this.#giveResting(command);
      this.#hasMessage = false;
      if (this.#giveMessage(command)) return true;
    }
  }

  progress(): FlowProgress {
    return this.#lines;
  }

  close(): void {
    this.#lines.close();
  }

  #readMessage(): boolean {
    const line = this.#lines.tryNext();
    if (line === undefined) return false;
    readLobsterLine(line, this.#lines, this.#message);
    this.#hasMessage = true;
    return true;
  }

  /** Whether the message is one more execution of the taker in hand, displayed or hidden. */
  #isOfTaker(): boolean {
    const { type, timeText, side } = this.#message;
    if (timeText !== this.#takerTimeText) return false;
    if (type === LOBSTER_HIDDEN_EXECUTION) return true;
    return type === LOBSTER_EXECUTION && oppositeSide(side) === this.#taker.side;
  }

  #isRestingDue(): boolean {
    if (this.#restingNext === this.#resting.length || this.#message.orderId === "") return false;
    return Number(this.#resting[this.#restingNext].orderId) <= Number(this.#message.orderId);
  }

  #giveResting(command: FlowCommand): boolean {
    const { orderId, side, priceTicks, qtyLots } = this.#resting[this.#restingNext++];
    command.kind = FLOW_NEW;
    command.orderId = orderId;
    command.side = side;
    command.priceTicks = priceTicks;
    command.qtyLots = qtyLots;
    command.ioc = false;
    command.timeMicros = this.#message.timeMicros;
    return true;
  }

  #giveTaker(command: FlowCommand): boolean {
    Object.assign(command, this.#taker);
    this.#taker.qtyLots = 0;
    return true;
  }

  /** Writes the message as a command; false when it is a taker's or says nothing of the book. */
  #giveMessage(command: FlowCommand): boolean {
    const { type, timeMicros, orderId, qtyLots, priceTicks, side } = this.#message;
    if (type === LOBSTER_EXECUTION) {
      this.#addToTaker();
      return false;
    }
    if (type !== LOBSTER_NEW && type !== LOBSTER_REDUCE && type !== LOBSTER_DELETE) {
      this.skippedCount++;
      return false;
    }
    command.kind = type === LOBSTER_NEW ? FLOW_NEW : FLOW_REDUCE;
    if (type === LOBSTER_DELETE) command.kind = FLOW_CANCEL;
    command.orderId = orderId;
    command.side = side;
    command.priceTicks = priceTicks;
    command.qtyLots = qtyLots;
    command.ioc = false;
    command.timeMicros = timeMicros;
    return true;
  }

  #addToTaker(): void {
    const { timeText, timeMicros, qtyLots, priceTicks, side } = this.#message;
    const taker = this.#taker;
    if (taker.qtyLots === 0) {
      taker.orderId = String(TAKER_ID_BASE + ++this.#takerCount);
      taker.side = oppositeSide(side);
      taker.priceTicks = priceTicks;
      taker.timeMicros = timeMicros;
      this.#takerTimeText = timeText;
    }
    taker.qtyLots += qtyLots;
    const worst = taker.side === SIDE_BUY ? Math.max : Math.min;
    taker.priceTicks = worst(taker.priceTicks, priceTicks);
  }
}
