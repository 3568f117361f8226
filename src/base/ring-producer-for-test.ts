// The producing thread of ring.test.ts: numbered records, all of them as fast as the ring takes
// them.

import { parentPort, workerData } from "node:worker_threads";
import { createRingProducer, RING_RECORD_WORDS } from "./ring.ts";

export type ProducerTask = { readonly shared: SharedArrayBuffer; readonly records: number };

const { shared, records } = workerData as ProducerTask;
const producer = createRingProducer(shared);
for (let i = 0; i < records; i++) {
  const at = producer.claim();
  for (let word = 0; word < RING_RECORD_WORDS; word++) producer.words[at + word] = i + word;
}
parentPort?.postMessage(producer.flush());
