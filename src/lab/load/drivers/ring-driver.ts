// hot path
// Our engine in a thread of its own, behind two rings of shared memory; both sides spin.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createRingProducer, RingConsumer, ringBytes } from "../../../base/ring.ts";
import { workerUrl } from "../../../ops/worker-url.ts";
import type { OpenConnection } from "../driver.ts";
import { encodeLap, RECORD_WORDS, tellAnswer } from "../lab-record.ts";
import type { RingEngineTask } from "./ring-engine-thread.ts";

/** 32 bytes each: both rings fit a second-level cache. */
const RING_RECORDS = 1 << 13;

export const openRing: OpenConnection = async (lap, instrument, listener) => {
  const task: RingEngineTask = {
    requests: new SharedArrayBuffer(ringBytes(RING_RECORDS)),
    answers: new SharedArrayBuffer(ringBytes(RING_RECORDS)),
    stop: new SharedArrayBuffer(4),
  };
  const worker = new Worker(workerUrl(import.meta.url, "ring-engine-thread"), { workerData: task });
  worker.on("error", (error: Error) => listener.onFailure(error));
  await once(worker, "message");
  const requests = encodeLap(lap, instrument);
  const outbound = createRingProducer(task.requests);
  const inbound = new RingConsumer(task.answers);
  const answers = new Int32Array(RING_RECORDS * RECORD_WORDS);

  function send(first: number, count: number): void {
    for (let i = first; i < first + count; i++) {
      const to = outbound.claim();
      const from = i * RECORD_WORDS;
      for (let word = 0; word < RECORD_WORDS; word++) {
        outbound.words[to + word] = requests[from + word];
      }
    }
    outbound.flush();
  }

  function poll(): void {
    const count = inbound.drainTo(answers, 0);
    if (count === 0) return;
    listener.onArrival();
    for (let at = 0; at < count * RECORD_WORDS; at += RECORD_WORDS) {
      tellAnswer(listener, answers, at);
    }
  }

  return {
    // Fewer than a ring holds: neither side ever waits for room while the other waits for it.
    inFlightMax: RING_RECORDS - 1,
    isSynchronous: false,
    send,
    poll,
    async cancelAll() {
      // The engine and its books end with this connection.
    },
    async close() {
      Atomics.store(new Int32Array(task.stop), 0, 1);
      await once(worker, "exit");
    },
  };
};
