// What is said of market integrity, as lines and as records: kill switches, sessions, dead-man
// timers, limits of messages, market-maker protection.

import { RecordBuffer } from "../../src/base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_BYTES_MAX } from "../../src/codec/command.ts";
import {
  writeArmDeadMan,
  writeResetProtection,
  writeSessionEnded,
  writeSetBands,
  writeSetCascadeLimit,
  writeSetDisconnect,
  writeSetEndedIds,
  writeSetKillSwitch,
  writeSetMessageLimits,
  writeSetProtection,
} from "../../src/codec/guard-command.ts";
import { KILL_ACCOUNT, KILL_FIRM, KILL_MARKET, KILL_SESSION } from "../../src/model/guard.ts";
import { type ScenarioNames, START_MICROS } from "./scenario-names.ts";

const SESSION_ID = 1;

const BY_ACCOUNT = /^(\S+): ((?:kill|session|every session|messages|bands|cascade|ids) .+)$/;
const KILL =
  /^kill (on|off) (market|firm|account|session|level \d+)(?: (?!cancels)(\S+))?( cancels)?$/;
const DISCONNECT = /^(\S+) disconnect (cancels|stays)( everywhere)?$/;
const ENDED = /^(?:session (\d+)|every session) ended$/;
const ARM = /^(\S+) (?:arms (\S+)|disarms)$/;
const MESSAGES =
  /^messages (\S+)((?: (?:rate \d+|unfilled \d+(?: plus \d+)?|repeats \d+) in \S+)*)$/;
const PROTECTS =
  /^(\S+) protects (\S+)(?: of (\S+))?((?: (?:fills|lots|value) \d+)*)(?: in (\S+))?$/;
const RESETS = /^(\S+) resets (\S+)(?: of (\S+))?$/;

const BANDS = new RegExp(
  /^bands (\S+)(?: static (\d+)(bps)?)?(?: around (-?\d+))?(?: dynamic (\d+)(bps)?)?/.source +
    /(?: call (\S+))?(?: random (\S+))?$/.source,
);
const CASCADE = /^cascade (\S+) (\d+)(?: halt (\S+))?(?: call (\S+))?$/;

const ENDED_IDS = /^ids of (\d+) ended orders$/;

const LEVELS = new Map([
  ["market", KILL_MARKET],
  ["firm", KILL_FIRM],
  ["account", KILL_ACCOUNT],
  ["session", KILL_SESSION],
]);

type Reader = (line: string, names: ScenarioNames, record: RecordBuffer) => boolean;

/** The record of such a line; undefined for any other. */
export function readGuardCommand(line: string, names: ScenarioNames): RecordBuffer | undefined {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const [, account, told = line] = BY_ACCOUNT.exec(line) ?? [];
  const readers: Reader[] = [
    ...[readKill, readDisconnect, readEnded, readArm],
    ...[readMessages, readProtects, readResets, readBands, readCascade, readEndedIds],
  ];
  if (!readers.some((read) => read(told, names, record))) return undefined;
  if (account !== undefined) {
    record.words[COMMAND_ACCOUNT_ID_WORD] = names.askerOf(account).accountId;
  }
  return record;
}

function readKill(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, state, levelText, target, cancels] = KILL.exec(line) ?? [];
  if (levelText === undefined) return false;
  const level = LEVELS.get(levelText) ?? Number(levelText.replace("level ", ""));
  const isNumber = target === undefined || /^\d+$/.test(target);
  const targetId = isNumber ? Number(target ?? 0) : names.askerOf(target).accountId;
  const isOn = state === "on";
  const killed = { level, targetId, isOn, cancels: cancels !== undefined };
  writeSetKillSwitch(record, 0, SESSION_ID, killed);
  return true;
}

function readDisconnect(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, account, what, everywhere] = DISCONNECT.exec(line) ?? [];
  if (account === undefined) return false;
  const isOfAccount = everywhere !== undefined;
  writeSetDisconnect(record, 0, names.askerOf(account), what === "cancels", isOfAccount);
  return true;
}

function readEnded(line: string, _names: ScenarioNames, record: RecordBuffer): boolean {
  const match = ENDED.exec(line);
  if (match === null) return false;
  writeSessionEnded(record, 0, Number(match[1] ?? 0));
  return true;
}

function readArm(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, account, timeout] = ARM.exec(line) ?? [];
  if (account === undefined) return false;
  const timeoutMicros = timeout === undefined ? 0 : microsOf(timeout, names);
  writeArmDeadMan(record, 0, names.askerOf(account), timeoutMicros);
  return true;
}

function readMessages(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, account, rest] = MESSAGES.exec(line) ?? [];
  if (rest === undefined) return false;
  const limitOf = (word: string) => {
    const [, max = 0, perFill = 0, window] =
      new RegExp(`${word} (\\d+)(?: plus (\\d+))? in (\\S+)`).exec(rest) ?? [];
    const windowMicros = window === undefined ? 0 : microsOf(window, names);
    return { max: Number(max), perFill: Number(perFill), windowMicros };
  };
  const [rate, unfilled, repeats] = ["rate", "unfilled", "repeats"].map(limitOf);
  writeSetMessageLimits(record, 0, SESSION_ID, {
    accountId: names.askerOf(account).accountId,
    messagesMax: rate.max,
    messagesWindowMicros: rate.windowMicros,
    unfilledMax: unfilled.max,
    unfilledPerFill: unfilled.perFill,
    unfilledWindowMicros: unfilled.windowMicros,
    repeatsMax: repeats.max,
    repeatsWindowMicros: repeats.windowMicros,
  });
  return true;
}

function readProtects(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, account, symbol, target, rest, window] = PROTECTS.exec(line) ?? [];
  if (account === undefined) return false;
  const limitOf = (word: string) => Number(new RegExp(`${word} (\\d+)`).exec(rest)?.[1] ?? 0);
  writeSetProtection(record, 0, names.askerOf(account), {
    accountId: targetOf(target, names),
    instrumentId: names.instrumentId(symbol),
    fillsMax: limitOf("fills"),
    lotsMax: limitOf("lots"),
    valueMax: limitOf("value"),
    windowMicros: window === undefined ? 0 : microsOf(window, names),
  });
  return true;
}

function readResets(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, account, symbol, target] = RESETS.exec(line) ?? [];
  if (account === undefined) return false;
  const asker = names.askerOf(account);
  writeResetProtection(record, 0, asker, targetOf(target, names), names.instrumentId(symbol));
  return true;
}

function readBands(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const match = BANDS.exec(line);
  if (match === null) return false;
  const [, symbol, fixed = "0", fixedUnit, around, moving = "0", movingUnit, call, random] = match;
  const reference = around === undefined ? {} : { staticReferenceTicks: names.ticks(+around) };
  writeSetBands(record, 0, SESSION_ID, {
    instrumentId: names.instrumentId(symbol),
    isBasisPoints: fixedUnit !== undefined || movingUnit !== undefined,
    ...reference,
    staticWidth: Number(fixed),
    dynamicWidth: Number(moving),
    callMicros: call === undefined ? 0 : microsOf(call, names),
    callRandomMicros: random === undefined ? 0 : microsOf(random, names),
  });
  return true;
}

function readCascade(line: string, names: ScenarioNames, record: RecordBuffer): boolean {
  const [, symbol, ordersMax, halt, call] = CASCADE.exec(line) ?? [];
  if (ordersMax === undefined) return false;
  writeSetCascadeLimit(record, 0, SESSION_ID, {
    instrumentId: names.instrumentId(symbol),
    ordersMax: Number(ordersMax),
    haltMicros: halt === undefined ? 0 : microsOf(halt, names),
    callMicros: call === undefined ? 0 : microsOf(call, names),
  });
  return true;
}

function readEndedIds(line: string, _names: ScenarioNames, record: RecordBuffer): boolean {
  const [, knownMax] = ENDED_IDS.exec(line) ?? [];
  if (knownMax === undefined) return false;
  writeSetEndedIds(record, 0, SESSION_ID, Number(knownMax));
  return true;
}

function targetOf(name: string | undefined, names: ScenarioNames): number {
  return name === undefined ? 0 : names.askerOf(name).accountId;
}

/** "10s" as a length of time. */
function microsOf(text: string, names: ScenarioNames): number {
  return names.timeOf(text) - START_MICROS;
}
