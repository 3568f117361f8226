// Minds that the run goes on: an input over which a decoder hangs ends the process, loudly.

import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const LOOK_MILLIS = 10_000;

const progress = new Int32Array(workerData as SharedArrayBuffer);
let seen = -1;

setInterval(() => {
  const now = Atomics.load(progress, 0);
  if (now === seen) {
    writeSync(2, `hostile: no input was done within ${LOOK_MILLIS} ms, after number ${now}\n`);
    process.kill(process.pid, "SIGKILL");
  }
  seen = now;
}, LOOK_MILLIS);
