// Calendars and calls by the exchange's own clock: when their instants come it writes clock
// commands, and the log holds them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMAND_CLOCK } from "../codec/command.ts";
import { EVENT_CANCELED, EVENT_END, EVENT_PHASE_CHANGED, EVENT_TRADED } from "../codec/event.ts";
import { setCalendarRecord, setCallRecord } from "../codec/market-record-for-test.ts";
import { newRecord, type PlainEvent, readEvents } from "../codec/record-for-test.ts";
import type { CalendarTerms } from "../model/calendar.ts";
import { phaseName } from "../model/phase.ts";
import { REASON_CALL_SURPLUS, REASON_EXPIRED, reasonName } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_DAY } from "../model/time-in-force.ts";
import {
  openListedExchange,
  openTestExchange,
  TestSession,
  until,
  visibleState,
} from "./exchange-for-test.ts";
import { HandClock } from "./hand-clock-for-test.ts";

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const DAY = 20_775;
const HOUR = 9;
const EVERY_DAY = 0b111_1111;

/** Microseconds of an hour of the day. */
function at(hours: number, seconds = 0, day = DAY): number {
  return (day * DAY_SECONDS + hours * HOUR_SECONDS + seconds) * 1_000_000;
}

const CALENDAR: CalendarTerms = {
  weekdays: EVERY_DAY,
  utcOffsetSeconds: 0,
  preOpenSeconds: 10 * HOUR_SECONDS,
  openingCallSeconds: 11 * HOUR_SECONDS,
  openSeconds: 12 * HOUR_SECONDS,
  closingCallSeconds: 16 * HOUR_SECONDS,
  closeSeconds: 17 * HOUR_SECONDS,
  randomMicros: 0,
};

function order(clOrdId: string, side: number, orderQtyLots: number) {
  const accountId = side === SIDE_BUY ? 1 : 2;
  return newRecord({
    clOrdId,
    side,
    orderQtyLots,
    accountId,
    priceTicks: 100,
    timeInForce: TIF_DAY,
  });
}

/** An exchange with a calendar, at nine o'clock, and all that everybody hears of it. */
async function openWithCalendar(t: Parameters<typeof openListedExchange>[0]) {
  const clock = new HandClock(at(HOUR));
  const opened = await openListedExchange(t, { clock });
  const { exchange } = opened;
  const heard: PlainEvent[] = [];
  exchange.subscribe((words, start, end) => heard.push(...readEvents(words, start, end)));
  const session = new TestSession(exchange);
  session.enter(setCalendarRecord({ instrumentId: 1 }, CALENDAR));
  await until("the calendar is set", () => session.answers.length === 1);
  return { ...opened, clock, heard, session };
}

function phasesOf(heard: readonly PlainEvent[]): string[] {
  return heard
    .filter(({ kind }) => kind === EVENT_PHASE_CHANGED)
    .map(({ phase, reason, timeMicros }) => {
      const seconds = (timeMicros - at(0)) / 1_000_000;
      return `${seconds / HOUR_SECONDS}h ${phaseName(phase?.phase ?? 0)} ${reasonName(reason)}`;
    });
}

test("a market opens and closes at its instants though nobody enters anything", async (t) => {
  const { clock, heard, session } = await openWithCalendar(t);
  await clock.goTo(at(10));
  for (const record of [order("b", SIDE_BUY, 5), order("s", SIDE_SELL, 3)]) session.enter(record);
  await clock.goTo(at(23));
  await until("all of it is told", () => phasesOf(heard).length === 6);
  assert.deepEqual(phasesOf(heard), [
    "9h closed CALENDAR",
    "10h preOpen CALENDAR",
    "11h openingCall CALENDAR",
    "12h continuous PHASE_OVER",
    "16h closingCall CALENDAR",
    "17h closed PHASE_OVER",
  ]);
  const trades = heard.filter(({ kind }) => kind === EVENT_TRADED);
  assert.deepEqual(
    trades.map(({ lastQtyLots, timeMicros }) => [lastQtyLots, timeMicros]),
    [
      [3, at(12)],
      [3, at(12)],
    ],
  );
  const expired = heard.find(({ kind }) => kind === EVENT_CANCELED);
  assert.deepEqual([expired?.reason, expired?.timeMicros], [REASON_EXPIRED, at(17)]);
  const clocks = heard.filter(
    ({ kind, commandKind }) => kind === EVENT_END && commandKind === COMMAND_CLOCK,
  );
  assert.equal(clocks.length, 5, "one clock command for each instant");
});

test("an opening that the exchange slept through comes before the first command", async (t) => {
  const { clock, directory, exchange } = await openWithCalendar(t);
  await exchange.stop();
  clock.jumpTo(at(12, 30));
  const again = await openTestExchange(t, { directory, clock });
  const session = new TestSession(again.exchange);
  session.enter(order("b", SIDE_BUY, 5));
  await until("it is answered", () => session.answers.length === 1);
  assert.equal(session.answers[0][0]?.reason, 0, "taken, for the market is open");
  assert.equal(phaseName(again.exchange.marketData.status(1).phase), "continuous");
});

test("chance and extensions are in the log: a restart ends calls when they ended", async (t) => {
  const { clock, directory, exchange, heard, session } = await openWithCalendar(t);
  const randomMicros = 60_000_000;
  session.enter(setCalendarRecord({ instrumentId: 1 }, { ...CALENDAR, randomMicros }));
  const [extensionsMax, extensionMicros, surplusLotsMax] = [1, 600_000_000, 1];
  const extended = { extensionsMax, extensionMicros, surplusLotsMax, randomMicros };
  session.enter(setCallRecord({ instrumentId: 1 }, extended));
  await clock.goTo(at(10));
  for (const record of [order("b", SIDE_BUY, 5), order("s", SIDE_SELL, 3)]) session.enter(record);
  await clock.goTo(at(12, 120));
  await until("the call goes on", () => heard.some(({ reason }) => reason === REASON_CALL_SURPLUS));
  await clock.goTo(at(13));
  await until("it has ended", () => heard.some(({ kind }) => kind === EVENT_TRADED));
  const goesOn = heard.find(({ reason }) => reason === REASON_CALL_SURPLUS);
  const traded = heard.find(({ kind }) => kind === EVENT_TRADED);
  const extendedAt = goesOn?.timeMicros ?? 0;
  const tradedAt = traded?.timeMicros ?? 0;
  assert.ok(extendedAt >= at(12) && extendedAt <= at(12) + randomMicros + 1000);
  const wait = tradedAt - extendedAt;
  assert.ok(wait >= extensionMicros - 1000 && wait <= extensionMicros + randomMicros + 1000);

  await exchange.stop();
  const before = visibleState(exchange);
  const again = await openTestExchange(t, { directory, clock });
  assert.deepEqual(visibleState(again.exchange), before);
});
