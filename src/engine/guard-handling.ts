// Everything that acts on guards, built once over the tables and wired to each other.

import { DeadMen } from "./dead-men.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { GuardCommands } from "./guard-commands.ts";
import { GuardReports } from "./guard-reports.ts";
import { KillSwitches } from "./kill-switches.ts";
import { OrderEnds } from "./order-ends.ts";
import { Protector } from "./protector.ts";
import type { WorkingOrders } from "./working-orders.ts";

export type GuardHandling = {
  readonly guardCommands: GuardCommands;
  readonly deadMen: DeadMen;
  readonly protector: Protector;
};

export function createGuardHandling(
  tables: EngineTables,
  events: EventBuffer,
  working: WorkingOrders,
): GuardHandling {
  const reports = new GuardReports(events);
  const ends = new OrderEnds(tables, working);
  const switches = new KillSwitches(tables, reports, ends);
  return {
    guardCommands: new GuardCommands({ tables, reports, ends, switches }),
    deadMen: new DeadMen(tables, reports, ends),
    protector: new Protector(tables, reports, ends),
  };
}
