// The other side of the wake-up measurement: sleeps until word 0 changes, answers in word 1.

import { parentPort, workerData } from "node:worker_threads";

function answer(words: Int32Array): void {
  for (let seen = 0; ; ) {
    Atomics.wait(words, 0, seen);
    seen = Atomics.load(words, 0);
    if (seen < 0) return;
    Atomics.store(words, 1, seen);
    Atomics.notify(words, 1);
  }
}

parentPort?.postMessage("ready");
answer(new Int32Array(workerData as SharedArrayBuffer));
