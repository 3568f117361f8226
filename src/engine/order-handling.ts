// Everything that acts on orders, built once over the tables and wired to each other.

import { AccountCommands } from "./account-commands.ts";
import { createAccountHandling } from "./account-handling.ts";
import type { AccountReports } from "./account-reports.ts";
import type { AccountRisk } from "./account-risk.ts";
import { Aftermath } from "./aftermath.ts";
import { Amends } from "./amends.ts";
import { Cancels } from "./cancels.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { createExecutionReports, type ExecutionReports } from "./execution-reports.ts";
import { Executions } from "./executions.ts";
import { IncomingOrder } from "./incoming-order.ts";
import { Lifetimes } from "./lifetimes.ts";
import { ListEntry } from "./list-entry.ts";
import { OrderChecks } from "./order-checks.ts";
import { OrderEntry } from "./order-entry.ts";
import { OrderIds } from "./order-ids.ts";
import { OrderLists } from "./order-lists.ts";
import { Pegs } from "./pegs.ts";
import { Pricing } from "./pricing.ts";
import { Reach } from "./reach.ts";
import { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import { SpecialReports } from "./special-reports.ts";
import { Trailing } from "./trailing.ts";
import { TriggerPrices } from "./trigger-prices.ts";
import { Triggers } from "./triggers.ts";
import { WorkingOrders } from "./working-orders.ts";

export type OrderHandling = {
  readonly ids: OrderIds;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly executions: Executions;
  readonly entry: OrderEntry;
  readonly listEntry: ListEntry;
  readonly cancels: Cancels;
  readonly amends: Amends;
  readonly lifetimes: Lifetimes;
  readonly aftermath: Aftermath;
  readonly risk: AccountRisk;
  readonly accountReports: AccountReports;
  readonly accountCommands: AccountCommands;
};

export function createOrderHandling(tables: EngineTables, events: EventBuffer): OrderHandling {
  const ids = new OrderIds();
  const incoming = new IncomingOrder();
  const reports = createExecutionReports(events, tables);
  const special = new SpecialReports(events, tables, reports);
  const pricing = new Pricing(tables);
  const reach = new Reach(tables);
  const accounts = createAccountHandling(tables, events, incoming, pricing, reach);
  const { risk } = accounts;
  const working = new WorkingOrders(tables, ids, reports, special, risk);
  const cuts = new ReduceOnlyCuts(tables, working);
  const lists = new OrderLists(tables, incoming, working);
  const triggerPrices = new TriggerPrices(tables);
  const trailing = new Trailing(tables, reports, working, triggerPrices);
  const checks = new OrderChecks(tables, pricing, reach, triggerPrices, trailing);
  const shared = {
    tables,
    incoming,
    ids,
    reports,
    special,
    working,
    lists,
    pricing,
    reach,
    checks,
    risk,
  };
  const executions = new Executions({ ...shared, cuts });
  const entry = new OrderEntry({ ...shared, triggerPrices, trailing });
  const acting = { ...shared, entry, triggerPrices, trailing };
  const cancels = new Cancels(acting);
  const pegs = new Pegs(acting);
  const amends = new Amends({ ...acting, cancels, pegs });
  const listEntry = new ListEntry(acting);
  const triggers = new Triggers(acting);
  const aftermath = new Aftermath({ ...acting, listEntry, pegs, triggers });
  const lifetimes = new Lifetimes(tables, working);
  return {
    ids,
    reports,
    special,
    executions,
    entry,
    listEntry,
    cancels,
    amends,
    lifetimes,
    aftermath,
    risk,
    accountReports: accounts.reports,
    accountCommands: new AccountCommands({ ...accounts, tables, cuts }),
  };
}
