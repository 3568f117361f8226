// hot path
// The engine's side of the two rings.

import { parentPort, workerData } from "node:worker_threads";
import { createRingProducer, RingConsumer } from "../../../base/ring.ts";
import { RECORD_WORDS } from "../lab-record.ts";
import { createRecordEngine } from "../record-engine.ts";

export type RingEngineTask = {
  readonly requests: SharedArrayBuffer;
  readonly answers: SharedArrayBuffer;
  /** One word: not 0 when the thread should end. */
  readonly stop: SharedArrayBuffer;
};

const DRAINED_MAX = 1 << 13;

function serve({ requests, answers, stop }: RingEngineTask): void {
  const engine = createRecordEngine();
  const inbound = new RingConsumer(requests);
  const outbound = createRingProducer(answers);
  const stopWords = new Int32Array(stop);
  const drained = new Int32Array(DRAINED_MAX * RECORD_WORDS);
  while (Atomics.load(stopWords, 0) === 0) {
    const count = inbound.drainTo(drained, 0);
    for (let i = 0; i < count; i++) {
      const to = outbound.claim();
      engine.answer(drained, i * RECORD_WORDS, outbound.words, to);
    }
    if (count > 0) outbound.flush();
  }
}

parentPort?.postMessage("ready");
serve(workerData as RingEngineTask);
