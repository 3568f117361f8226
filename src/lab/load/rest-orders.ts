// Fills a target's book before a load: orders far from the market, over a connection of their own.

import type { Connection, OpenConnection } from "./driver.ts";
import { restingLap } from "./mix.ts";

/** Resolves when every order was answered; rejects when one was refused. */
export async function restOrders(
  open: OpenConnection,
  instrument: number,
  orders: number,
  seed: number,
): Promise<void> {
  const lap = restingLap(orders, seed);
  let sent = 0;
  let answered = 0;
  let connection: Connection | undefined;
  await new Promise<void>((resolve, reject) => {
    const send = (): void => {
      if (connection === undefined) return;
      const count = Math.min(
        lap.commands - sent,
        connection.inFlightMax - (sent - answered),
        CHUNK,
      );
      if (count > 0) {
        sent += count;
        connection.send(sent - count, count);
      }
      connection.poll();
      if (answered === lap.commands) resolve();
      else setImmediate(send);
    };
    const listener = {
      onArrival() {
        // Nobody times the filling.
      },
      onAnswer(status: number) {
        if (status !== lap.statuses[answered]) reject(new Error("a resting order was refused"));
        answered++;
      },
      onFailure: reject,
    };
    open(lap, instrument, listener).then((opened) => {
      connection = opened;
      send();
    }, reject);
  });
  await connection?.close();
}

/** Orders in one go: the target answers while the next are on their way. */
const CHUNK = 4096;
