// Why an order did or did not fill, read from the log.

import { REASON_BUSY, REASON_UNKNOWN_ORDER } from "../../model/reasons.ts";
import type { TimeTravel } from "../../model/time-travel.ts";
import type { Venue } from "../../model/venue.ts";
import type { Log } from "../../ops/logging.ts";
import { HISTORY_UNAVAILABLE, type Refusal, refuse, refuseForReason } from "../error-codes.ts";
import { readOrderRef } from "../json/command-reader.ts";
import { integerOfText } from "../json/fields.ts";
import { storyJson } from "../json/story-writer.ts";
import { rowsParameter } from "./query-parameters.ts";
import { readRowsMax } from "./query-reader.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { Call, Route } from "./route.ts";

const LINES_DEFAULT = 100;
const LINES = rowsParameter("lines", "lines of the story", LINES_DEFAULT);

export type WhyParts = {
  readonly venue: Venue;
  readonly past: TimeTravel;
  readonly log: Log;
};

export function whyRoutes(parts: WhyParts): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/orders/{orderId}/why",
      tag: "Orders",
      operationId: "whyOrder",
      summary: "What happened to an order, where it stood, and who was served before it",
      description: "From the log's beginning: one such question at a time, else BUSY.",
      needsKey: true,
      query: [LINES],
      answers: {
        200: { description: "its story, oldest first", schema: "Story" },
        404: { description: "no such order", schema: "Error" },
      },
      handle: (call) => {
        const refusal = answer(call, parts);
        if (refusal !== undefined) replyRefusal(call.response, refusal);
      },
    },
  ];
}

function answer(call: Call, { venue, past, log }: WhyParts): Refusal | undefined {
  const { accountId, query, response } = call;
  const [text] = call.pathValues;
  const order = readOrderRef({
    orderId: integerOfText(text, 1, Number.MAX_SAFE_INTEGER) ?? text,
  });
  if ("code" in order) return order;
  const linesMax = readRowsMax(query, LINES.name, LINES_DEFAULT);
  if (typeof linesMax !== "number") return linesMax;
  const isAsked = past.askStory(accountId, order.orderId, linesMax, (found) => {
    if (found instanceof Error) {
      log("error", "the past does not answer", { message: found.message });
      const message = "expected the log to go back so far, found that it does not";
      replyRefusal(response, refuse(HISTORY_UNAVAILABLE, message));
      return;
    }
    const instrument = venue.instrumentById(found.instrumentId);
    if (instrument === undefined) replyRefusal(response, refuseForReason(REASON_UNKNOWN_ORDER));
    else replyJson(response, 200, storyJson(order.orderId, found, instrument));
  });
  return isAsked ? undefined : refuseForReason(REASON_BUSY);
}
