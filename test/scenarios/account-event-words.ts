// What the exchange says of accounts, money and past trades, and what they have in the end.

import { NONE } from "../../src/base/none.ts";
import { COMMAND_SET_ACCOUNT } from "../../src/codec/command.ts";
import {
  EVENT_ACCOUNT_CHANGED,
  EVENT_FEE,
  EVENT_LEDGER,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_CORRECTED,
} from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import type { RecordedEngine } from "../../src/engine/engine-for-test.ts";
import type { ScenarioNames } from "./scenario-names.ts";

const LEDGER_TYPES = [
  "as it stands",
  "deposit",
  "withdrawal",
  "trade",
  "fee",
  "bust",
  "correction",
  "transfer",
];

/** The line of an event about accounts; undefined for any other. */
export function accountEventLine(event: PlainEvent, names: ScenarioNames): string | undefined {
  switch (event.kind) {
    case EVENT_ACCOUNT_CHANGED:
      return `${ownerName(event, names)} ${changedWord(event)} set`;
    case EVENT_LEDGER:
    case EVENT_FEE:
      return ledgerText(event, names);
    case EVENT_TRADE_BUSTED:
      return `trade ${event.tradeId} busted: ${partiesText(event, names)}`;
    case EVENT_TRADE_CORRECTED:
      return `trade ${event.tradeId} corrected: now ${partiesText(event, names)}`;
    default:
      return undefined;
  }
}

/** Both sides of a busted or corrected trade are one line. */
export function isAccountPair(event: PlainEvent): boolean {
  return event.kind === EVENT_TRADE_BUSTED || event.kind === EVENT_TRADE_CORRECTED;
}

function changedWord({ commandKind }: PlainEvent): string {
  return commandKind === COMMAND_SET_ACCOUNT ? "terms" : "fees";
}

function ownerName({ accountId, commandKind }: PlainEvent, names: ScenarioNames): string {
  if (accountId !== 0) return names.accountName(accountId);
  return commandKind === 0 ? "house" : "everybody";
}

function ledgerText(event: PlainEvent, names: ScenarioNames): string {
  const { ledger } = event;
  if (ledger === undefined) throw new Error("expected a ledger's fields, found none");
  const { amount, asset, balance, held, ledgerType } = ledger;
  const change = `${amount > 0 ? "+" : ""}${amount} ${asset}`;
  const type = LEDGER_TYPES[ledgerType];
  const isFee = event.kind === EVENT_FEE;
  const why = isFee && type !== "fee" ? `fee of a ${type}` : type;
  const now = `has ${balance}${held === 0 ? "" : `, ${held} held`}`;
  return `${ownerName(event, names)} ${change}, ${why}: ${now}`;
}

function partiesText(event: PlainEvent, names: ScenarioNames): string {
  const { accountId, contraAccountId, lastPxTicks, lastQtyLots } = event;
  const parties = [accountId, contraAccountId].map((id) => names.accountName(id));
  return `${lastQtyLots}@${names.ticks(lastPxTicks)} of ${parties.join(" with ")}`;
}

/** Balances and positions of all accounts that have any, a line each. */
export function accountLines(recorded: RecordedEngine, names: ScenarioNames): string[] {
  const { engine } = recorded;
  if (!engine.tables.risk.terms.isUsed()) return [];
  return names.accountIds().flatMap((accountId) => {
    if (engine.tables.accounts.find(accountId) === NONE) return [];
    engine.reportBalances(accountId);
    const balances = recorded.answer().flatMap(({ ledger }) => {
      if (ledger === undefined) return [];
      const held = ledger.held === 0 ? "" : ` (${ledger.held} held)`;
      return [`${ledger.balance} ${ledger.asset}${held}`];
    });
    engine.reportPositions(accountId);
    const positions = recorded.answer().flatMap((event) => positionText(event, names));
    const has = [...balances, ...positions];
    return has.length === 0 ? [] : [`${names.accountName(accountId)} has  ${has.join(", ")}`];
  });
}

function positionText({ instrumentId, position }: PlainEvent, names: ScenarioNames): string[] {
  if (position === undefined) return [];
  const { cost, fees, realizedPnl } = position;
  const lots = names.ticks(position.lots); // A mirrored position is the other way round.
  if (lots === 0 && realizedPnl === 0 && fees === 0) return [];
  const parts = [
    `${lots > 0 ? "+" : ""}${lots} ${names.symbolName(instrumentId)} for ${cost}`,
    ...(realizedPnl === 0 ? [] : [`made ${realizedPnl}`]),
    ...(fees === 0 ? [] : [`paid ${fees}`]),
  ];
  return [parts.join(" ")];
}
