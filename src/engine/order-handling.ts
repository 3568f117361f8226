// Everything that acts on orders, built once over the tables and wired to each other.

import { AccountCommands } from "./account-commands.ts";
import { createAccountHandling } from "./account-handling.ts";
import type { AccountReports } from "./account-reports.ts";
import type { AccountRisk } from "./account-risk.ts";
import { Aftermath } from "./aftermath.ts";
import { type Amends, createAmends } from "./amends.ts";
import { Calendars } from "./calendars.ts";
import { createCallHandling } from "./call-handling.ts";
import { CallReports } from "./call-reports.ts";
import { CallSelfTrades } from "./call-self-trades.ts";
import type { CallSettings } from "./call-settings.ts";
import { type Cancels, createCancels } from "./cancels.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { createExecutionReports, type ExecutionReports } from "./execution-reports.ts";
import { createExecutions, type Executions } from "./executions.ts";
import { createGuardHandling, type GuardHandling } from "./guard-handling.ts";
import { Guards } from "./guards.ts";
import { IncomingOrder } from "./incoming-order.ts";
import { Indications } from "./indications.ts";
import { Interruptions } from "./interruptions.ts";
import { Lifetimes } from "./lifetimes.ts";
import { ListEntry } from "./list-entry.ts";
import { createOrderChecks } from "./order-checks.ts";
import { createOrderEntry, type OrderEntry } from "./order-entry.ts";
import { OrderIds } from "./order-ids.ts";
import { OrderLists } from "./order-lists.ts";
import { createOrderNames } from "./order-names.ts";
import { Pegs } from "./pegs.ts";
import type { Phases } from "./phases.ts";
import { createPlainOrders, type PlainOrders } from "./plain-orders.ts";
import { PriceBands } from "./price-bands.ts";
import { createPricing } from "./pricing.ts";
import { Reach } from "./reach.ts";
import { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import { SpecialReports } from "./special-reports.ts";
import { Timers } from "./timers.ts";
import { createTriggerHandling } from "./trigger-handling.ts";
import { Triggers } from "./triggers.ts";
import { Uncross } from "./uncross.ts";
import { createWorkingOrders } from "./working-orders.ts";

export type OrderHandling = GuardHandling & {
  readonly ids: OrderIds;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly executions: Executions;
  readonly plain: PlainOrders;
  readonly entry: OrderEntry;
  readonly listEntry: ListEntry;
  readonly cancels: Cancels;
  readonly amends: Amends;
  readonly phases: Phases;
  readonly callSettings: CallSettings;
  readonly calendars: Calendars;
  readonly timers: Timers;
  readonly aftermath: Aftermath;
  readonly risk: AccountRisk;
  readonly accountReports: AccountReports;
  readonly accountCommands: AccountCommands;
  readonly guards: Guards;
};

export function createOrderHandling(tables: EngineTables, events: EventBuffer): OrderHandling {
  const ids = new OrderIds();
  const incoming = new IncomingOrder();
  const reports = createExecutionReports(events, tables);
  const special = new SpecialReports(events, tables, reports);
  const calls = createCallHandling(tables, events);
  const { callSettings, phases, price } = calls;
  const bands = new PriceBands(tables);
  const pricing = createPricing(tables);
  const reach = new Reach(tables, bands);
  const accounts = createAccountHandling(tables, events, incoming, pricing, reach);
  const { risk } = accounts;
  const working = createWorkingOrders(tables, ids, reports, special, risk);
  const cuts = new ReduceOnlyCuts(tables, working);
  const triggering = createTriggerHandling(tables, reports, working);
  const { trailing, triggerPrices } = triggering;
  const guards = new Guards(tables);
  const guarding = createGuardHandling(tables, events, working);
  const checks = createOrderChecks(tables, pricing, reach, triggerPrices, trailing, guards);
  const shared = {
    tables,
    incoming,
    ids,
    names: createOrderNames(tables),
    reports,
    special,
    working,
    lists: new OrderLists(tables, incoming, working),
    pricing,
    reach,
    checks,
    risk,
    guards,
    bands,
  };
  const executions = createExecutions({ ...shared, cuts });
  const callReports = new CallReports(tables, events, reports, working);
  const indications = new Indications(tables, price, callReports);
  const selfTrades = new CallSelfTrades({ ...shared, cuts });
  phases.connect(new Uncross({ ...shared, ...calls, executions, cuts, callReports, selfTrades }));
  const interruptions = new Interruptions(tables, phases);
  const entry = createOrderEntry({ ...shared, ...triggering, interruptions });
  const acting = { ...shared, ...triggering, entry, interruptions };
  const cancels = createCancels(acting);
  const pegs = new Pegs(acting);
  const amends = createAmends({ ...acting, cancels, pegs });
  const listEntry = new ListEntry(acting);
  const triggers = new Triggers(acting);
  const { protector } = guarding;
  const aftermath = new Aftermath({ ...acting, listEntry, pegs, triggers, indications, protector });
  const calendars = new Calendars(tables, events, phases, working);
  const lifetimes = new Lifetimes(tables, working, guarding.deadMen);
  return {
    ...guarding,
    guards,
    ids,
    reports,
    special,
    executions,
    plain: createPlainOrders({ ...shared, ...accounts, events }),
    entry,
    listEntry,
    cancels,
    amends,
    phases,
    callSettings,
    calendars,
    timers: new Timers({ tables, lifetimes, phases, calendars, aftermath, protector }),
    aftermath,
    risk,
    accountReports: accounts.reports,
    accountCommands: new AccountCommands({ ...accounts, tables, cuts }),
  };
}
