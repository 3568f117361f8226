// Order requests of one list as command records, whatever they are answered with.
//
// An amend, and a cancel that only reduces, speak in prices and quantities without naming the
// instrument. So the instruments of such orders are asked for first, and then all requests of the
// list can be entered at once: a list is never torn apart by the asking.

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { Asker } from "../codec/command.ts";
import type { Venue } from "../model/venue.ts";
import type { Refusal } from "./error-codes.ts";
import { InstrumentLookups, needsInstrument } from "./instrument-lookups.ts";
import {
  type OrderRef,
  readAmend,
  readCancel,
  readCancelAll,
  readList,
  readNew,
} from "./json/command-reader.ts";
import type { JsonObject } from "./json/fields.ts";

/**
 * `order` names the order of a cancel or amend; `fields` is the rest, of a new order everything.
 */
export type OrderRequest =
  | { readonly kind: "new"; readonly fields: unknown }
  | { readonly kind: "list"; readonly fields: unknown }
  | { readonly kind: "cancel"; readonly order: OrderRef; readonly fields: JsonObject }
  | { readonly kind: "amend"; readonly order: OrderRef; readonly fields: JsonObject }
  | { readonly kind: "cancelAll"; readonly fields: JsonObject }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export class RequestedCommands {
  readonly #venue: Venue;
  readonly #asker: Asker;
  readonly #lookups: InstrumentLookups;

  constructor(venue: Venue, asker: Asker) {
    this.#venue = venue;
    this.#asker = asker;
    this.#lookups = new InstrumentLookups(venue, asker.accountId);
  }

  /** Asks for what `requests` need and calls `onFound`: at once when that is nothing. */
  find(requests: readonly OrderRequest[], onFound: () => void): void {
    this.#lookups.find(requests, onFound);
  }

  /** Writes a request of the list into `record`, or says why it cannot be entered. */
  write(
    request: Exclude<OrderRequest, { kind: "refused" }>,
    record: RecordBuffer,
  ): Refusal | undefined {
    const asker = this.#asker;
    switch (request.kind) {
      case "new":
        return readNew(request.fields, asker, this.#venue, record);
      case "list":
        return readList(request.fields, asker, this.#venue, record);
      case "cancelAll":
        return readCancelAll(request.fields, asker, this.#venue, record);
      case "cancel": {
        if (!needsInstrument(request)) {
          return readCancel(request.fields, request.order, asker, undefined, record);
        }
        const instrument = this.#lookups.instrumentOf(request.order);
        if ("code" in instrument) return instrument;
        return readCancel(request.fields, request.order, asker, instrument, record);
      }
      case "amend": {
        const instrument = this.#lookups.instrumentOf(request.order);
        if ("code" in instrument) return instrument;
        return readAmend(request.fields, request.order, asker, instrument, record);
      }
    }
  }
}
