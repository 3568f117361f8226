// Listing instruments through the log, as an operator would, and waiting until they are listed.

import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX, writeCreateInstrument } from "../codec/command.ts";
import { reasonOf } from "../codec/event.ts";
import type { Instrument } from "../model/instrument.ts";
import { REASON_NONE, reasonName } from "../model/reasons.ts";
import type { Venue } from "../model/venue.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Creates those that are not listed yet; resolves when all are durable. Rejects with the reason, or
 * with the log's failure where that is the reason.
 */
export async function listInstruments(
  exchange: Exchange,
  instruments: readonly Instrument[],
): Promise<void> {
  for (const instrument of instruments) {
    if (exchange.instrumentBySymbol(instrument.symbol) !== undefined) continue;
    const reason = await list(exchange, instrument);
    if (reason === REASON_NONE) continue;
    if (exchange.health().state === "failed") throw await exchange.failed;
    throw new Error(`${instrument.symbol}: expected to be listed, found ${reasonName(reason)}`);
  }
}

/** Resolves with the reason why it is not listed, or REASON_NONE. */
function list(venue: Venue, instrument: Instrument): Promise<number> {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  return new Promise((resolve) => {
    const sessionId = venue.openSession((words, startWord) => {
      venue.closeSession(sessionId);
      resolve(reasonOf(words, startWord));
    });
    writeCreateInstrument(record, 0, sessionId, instrument);
    const refused = venue.submit(record, 0);
    if (refused === REASON_NONE) return;
    venue.closeSession(sessionId);
    resolve(refused);
  });
}
