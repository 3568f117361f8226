// A lap sent once, as fast as the target takes it, over a connection of its own: what fills a book
// before a load, and what empties it afterwards.

import { isRight, NOT_TOLD, wrongText } from "./answer-check.ts";
import type { OpenConnection } from "./driver.ts";
import type { Lap } from "./lap.ts";
import { nowNanos } from "./monotonic.ts";
import { WrongAnswer } from "./wrong-answer.ts";

/** Orders in one go: the target answers while the next are on their way. */
const CHUNK = 4096;
/** Of a target that answers at all the slowest (one that is simulated) needs less for an order. */
const SILENCE_NANOS_MAX = 30e9;

export type SendLimits = {
  readonly endedBy?: (() => string) | undefined;
  readonly perSecondMax?: number | undefined;
};

/**
 * Resolves when every command was answered; rejects when one was answered wrongly, when the target
 * is silent, or as soon as `endedBy` gives a reason. `perSecondMax`: of orders.
 */
export async function sendLap(
  open: OpenConnection,
  lap: Lap,
  instrument: number,
  { endedBy = () => "", perSecondMax = Number.POSITIVE_INFINITY }: SendLimits = {},
): Promise<void> {
  const started = nowNanos();
  let sent = 0;
  let answered = 0;
  let heard = nowNanos();
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
  };
  const connection = await open(lap, instrument, {
    onArrival() {
      heard = nowNanos();
    },
    /** Of lots nobody knows where a lap undoes what another one left. */
    onAnswer(status, _lots, requestId = NOT_TOLD, orderId = NOT_TOLD) {
      if (isRight(lap, answered, status, NOT_TOLD, requestId, orderId)) answered++;
      else fail(new WrongAnswer(wrongText(lap, answered, status, NOT_TOLD, requestId, orderId)));
    },
    onFailure: fail,
  });
  try {
    while (answered < lap.commands) {
      const room = connection.inFlightMax - (sent - answered);
      const due = Math.floor(((nowNanos() - started) / 1e9) * perSecondMax) - sent;
      const count = Math.min(lap.commands - sent, room, CHUNK, due);
      if (count > 0) {
        sent += count;
        connection.send(sent - count, count);
      }
      connection.poll();
      await nextTurn();
      const why = endedBy() || silenceText(heard);
      if (why !== "") fail(new Error(`${answered} of ${lap.commands} orders were taken: ${why}`));
      if (failure !== undefined) throw failure;
    }
  } finally {
    await connection.close();
  }
}

function silenceText(heardNanos: number): string {
  const isSilent = nowNanos() - heardNanos > SILENCE_NANOS_MAX;
  return isSilent ? `no answer for ${SILENCE_NANOS_MAX / 1e9} s` : "";
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
