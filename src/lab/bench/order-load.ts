// What the benchmarks of the protocols drive: one connection that sends orders and checks answers.

import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import type { LoadProgress } from "./load-progress.ts";
import type { VenueProcess } from "./venue-process.ts";

/** Its messages hold an order each, or a batch; each message is answered once. */
export interface OrderLoad {
  readonly progress: LoadProgress;
  /** Sends `count` messages; the first was planned at `plannedMillis`. */
  send(count: number, plannedMillis: number, apartMillis: number): void;
  /** Throws what went wrong. */
  close(): void;
}

export type LoadPlace = {
  readonly venue: VenueProcess;
  /** Of the account that enters. */
  readonly key: string;
  /** Begins the client order ids, so that no two are equal. */
  readonly name: string;
  readonly ordersPerMessage: number;
};

/** `onAnswered` hears how many more messages were answered. */
export type OpenOrderLoad = (
  place: LoadPlace,
  latencies: LatencyHistogram,
  onAnswered: (count: number) => void,
) => Promise<OrderLoad>;
