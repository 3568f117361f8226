// hot path
// Whether an answer is the one that the reference book gives, and how one that is not is told: by
// which command, what was expected and what was found.

import { LAP_CANCEL, LAP_NEW, LAP_REPLACE, type Lap } from "./lap.ts";

/** Stands for what a protocol does not tell. */
export const NOT_TOLD = -1;

/** The answer to the command at `place` of the lap. A request's id is its place. */
export function isRight(
  lap: Lap,
  place: number,
  status: number,
  lots: number,
  requestId: number,
  orderId: number,
): boolean {
  return (
    status === lap.statuses[place] &&
    (lots < 0 || lots === lap.lots[place]) &&
    (requestId < 0 || requestId === place) &&
    (orderId < 0 || orderId === lap.orderIds[place])
  );
}

export function wrongText(
  lap: Lap,
  place: number,
  status: number,
  lots: number,
  requestId: number,
  orderId: number,
): string {
  const order = lap.orderIds[place];
  const fields = [
    { what: "status", right: lap.statuses[place], told: status },
    { what: "lots", right: lap.lots[place], told: lots },
    { what: "request", right: place, told: requestId },
    { what: "order", right: order, told: orderId },
  ].filter(({ told }) => told >= 0);
  const expected = fields.map(({ what, right }) => `${what} ${right}`).join(", ");
  const found = fields.map(({ what, told }) => `${what} ${told}`).join(", ");
  const command = `command ${place} of the lap (${kindText(lap.kinds[place])} ${order})`;
  return `${command}: expected ${expected}, found ${found}`;
}

function kindText(kind: number): string {
  switch (kind) {
    case LAP_NEW:
      return "new order";
    case LAP_CANCEL:
      return "cancel of order";
    case LAP_REPLACE:
      return "replace of order";
    default:
      return "null operation";
  }
}
