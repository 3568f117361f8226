// hot path
// The neighbor: writes a word of each cache line of more memory than any cache holds, over and
// over, or counts in a register as long.

import { parentPort, workerData } from "node:worker_threads";
import { NEIGHBOR_ENDS, NEIGHBOR_STREAMS } from "./neighbor-task.ts";

const WORDS = 1 << 24; // 64 MiB.
const LINE_WORDS = 16;
/** Between two looks at the word. */
const SLICE_WORDS = 1 << 18;

function stream(memory: Int32Array, from: number): void {
  for (let at = from; at < from + SLICE_WORDS; at += LINE_WORDS) memory[at] += 1;
}

function spin(sink: Int32Array): void {
  let value = sink[0];
  for (let i = 0; i < SLICE_WORDS; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  sink[0] = value;
}

function run(told: SharedArrayBuffer): void {
  const words = new Int32Array(told);
  const memory = new Int32Array(WORDS);
  const sink = new Int32Array(1);
  memory.fill(1); // Every page is there before anybody measures.
  parentPort?.postMessage("ready");
  for (let from = 0; ; from = (from + SLICE_WORDS) & (WORDS - 1)) {
    const now = Atomics.load(words, 0);
    if (now === NEIGHBOR_ENDS) return;
    if (now === NEIGHBOR_STREAMS) stream(memory, from);
    else spin(sink);
  }
}

run(workerData as SharedArrayBuffer);
