// What an order of the list asks for, in few words.

import type { WorkingOrder } from "./order-state.ts";

/** "Stop limit 62000.00", "Trailing stop 25.00", "Limit, post-only". */
export function orderTypeText(order: WorkingOrder): string {
  const { terms } = order;
  const marks = [
    order.postOnly ? "post-only" : "",
    terms.hidden === true ? "hidden" : "",
    terms.allOrNone === true ? "all or none" : "",
    terms.displayQty === undefined ? "" : `shows ${terms.displayQty}`,
  ];
  return [kindText(order), ...marks.filter((mark) => mark !== "")].join(", ");
}

function kindText({ ordType, terms, waits }: WorkingOrder): string {
  const { stopPx = "", trailOffset, trailBasisPoints } = terms;
  const trail = trailOffset ?? percentText(trailBasisPoints);
  const at = waits ? ` ${trail === "" ? stopPx : trail}` : ", fired";
  switch (ordType) {
    case "stop":
    case "stopLimit": {
      const name = ordType === "stop" ? "stop" : "stop limit";
      return trail === "" ? `${capital(name)}${at}` : `Trailing ${name}${at}`;
    }
    case "marketIfTouched":
      return `If touched${at}`;
    case "limitIfTouched":
      return `Limit if touched${at}`;
    case "marketWithLeftover":
      return "Leftover";
    default:
      return capital(ordType);
  }
}

/** "2.5%" of 250 basis points. */
function percentText(basisPoints: number | undefined): string {
  return basisPoints === undefined ? "" : `${basisPoints / 100}%`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
