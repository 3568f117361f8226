// Listing instruments through the log, as an operator would, and waiting until they are listed.

import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX, writeCreateInstrument } from "../codec/command.ts";
import { reasonOf } from "../codec/event.ts";
import type { Instrument } from "../model/instrument.ts";
import { REASON_NONE, reasonName } from "../model/reasons.ts";
import type { Venue } from "../model/venue.ts";

/**
 * Creates those that are not listed yet; resolves when all are durable. Rejects with the reason.
 */
export async function listInstruments(
  venue: Venue,
  instruments: readonly Instrument[],
): Promise<void> {
  for (const instrument of instruments) {
    if (venue.instrumentBySymbol(instrument.symbol) === undefined) await list(venue, instrument);
  }
}

async function list(venue: Venue, instrument: Instrument): Promise<void> {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const reason = await new Promise<number>((resolve) => {
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
  if (reason !== REASON_NONE) {
    throw new Error(`${instrument.symbol}: expected to be listed, found ${reasonName(reason)}`);
  }
}
