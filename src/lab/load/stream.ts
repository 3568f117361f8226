// hot path
// One connection's requests: planned, noticed, sent, answered, in this order and each counted. The
// planned and the sent times of what is in flight stand in rings made beforehand.

import { TargetFailure } from "../target/target-failure.ts";
import { isRight, NOT_TOLD, wrongText } from "./answer-check.ts";
import { planArrivals } from "./arrivals.ts";
import type { Connection, OpenConnection } from "./driver.ts";
import type { Lap } from "./lap.ts";
import type { LoadMeter } from "./load-meter.ts";
import type { LoadOptions } from "./load-options.ts";
import { nowNanos } from "./monotonic.ts";

/** Requests noticed and not answered, at most: what is due beyond waits in the plan. */
const RING_MAX = 1 << 20;
const RING_MIN = 1 << 12;
/** A ring holds so many seconds of the planned rate. */
const RING_SECONDS = 4;

export type Stream = Awaited<ReturnType<typeof createStream>>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export async function createStream(
  open: OpenConnection,
  lap: Lap,
  index: number,
  options: LoadOptions,
  failure: { text: string },
) {
  const { pace, connections, seed } = options;
  const isOpen = pace.kind === "open";
  const perSecond = isOpen ? pace.perSecond / connections : 0;
  const inFlightMax = isOpen ? RING_MAX : pace.inFlight;
  const nextDue = isOpen
    ? planArrivals({ ...pace, perSecond, seed: seed + index * 7919 })
    : () => Number.POSITIVE_INFINITY;
  const size = ringSize(isOpen ? perSecond * RING_SECONDS : pace.inFlight);
  const mask = size - 1;
  const planned = new Float64Array(size);
  const sent = new Float64Array(size);
  const gapNanosMin = 1e9 / ((options.capPerSecond ?? Number.POSITIVE_INFINITY) / connections);
  const { commands } = lap;

  /** Requests ever noticed, sent and answered. */
  let noticed = 0;
  let sentCount = 0;
  let answered = 0;
  let place = 0; // Of the next request to send, in the lap.
  let answerPlace = 0;
  let started = 0;
  let due = Number.POSITIVE_INFINITY;
  let end = 0;
  let arrival = 0;
  let lastSent = 0;
  let meter: LoadMeter | undefined;

  const opening = open(lap, index + 1, {
    onArrival() {
      arrival = nowNanos();
    },
    onAnswer,
    onFailure(error) {
      failure.text ||= error.message;
    },
  });
  const connection: Connection = await opening.catch((error) => {
    throw unopened(error, failure.text);
  });
  const windowMax = Math.min(inFlightMax, connection.inFlightMax, size);

  function begin(startNanos: number, endNanos: number, to: LoadMeter): void {
    started = startNanos;
    end = endNanos;
    meter = to;
    due = started + nextDue();
  }

  function onAnswer(status: number, lots: number, requestId = NOT_TOLD, orderId = NOT_TOLD): void {
    if (answered === sentCount) {
      meter?.wrong(() => `an answer that no request is left for: request ${requestId}`);
      return;
    }
    const at = answered & mask;
    const where = answerPlace;
    if (!isRight(lap, where, status, lots, requestId, orderId)) {
      meter?.wrong(() => wrongText(lap, where, status, lots, requestId, orderId));
    }
    answered++;
    if (++answerPlace === commands) answerPlace = 0;
    meter?.answer(planned[at], sent[at], arrival);
  }

  /** Notes and sends what is due; returns how many are in flight, the planned ones included. */
  function turn(now: number): number {
    connection.poll();
    if (isOpen) noticeDue(now);
    else noticeFree(now);
    sendNoticed(now);
    return noticed - answered;
  }

  function noticeDue(now: number): void {
    while (due <= now && due < end && noticed - answered < size) {
      planned[noticed & mask] = due;
      noticed++;
      // Where the target runs in this thread, it is what kept the generator, until `arrival`.
      const free = connection.isSynchronous ? Math.max(due, arrival) : due;
      meter?.notice(due, now - free);
      due = started + nextDue();
    }
  }

  /** What a cap keeps back is not asked for yet: to wait for it is no part of a response. */
  function noticeFree(now: number): void {
    const count = Math.min(windowMax - (noticed - answered), mayBeSent(now));
    for (let i = 0; i < count && now < end; i++) {
      planned[noticed & mask] = now;
      noticed++;
      meter?.notice(now, 0);
    }
  }

  function mayBeSent(now: number): number {
    return gapNanosMin > 0 ? Math.floor((now - lastSent) / gapNanosMin) : windowMax;
  }

  function sendNoticed(now: number): void {
    const free = Math.min(noticed - sentCount, windowMax - (sentCount - answered));
    let count = Math.min(free, mayBeSent(now));
    while (count > 0) {
      const part = Math.min(count, commands - place);
      const first = place;
      for (let i = 0; i < part; i++) sent[(sentCount + i) & mask] = now;
      sentCount += part;
      place = (place + part) % commands;
      lastSent = now;
      connection.send(first, part);
      count -= part;
    }
  }

  /** What was due at the load's end and has no answer by `now`, also what no place was left for. */
  function leaveUnanswered(endNanos: number, now: number): void {
    for (let i = answered; i < noticed; i++) meter?.leave(planned[i & mask], now);
    for (; due <= endNanos && due < end; due = started + nextDue()) {
      meter?.notice(due, -1);
      meter?.leave(due, now);
      noticed++;
    }
  }

  return {
    isSynchronous: connection.isSynchronous,
    begin,
    leaveUnanswered,
    turn,
    instrument: index + 1,
    cancelAll: connection.cancelAll?.bind(connection),
    poll: () => connection.poll(),
    place: () => place,
    sentAndWaiting: () => sentCount - answered,
    /** Due and not sent, though the target's window is open. */
    heldBack: () => (sentCount - answered < windowMax ? noticed - sentCount : 0),
    inFlight: () => noticed - answered,
    /** Since when the oldest request without an answer is due. */
    behindNanos: (now: number) => (noticed > answered ? now - planned[answered & mask] : 0),
    plannedCount: () => noticed,
    answeredCount: () => answered,
    close: () => connection.close(),
  };
}

function ringSize(wanted: number): number {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, wanted)));
  return Math.min(RING_MAX, Math.max(RING_MIN, size));
}

/** What a target says to who connects is no fault of ours: told in its words, without our stack. */
function unopened(error: unknown, said: string): unknown {
  const isPlain = error instanceof Error && error.name === "Error" && !("code" in error);
  return isPlain ? new TargetFailure(said || error.message, { cause: error.cause }) : error;
}
