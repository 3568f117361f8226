// A small made-up flow that shows the compiler every kind of command before the clock starts, as a
// venue does before its opening: a seed of its own, nothing of the measured flow.

import { Prng } from "../../base/prng.ts";
import type { Flow } from "./flow-run.ts";

export const WARM_UP_COMMANDS = 400_000;
const PRICE_MIDDLE_TICKS = 10_000;
const PRICE_SPAN_TICKS = 2_000;
const ORDERS_LIVE = 4_096;
const SEED = 20_261_123;
/** Six parts new, two parts IOC, five parts cancel, one part modify. */
const FLAGS_OF_PART = [0, 0, 0, 0, 0, 0, 8, 8, 1, 1, 1, 1, 1, 2] as const;

/** Prices around a middle, buys below sells but for a narrow overlap. */
export function warmUpFlow(commands: number): Flow {
  const flow = {
    commands,
    flags: new Uint8Array(commands),
    qtyLots: new Uint8Array(commands),
    orderIds: new Uint32Array(commands),
    priceTicks: new Int32Array(commands),
  };
  const prng = new Prng(SEED);
  const random = (below: number) => prng.nextBelow(below);
  let lastOrderId = 0;
  for (let i = 0; i < commands; i++) {
    const part = random(FLAGS_OF_PART.length);
    const isNew = part < 8;
    const sell = random(2) << 2;
    flow.flags[i] = (FLAGS_OF_PART[part] ?? 0) | sell;
    flow.orderIds[i] = isNew ? ++lastOrderId : Math.max(1, lastOrderId - random(ORDERS_LIVE));
    flow.qtyLots[i] = 1 + random(100);
    const lean = sell === 0 ? -PRICE_SPAN_TICKS : 0;
    flow.priceTicks[i] = PRICE_MIDDLE_TICKS + lean + random(PRICE_SPAN_TICKS + 100);
  }
  return flow;
}
