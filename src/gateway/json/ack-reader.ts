// How sure a client wants the answer to be: a query parameter of REST, a field over a WebSocket.

import {
  ACK_ACCEPTED,
  ACK_DURABLE,
  ACK_LEVELS,
  ACK_REPLICATED,
  type AckLevel,
} from "../../model/ack-level.ts";
import { REASON_NOT_REPLICATED } from "../../model/reasons.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import { unexpected } from "./fields.ts";

/** A level that the log can give, or why it is none. */
export function readAck(ack: unknown): AckLevel | Refusal {
  if (ack === ACK_REPLICATED) return refuseForReason(REASON_NOT_REPLICATED);
  if (ack === ACK_ACCEPTED || ack === ACK_DURABLE) return ack;
  return unexpected("ack", ACK_LEVELS.join(", "), ack);
}
