// What the operator says of accounts, money, fees and past trades, as lines and as records. "bob: "
// in front of a line makes it bob's.

import { RecordBuffer } from "../../src/base/record-buffer.ts";
import {
  writeBustTrade,
  writeCorrectTrade,
  writeDeposit,
  writeSetAccount,
  writeSetFees,
  writeWithdraw,
} from "../../src/codec/account-command.ts";
import { writeAscii } from "../../src/codec/ascii.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_BYTES_MAX,
  CREATE_ASSET_UNITS_WORD,
  CREATE_BASE_ASSET_WORD,
  CREATE_LOT_UNITS_WORD,
  CREATE_MONEY_UNITS_WORD,
  CREATE_TICK_UNITS_WORD,
} from "../../src/codec/command.ts";
import {
  type AccountTerms,
  type FeeTerms,
  RISK_CREDIT,
  RISK_NONE,
  RISK_RESERVATION,
} from "../../src/model/account.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_DECREMENT,
  STP_NONE,
  STP_TRANSFER,
} from "../../src/model/order-terms.ts";
import type { ScenarioNames } from "./scenario-names.ts";

const SESSION_ID = 1;
const HOUSE = "house";

const BY_ACCOUNT = /^(\S+): (account|deposit|withdraw|fees|bust|correct) (.+)$/;
const ACCOUNT = /^account (\S+)((?: \S+)*)$/;
const MONEY = /^(deposit|withdraw) (\S+) (\d+) (\S+)$/;
const FEES =
  /^fees((?: (?:maker|taker)(?:-buy|-sell)?(?:-lot)? -?\d+)+| gone)(?: for (\S+))?(?: on (\S+))?$/;
const BUST = /^bust (\d+)$/;
const CORRECT = /^correct (\d+) (\d+)@(-?\d+)$/;
const UNITS = /^(instrument .+?)(?: tick (\d+))?(?: lot (\d+))?$/;
const MONEY_UNITS = /^(instrument .+?)(?: of (\S+))?(?: money (\d+))?(?: asset (\d+))?$/;

const STP_MODES = new Map([
  ["none", STP_NONE],
  ["newest", STP_CANCEL_NEWEST],
  ["oldest", STP_CANCEL_OLDEST],
  ["both", STP_CANCEL_BOTH],
  ["decrement", STP_DECREMENT],
  ["transfer", STP_TRANSFER],
]);

/** Words of an account that take a number. */
const LIMIT_FIELDS = new Map([
  ["firm", "firmId"],
  ["group", "tradeGroupId"],
  ["qty", "orderQtyLotsMax"],
  ["notional", "notionalMax"],
  ["position", "positionLotsMax"],
  ["loss", "dayLossMax"],
  ["orders", "openOrdersMax"],
  ["distance", "priceDistanceBasisPoints"],
]);

const ACCOUNT_FIELDS = {
  firmId: 0,
  tradeGroupId: 0,
  orderQtyLotsMax: 0,
  notionalMax: 0,
  positionLotsMax: 0,
  dayLossMax: 0,
  openOrdersMax: 0,
  priceDistanceBasisPoints: 0,
};

/** The record of an operator's line; undefined for any other. */
export function readAccountCommand(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const [, account = "operator", verb, rest] = BY_ACCOUNT.exec(line) ?? [];
  const told = verb === undefined ? line : `${verb} ${rest}`;
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const isRead = [readAccount, readMoney, readFees, readTrade].some((read) =>
    read(told, names, record),
  );
  if (!isRead) return undefined;
  record.words[COMMAND_ACCOUNT_ID_WORD] = names.askerOf(account).accountId;
  return record;
}

/** An instrument's line without its units and what pays for it; and these, to change a record. */
export function readUnits(line: string): { rest: string; write: (record: RecordBuffer) => void } {
  const [, told = line, asset = "", money = "0", units = "0"] = MONEY_UNITS.exec(line) ?? [];
  const [, rest = told, tick, lot] = UNITS.exec(told) ?? [];
  const write = ({ bytes, words }: RecordBuffer) => {
    if (tick !== undefined) words[CREATE_TICK_UNITS_WORD] = Number(tick);
    if (lot !== undefined) words[CREATE_LOT_UNITS_WORD] = Number(lot);
    writeAscii(bytes, CREATE_BASE_ASSET_WORD * 4, 8, asset);
    words[CREATE_MONEY_UNITS_WORD] = Number(money);
    words[CREATE_ASSET_UNITS_WORD] = Number(units);
  };
  return { rest, write };
}

function targetOf(name: string, names: ScenarioNames): number {
  return name === HOUSE ? 0 : names.askerOf(name).accountId;
}

function readAccount(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, name, rest] = ACCOUNT.exec(line) ?? [];
  if (rest === undefined) return false;
  const words = rest.split(" ").filter((word) => word !== "");
  const terms: Record<string, number | boolean> = { ...ACCOUNT_FIELDS };
  let riskMode = RISK_NONE as number;
  let stpMode = 0;
  let creditLimit = 0;
  let isEnabled = true;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const field = LIMIT_FIELDS.get(word);
    if (field !== undefined) terms[field] = Number((words[++i] ?? "").replace("bps", ""));
    else if (word === "stp") stpMode = STP_MODES.get(words[++i] ?? "") ?? Number(words[i]);
    else if (word === "reservation") riskMode = RISK_RESERVATION;
    else if (word === "disabled") isEnabled = false;
    else if (word === "mode") riskMode = Number(words[++i]);
    else if (word === "credit") {
      riskMode = RISK_CREDIT;
      creditLimit = Number(words[++i]);
    } else throw new Error(`expected an account's word, found "${word}"`);
  }
  const accountId = targetOf(name, names);
  const whole = { ...terms, accountId, riskMode, stpMode, creditLimit, isEnabled };
  writeSetAccount(record, 0, SESSION_ID, whole as unknown as AccountTerms);
  return true;
}

function readMoney(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, verb, name, amount, asset] = MONEY.exec(line) ?? [];
  if (asset === undefined) return false;
  const write = verb === "deposit" ? writeDeposit : writeWithdraw;
  const accountId = targetOf(name, names);
  write(record, 0, SESSION_ID, { accountId, asset, amount: Number(amount) });
  return true;
}

/** "fees maker 10 taker-buy 20 taker-lot 1": rates in millionths; "-lot": money a lot. */
function readFees(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, rest, account, symbol] = FEES.exec(line) ?? [];
  if (rest === undefined) return false;
  const scope = {
    accountId: account === undefined ? 0 : targetOf(account, names),
    instrumentId: symbol === undefined ? 0 : names.instrumentId(symbol),
  };
  writeSetFees(record, 0, SESSION_ID, scope, rest === " gone" ? undefined : feesOf(rest, names));
  return true;
}

function feesOf(rest: string, names: ScenarioNames): FeeTerms {
  const fees: Record<string, number> = {};
  for (const role of ["maker", "taker"]) {
    for (const side of ["Buy", "Sell"]) {
      for (const unit of ["Rate", "PerLot"]) fees[`${role}${side}${unit}`] = 0;
    }
  }
  const words = rest.matchAll(/ (maker|taker)(?:-(buy|sell))?(-lot)? (-?\d+)/g);
  for (const [, role, side, perLot, value] of words) {
    for (const [i, each] of ["buy", "sell"].entries()) {
      if (side !== undefined && side !== each) continue;
      const name = names.side(i + 1) === 1 ? "Buy" : "Sell";
      fees[`${role}${name}${perLot === undefined ? "Rate" : "PerLot"}`] = Number(value);
    }
  }
  return fees as unknown as FeeTerms;
}

function readTrade(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, busted] = BUST.exec(line) ?? [];
  if (busted !== undefined) {
    writeBustTrade(record, 0, SESSION_ID, Number(busted));
    return true;
  }
  const [, tradeId, lots, price] = CORRECT.exec(line) ?? [];
  if (price === undefined) return false;
  writeCorrectTrade(record, 0, SESSION_ID, {
    tradeId: Number(tradeId),
    lastQtyLots: Number(lots),
    lastPxTicks: names.ticks(Number(price)),
  });
  return true;
}
