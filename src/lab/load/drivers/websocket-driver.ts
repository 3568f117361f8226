// Orders over a WebSocket in the exchange's own JSON, many at once; its answers come in the order
// of the requests, which their ids prove.

import { once } from "node:events";
import { WebSocket } from "ws";
import type { OpenConnection } from "../driver.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_NEW, LAP_NULL } from "../lap.ts";
import { executedLotsIn, jsonOrders, symbolOf } from "./json-orders.ts";

/** Below the exchange's limit of unanswered requests. */
const IN_FLIGHT_MAX = 4000;
const STATUS_UNAUTHORIZED = 401;

export function webSocketOpener(url: string, key: string): OpenConnection {
  return async (lap, instrument, listener) => {
    const headers = { Authorization: `Bearer ${key}` };
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    socket.once("unexpected-response", (request, { statusCode }) => {
      const isKey = statusCode === STATUS_UNAUTHORIZED ? ": --key names no key that it knows" : "";
      socket.emit("error", new Error(`the target answered ${statusCode}${isKey}`));
      request.destroy();
    });
    await once(socket, "open");
    const orders = jsonOrders(lap, instrument);
    let round = 0;
    let sentCount = 0;
    let heardCount = 0;
    let isClosing = false;
    const kinds = new Uint8Array(IN_FLIGHT_MAX * 2);

    socket.on("error", (error) => listener.onFailure(error));
    socket.on("close", (code) => {
      if (!isClosing) listener.onFailure(new Error(`the target closed the WebSocket: ${code}`));
    });
    socket.on("message", (data: Buffer) => {
      if (isClosing) return;
      const json = data.toString("latin1");
      listener.onArrival();
      if (!json.startsWith(`{"id":${heardCount},`)) {
        listener.onFailure(new Error(`expected the answer to ${heardCount}, found ${json}`));
        return;
      }
      const isNew = kinds[heardCount++ % kinds.length] === LAP_NEW;
      const isError = json.includes('"error":');
      listener.onAnswer(isError ? ANSWER_REFUSED : ANSWER_DONE, isNew ? executedLotsIn(json) : -1);
    });

    function messageOf(index: number, id: number): string {
      if (lap.kinds[index] === LAP_NULL) return `{"id":${id},"op":"ping"}`;
      if (lap.kinds[index] === LAP_NEW) {
        return `{"id":${id},"op":"new","order":${orders.orderOf(index, round)}}`;
      }
      return `{"id":${id},"op":"cancel","clOrdId":"${orders.clOrdIdOf(index, round)}"}`;
    }

    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send(first, count) {
        for (let index = first; index < first + count; index++) {
          kinds[sentCount % kinds.length] = lap.kinds[index];
          socket.send(messageOf(index, sentCount++));
          if (index === lap.commands - 1) round++;
        }
      },
      poll() {
        // The event loop brings the answers.
      },
      async cancelAll() {
        const answered = once(socket, "message");
        isClosing = true; // Its answer is to none of the load's requests.
        const symbol = symbolOf(instrument);
        socket.send(`{"id":"all","op":"cancelAll","symbol":"${symbol}"}`);
        await answered;
      },
      async close() {
        isClosing = true;
        socket.terminate();
      },
    };
  };
}
