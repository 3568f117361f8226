// Small made-up flows that show the compiler every kind of command in every kind of market before
// the clock starts, as a venue does before its opening: seeds of their own, nothing of the measured
// flow. What was never seen is not compiled: the first order that meets it would throw away the
// code of its whole way, and a second runs without it.

import { Prng } from "../../base/prng.ts";
import type { Flow } from "./flow-run.ts";

/** What one market is like. */
type Market = {
  /** From one market to the next the price jumps: the first orders are far from the last trade. */
  readonly middleTicks: number;
  /** Buys are priced so far below the middle, sells so far above it, and a little the other way. */
  readonly spanTicks: number;
  readonly overlapTicks: number;
  /** The middle moves by so much at most from one command to the next. */
  readonly stepTicks: number;
  /** Cancels and amends name one of so many last orders. */
  readonly ordersLive: number;
};

const MARKETS: readonly Market[] = [
  { middleTicks: 20_000, spanTicks: 2_000, overlapTicks: 100, stepTicks: 0, ordersLive: 4_096 },
  { middleTicks: 5e6, spanTicks: 400_000, overlapTicks: 20_000, stepTicks: 500, ordersLive: 4_096 },
  { middleTicks: 1_000, spanTicks: 40, overlapTicks: 20, stepTicks: 0, ordersLive: 2 }, // Thin.
  { middleTicks: 1e6, spanTicks: 500, overlapTicks: 50, stepTicks: 20, ordersLive: 500 },
];
const DAYS = 10;
const COMMANDS = 20_000;
const SEED = 20_261_123;
/** Six parts new, two parts IOC, five parts cancel, one part modify. */
const FLAGS_OF_PART = [0, 0, 0, 0, 0, 0, 8, 8, 1, 1, 1, 1, 1, 2] as const;

/** Each market on several days, in turn. */
export function warmUpFlows(): Flow[] {
  const days = Array.from({ length: DAYS }, () => MARKETS).flat();
  return days.map((market, day) => flowOf(market, new Prng(SEED + day)));
}

function flowOf(market: Market, prng: Prng): Flow {
  const { spanTicks, overlapTicks, stepTicks, ordersLive } = market;
  const flow = {
    commands: COMMANDS,
    flags: new Uint8Array(COMMANDS),
    qtyLots: new Uint8Array(COMMANDS),
    orderIds: new Uint32Array(COMMANDS),
    priceTicks: new Int32Array(COMMANDS),
  };
  const random = (below: number) => prng.nextBelow(below);
  let { middleTicks } = market;
  let lastOrderId = 0;
  for (let i = 0; i < COMMANDS; i++) {
    const part = random(FLAGS_OF_PART.length);
    const isNew = part < 8;
    const sell = random(2) << 2;
    flow.flags[i] = (FLAGS_OF_PART[part] ?? 0) | sell;
    flow.orderIds[i] = isNew ? ++lastOrderId : Math.max(1, lastOrderId - random(ordersLive));
    flow.qtyLots[i] = 1 + random(100);
    middleTicks += random(2 * stepTicks + 1) - stepTicks;
    const lean = sell === 0 ? -spanTicks : -overlapTicks;
    flow.priceTicks[i] = middleTicks + lean + random(spanTicks + overlapTicks);
  }
  return flow;
}
