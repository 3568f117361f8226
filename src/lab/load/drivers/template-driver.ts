// Orders of a user's own protocol by a template (order-template.ts), one request at a time on each
// connection.

import { dirname } from "node:path";
import type { OpenConnection } from "../driver.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_CANCEL } from "../lap.ts";
import { openGrpc } from "./grpc-template.ts";
import { openHttp } from "./http-template.ts";
import { type FilledRequest, isGrpc, readTemplate, TemplateOrders } from "./order-template.ts";

export type TemplateAnswer = { readonly isRefused: boolean; readonly body: string };

export type TemplateConnection = {
  /** Rejects where the target failed, which is not a refusal. */
  ask(request: FilledRequest): Promise<TemplateAnswer>;
  close(): void;
};

export function templateOpener(path: string): OpenConnection {
  const template = readTemplate(path);
  return async (lap, instrument, listener) => {
    const connection = isGrpc(template) ? openGrpc(template, dirname(path)) : openHttp(template);
    const orders = new TemplateOrders(template, lap, instrument);

    async function exchange(index: number): Promise<void> {
      const { isRefused, body } = await connection.ask(orders.requestOf(index));
      listener.onArrival();
      const lots = lap.kinds[index] === LAP_CANCEL ? -1 : orders.executedIn(body);
      const status = isRefused || orders.isRefusal(body) ? ANSWER_REFUSED : ANSWER_DONE;
      listener.onAnswer(status, lots);
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
      async close() {
        connection.close();
      },
    };
  };
}
