// hot path
// Our engine in the generator's own thread: the lowest layer, a function call.

import type { Connection, OpenConnection } from "../driver.ts";
import { encodeLap, RECORD_WORDS, tellAnswer } from "../lab-record.ts";
import { createRecordEngine, type RecordEngine } from "../record-engine.ts";

let shared: RecordEngine | undefined;

export const openEngine: OpenConnection = async (lap, instrument, listener) => {
  shared ??= createRecordEngine();
  const engine = shared;
  const requests = encodeLap(lap, instrument);
  const answer = new Int32Array(RECORD_WORDS);

  function send(first: number, count: number): void {
    for (let i = first; i < first + count; i++) {
      engine.answer(requests, i * RECORD_WORDS, answer, 0);
      listener.onArrival();
      tellAnswer(listener, answer, 0);
    }
  }

  const connection: Connection = {
    inFlightMax: Number.MAX_SAFE_INTEGER,
    isSynchronous: true,
    send,
    poll() {
      // Every answer came with its send().
    },
    async close() {
      // Nothing to give back.
    },
  };
  return connection;
};
