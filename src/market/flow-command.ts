// One command of historical order flow, whichever file format it came from. Readers fill one object
// again and again, so keep nothing of it past the next read.

import { SIDE_BUY, type Side } from "../model/side.ts";

export const FLOW_NEW = 1;
export const FLOW_CANCEL = 2;
export const FLOW_REDUCE = 3;
export const FLOW_REPLACE = 4;
export type FlowKind =
  | typeof FLOW_NEW
  | typeof FLOW_CANCEL
  | typeof FLOW_REDUCE
  | typeof FLOW_REPLACE;

export type FlowCommand = {
  kind: FlowKind;
  /** The order's id in the file, as decimal text; it becomes the client order id. */
  orderId: string;
  /** New orders only. */
  side: Side;
  /** The limit: new and replace. */
  priceTicks: number;
  /** New: the order. Reduce: the lots taken off. Replace: the new open quantity. */
  qtyLots: number;
  /** New: immediate or cancel; otherwise the order rests until canceled. */
  ioc: boolean;
  /** Replace: loses its place in the queue even where the rulebook would keep it. */
  joinsTail: boolean;
  /** Microseconds since the file's own zero: midnight, 1970, or the command's number. */
  timeMicros: number;
};

export function emptyFlowCommand(): FlowCommand {
  return {
    kind: FLOW_NEW,
    orderId: "",
    side: SIDE_BUY,
    priceTicks: 0,
    qtyLots: 0,
    ioc: false,
    joinsTail: false,
    timeMicros: 0,
  };
}

/** How far a reader is, in bytes of the file, packed or not, whichever it can tell. */
export type FlowProgress = { readonly bytesRead: number; readonly bytesTotal: number };

/**
 * Flow as a stream: `fill` awaits the disk, `tryNext` never does. Read with
 * `while (await reader.fill()) while (reader.tryNext(command)) ...`. Both throw FlowError.
 */
export interface FlowReader {
  /** The format's name for people. */
  readonly format: string;
  /** Lines or records that say nothing about the displayed book and were passed over. */
  readonly skippedCount: number;
  /** Reads on; false when nothing is left. */
  fill(): Promise<boolean>;
  /** Writes the next whole command; false when more bytes are needed. */
  tryNext(command: FlowCommand): boolean;
  progress(): FlowProgress;
  close(): void;
}
