// The book of an instrument as it was: public like the present one, and just as durable.

import { REASON_BUSY } from "../../model/reasons.ts";
import type { LogMoment, TimeTravel } from "../../model/time-travel.ts";
import type { Venue } from "../../model/venue.ts";
import type { Log } from "../../ops/logging.ts";
import {
  HISTORY_UNAVAILABLE,
  MISSING_FIELD,
  type Refusal,
  refuse,
  refuseForReason,
} from "../error-codes.ts";
import { readInstrument } from "../json/command-reader.ts";
import { unexpected } from "../json/fields.ts";
import { depthFields } from "../json/market-data-writer.ts";
import { rowsParameter } from "./query-parameters.ts";
import { readRowsMax } from "./query-reader.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { Call, QueryParameter, Route } from "./route.ts";

const LEVELS_DEFAULT = 20;
const LEVELS = rowsParameter("levels", "levels of each side", LEVELS_DEFAULT);
const AT: QueryParameter = {
  name: "at",
  description: "a sequence, or a time as 2026-11-27T18:00:00.000Z",
  schema: { type: "string", examples: ["4711", "2026-11-27T18:00:00.000Z"] },
};

/** A sequence, or a time of ISO 8601; undefined for neither. */
export function readMoment(text: string): LogMoment | undefined {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : { timeMicros: millis * 1000 };
}

export function timeTravelRoutes(venue: Venue, past: TimeTravel, log: Log): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/instruments/{symbol}/book",
      tag: "Market data",
      operationId: "bookAt",
      summary: "Price levels as they were at a sequence or a time",
      needsKey: false,
      query: [AT, LEVELS],
      answers: {
        200: { description: "levels, best first, and the moment", schema: "PastDepth" },
        404: { description: "no such instrument", schema: "Error" },
        503: { description: "another look at the past is under way", schema: "Error" },
      },
      handle: (call) => {
        const refusal = answer(call, venue, past, log);
        if (refusal !== undefined) replyRefusal(call.response, refusal);
      },
    },
  ];
}

function answer(call: Call, venue: Venue, past: TimeTravel, log: Log): Refusal | undefined {
  const { query, response } = call;
  const instrument = readInstrument(call.pathValues[0], venue);
  if ("code" in instrument) return instrument;
  const levelsMax = readRowsMax(query, LEVELS.name, LEVELS_DEFAULT);
  if (typeof levelsMax !== "number") return levelsMax;
  const text = query.get(AT.name);
  if (text === undefined) return refuse(MISSING_FIELD, "at: expected a sequence or a time");
  const moment = readMoment(text);
  if (moment === undefined) return unexpected(AT.name, "a sequence or a time", text);
  const isAsked = past.askDepth(instrument.instrumentId, moment, levelsMax, (found) => {
    if (found instanceof Error) {
      log("error", "the past does not answer", { message: found.message });
      const message = "expected the log to go back so far, found that it does not";
      replyRefusal(response, refuse(HISTORY_UNAVAILABLE, message));
      return;
    }
    const { atSequence, atMicros } = found;
    const fields = depthFields(found, instrument);
    replyJson(response, 200, `{"atSequence":${atSequence},"atTime":${atMicros},${fields}}`);
  });
  return isAsked ? undefined : refuseForReason(REASON_BUSY);
}
