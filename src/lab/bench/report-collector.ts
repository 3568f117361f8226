// The second thread of the book benchmark: takes every report out of the ring while the first
// thread matches, and keeps them for the hash that is computed after the clock has stopped.

import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import { RING_RECORD_WORDS, RingConsumer } from "../../base/ring.ts";
import { COLLECT_STOP, COLLECTED, type CollectorTask } from "./report-task.ts";

/** Between looks at an empty ring: one that looks all the time slows down who fills it. */
const REST_MILLIS = 0.05;
/** Fields of each report type after type and sequence. */
const FIELDS_OF_TYPE = [4, 4, 3, 4, 1, 1];
const TEXT_CHUNK_RECORDS = 20_000;

const task = workerData as CollectorTask;
const reports = new Int32Array(task.reportsMax * RING_RECORD_WORDS).fill(-1); // Touched beforehand.
const progress = new Int32Array(task.progress);

function collect(): number {
  const consumer = new RingConsumer(task.ring);
  let count = 0;
  for (;;) {
    const records = consumer.drainTo(reports, count * RING_RECORD_WORDS);
    if (records > 0) {
      count += records;
      Atomics.store(progress, COLLECTED, count);
    } else if (Atomics.load(progress, COLLECT_STOP) !== 0) return count;
    else Atomics.wait(progress, COLLECT_STOP, 0, REST_MILLIS);
  }
}

/** SHA-256 of the reports as text lines, stable-sorted by (sequence, type), joined by newlines. */
function canonicalHash(firstRecord: number, endRecord: number): string {
  const hash = createHash("sha256");
  const order = sortedBySequenceAndType(firstRecord, endRecord);
  for (let start = 0; start < order.length; start += TEXT_CHUNK_RECORDS) {
    const chunk = Array.from(order.subarray(start, start + TEXT_CHUNK_RECORDS), line);
    hash.update((start > 0 ? "\n" : "") + chunk.join("\n"));
  }
  return hash.digest("hex");
}

function sortedBySequenceAndType(firstRecord: number, endRecord: number): Uint32Array {
  const word = (record: number, at: number) => reports[record * RING_RECORD_WORDS + at] ?? 0;
  const length = endRecord - firstRecord;
  const order = Uint32Array.from({ length }, (_, index) => firstRecord + index);
  return order.sort((a, b) => word(a, 1) - word(b, 1) || word(a, 0) - word(b, 0) || a - b);
}

function line(record: number): string {
  const at = record * RING_RECORD_WORDS;
  const fields = FIELDS_OF_TYPE[reports[at] ?? 0] ?? 0;
  return reports.subarray(at, at + 2 + fields).join(",");
}

parentPort?.postMessage("ready");
const endRecord = collect();
parentPort?.postMessage(canonicalHash(Atomics.load(progress, COLLECT_STOP) - 1, endRecord));
