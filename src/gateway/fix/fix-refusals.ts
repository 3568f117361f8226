// What a FIX session is told of a request that the exchange did not take.

import type { FixOrderFault } from "../../codec/fix-orders.ts";
import { reasonText } from "../../codec/fix-reports.ts";
import * as tag from "../../codec/fix-tags.ts";
import type { FixWriter } from "../../codec/fix-writer.ts";
import type { FixOutbox } from "./fix-outbox.ts";

/** BusinessRejectReason (380). */
const APPLICATION_NOT_AVAILABLE = 4;
const FIELD_MISSING = 5;

/** Message type and number of a request, for what is answered when the message is gone. */
export type FixRequest = {
  readonly msgType: string;
  readonly msgSeqNum: number;
  readonly clOrdId: string;
};

export class FixRefusals {
  readonly #outbox: FixOutbox;

  constructor(outbox: FixOutbox) {
    this.#outbox = outbox;
  }

  /** Nothing was entered. */
  ofFault(request: FixRequest, fault: FixOrderFault): void {
    const { msgType, msgSeqNum } = request;
    if (fault.kind === "missing") {
      const text = `expected tag ${fault.tag}`;
      this.#outbox.say(tag.MSG_BUSINESS_MESSAGE_REJECT, (writer) =>
        putBusinessReject(writer, request, FIELD_MISSING, text),
      );
      return;
    }
    this.#outbox.say(tag.MSG_REJECT, (writer) => {
      writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
      writer.integer(tag.TAG_REF_TAG_ID, fault.tag);
      writer.text(tag.TAG_REF_MSG_TYPE, msgType);
      writer.integer(tag.TAG_SESSION_REJECT_REASON, fault.reason);
      writer.text(tag.TAG_TEXT, fault.text);
    });
  }

  /** BUSY, STOPPED, or an outcome that only the next start knows. */
  ofReason(request: FixRequest, reason: number): void {
    this.withText(request, reasonText(reason));
  }

  withText(request: FixRequest, text: string): void {
    this.#outbox.answer(tag.MSG_BUSINESS_MESSAGE_REJECT, (writer) =>
      putBusinessReject(writer, request, APPLICATION_NOT_AVAILABLE, text),
    );
  }
}

function putBusinessReject(
  writer: FixWriter,
  { msgType, msgSeqNum, clOrdId }: FixRequest,
  reason: number,
  text: string,
): void {
  writer.integer(tag.TAG_REF_SEQ_NUM, msgSeqNum);
  writer.text(tag.TAG_REF_MSG_TYPE, msgType);
  writer.text(tag.TAG_BUSINESS_REJECT_REF_ID, clOrdId);
  writer.integer(tag.TAG_BUSINESS_REJECT_REASON, reason);
  writer.text(tag.TAG_TEXT, text);
}
