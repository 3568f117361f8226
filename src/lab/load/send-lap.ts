// A lap sent once, as fast as the target takes it, over a connection of its own: what fills a book
// before a load, and what empties it afterwards.

import { isRight, NOT_TOLD, wrongText } from "./answer-check.ts";
import type { Connection, OpenConnection } from "./driver.ts";
import type { Lap } from "./lap.ts";

/** Orders in one go: the target answers while the next are on their way. */
const CHUNK = 4096;

/** Resolves when every command was answered; rejects when one was answered wrongly. */
export async function sendLap(open: OpenConnection, lap: Lap, instrument: number): Promise<void> {
  let sent = 0;
  let answered = 0;
  let connection: Connection | undefined;
  await new Promise<void>((resolve, reject) => {
    const listener = {
      onArrival() {
        // Nobody times it.
      },
      /** Of lots nobody knows where a lap undoes what another one left. */
      onAnswer(status: number, lots: number, requestId = NOT_TOLD, orderId = NOT_TOLD) {
        if (isRight(lap, answered, status, NOT_TOLD, requestId, orderId)) answered++;
        else reject(new Error(wrongText(lap, answered, status, lots, requestId, orderId)));
      },
      onFailure: reject,
    };
    const send = (): void => {
      if (connection === undefined) return;
      const room = connection.inFlightMax - (sent - answered);
      const count = Math.min(lap.commands - sent, room, CHUNK);
      if (count > 0) {
        sent += count;
        connection.send(sent - count, count);
      }
      connection.poll();
      if (answered === lap.commands) resolve();
      else setImmediate(send);
    };
    open(lap, instrument, listener).then((opened) => {
      connection = opened;
      send();
    }, reject);
  });
  await connection?.close();
}
