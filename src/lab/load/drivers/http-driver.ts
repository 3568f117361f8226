// Orders over HTTP/1.1 in the exchange's own REST, one request at a time on each connection.

import { HttpConnection, httpRequest } from "../../bench/http-client.ts";
import type { OpenConnection } from "../driver.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_NEW, LAP_NULL, type Lap } from "../lap.ts";
import { executedLotsIn, jsonOrders, symbolOf } from "./json-orders.ts";

const STATUS_REFUSED_MIN = 400;
/** No order is looked at without a key that counts: nothing is measured then. */
const STATUS_UNAUTHORIZED = 401;
const STATUS_FAILED_MIN = 500;

/** `key`: a bearer token; "" for none. */
export function httpOpener(url: string, key: string): OpenConnection {
  const { hostname, port } = new URL(url);
  return async (lap, instrument, listener) => {
    const connection = await HttpConnection.open(hostname, Number(port));
    const requestOf = requestWriter(lap, instrument, key);
    let round = 0;

    async function exchange(index: number): Promise<void> {
      const { status, body } = await connection.send(requestOf(index, round));
      if (index === lap.commands - 1) round++;
      listener.onArrival();
      if (status === STATUS_UNAUTHORIZED || status >= STATUS_FAILED_MIN) {
        throw new Error(`the target answered ${status}: ${body}`);
      }
      const isNew = lap.kinds[index] === LAP_NEW;
      const lots = isNew ? executedLotsIn(body.toString("latin1")) : -1;
      listener.onAnswer(status >= STATUS_REFUSED_MIN ? ANSWER_REFUSED : ANSWER_DONE, lots);
    }

    return {
      inFlightMax: 1,
      isSynchronous: false,
      send(first) {
        exchange(first).catch((error: Error) => listener.onFailure(error));
      },
      poll() {
        // The event loop brings the answers.
      },
      async cancelAll() {
        const path = `/orders?symbol=${symbolOf(instrument)}`;
        await connection.send(httpRequest("DELETE", path, key, ""));
      },
      async close() {
        connection.close();
      },
    };
  };
}

function requestWriter(
  lap: Lap,
  instrument: number,
  key: string,
): (index: number, round: number) => string {
  const orders = jsonOrders(lap, instrument);
  return (index, round) => {
    const kind = lap.kinds[index];
    if (kind === LAP_NULL) return httpRequest("GET", "/health", key, "");
    if (kind === LAP_NEW) return httpRequest("POST", "/orders", key, orders.orderOf(index, round));
    const path = `/orders/by-cl-ord-id/${orders.clOrdIdOf(index, round)}`;
    return httpRequest("DELETE", path, key, "");
  };
}
