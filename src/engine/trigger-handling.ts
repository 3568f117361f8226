// What decides when waiting orders fire, built once over the tables and wired to each other.

import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import { Following } from "./following.ts";
import { ReachedOrders } from "./reached-orders.ts";
import { Trailing } from "./trailing.ts";
import { TriggerPrices } from "./trigger-prices.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type TriggerHandling = {
  readonly triggerPrices: TriggerPrices;
  readonly following: Following;
  readonly trailing: Trailing;
  readonly reachedOrders: ReachedOrders;
};

export function createTriggerHandling(
  tables: EngineTables,
  reports: ExecutionReports,
  working: WorkingOrders,
): TriggerHandling {
  const triggerPrices = new TriggerPrices(tables);
  const following = new Following();
  const trailing = new Trailing(tables, reports, working, triggerPrices, following);
  const reachedOrders = new ReachedOrders(tables, trailing, triggerPrices);
  return { triggerPrices, following, trailing, reachedOrders };
}
