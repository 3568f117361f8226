// Everything that acts on accounts, money and positions, built once over the tables and wired to
// each other.

import { AccountReports } from "./account-reports.ts";
import { type AccountRisk, createAccountRisk } from "./account-risk.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { createHeadroom, type Headroom } from "./headroom.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { createOrderHolds, type OrderHolds } from "./order-holds.ts";
import { createOrderReserves } from "./order-reserves.ts";
import { createPreTradeRisk } from "./pre-trade-risk.ts";
import type { Pricing } from "./pricing.ts";
import type { Reach } from "./reach.ts";
import { RiskWalk } from "./risk-walk.ts";
import { Settlement } from "./settlement.ts";
import { createWorkingHolds, type WorkingHolds } from "./working-holds.ts";

export type AccountHandling = {
  readonly reports: AccountReports;
  readonly holds: OrderHolds;
  readonly headroom: Headroom;
  readonly working: WorkingHolds;
  readonly settlement: Settlement;
  readonly risk: AccountRisk;
};

export function createAccountHandling(
  tables: EngineTables,
  events: EventBuffer,
  incoming: IncomingOrder,
  pricing: Pricing,
  reach: Reach,
): AccountHandling {
  const { accounts, instruments } = tables;
  const reports = new AccountReports(events, accounts, instruments, tables.risk);
  const settlement = new Settlement(tables.risk, reports, instruments, tables.time);
  const holds = createOrderHolds(tables.risk);
  const reserves = createOrderReserves(tables, holds);
  const working = createWorkingHolds(tables, holds, reserves);
  const headroom = createHeadroom(tables, holds);
  const walk = new RiskWalk(tables.risk, holds, reach, incoming);
  const preTrade = createPreTradeRisk(tables, holds, reserves, walk, pricing, headroom, reach);
  const risk = createAccountRisk(tables, holds, reserves, working, preTrade, settlement);
  return { reports, holds, headroom, working, settlement, risk };
}
