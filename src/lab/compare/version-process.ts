// One version of the engine at work in a process of its own, for a comparison: a build's folder is
// loaded and warmed up, `{"orders","sha256"}` of a lap printed; then it plays laps as it is told,
// a line on its input each, until that ends. Arguments: DIST REQUESTS WARM_UP_LAPS, where REQUESTS
// is a file of lab records. Making them here would need a book beside the engine's: a second
// instance of the same code, which makes the version slow that this very build is (decision 0011).
// A fourth argument, `sampled`, has V8's profiler on, also while it warms up: code compiled without
// it does not say later which of the functions inlined into it ran.
//   time N    plays N laps and prints {"nanosPerOrder"} of processor time
//   profile   prints {"profile"}, the samples of all laps since the warm-up
//   count N   plays N laps, getuid() called at both ends of each, for who counts between them

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { RECORD_WORDS } from "../load/lab-record.ts";
import type { createRecordEngine } from "../load/record-engine.ts";

/** Short: a lap is some ten milliseconds, and both versions bear what sampling costs. */
const SAMPLE_MICROS = 1000;

type RecordEngineModule = { createRecordEngine: typeof createRecordEngine };

async function main(
  dist: string,
  requestsPath: string,
  warmUpLaps: number,
  isSampled: boolean,
): Promise<void> {
  const path = join(resolve(dist), "lab", "load", "record-engine.js");
  const version = (await import(pathToFileURL(path).href)) as RecordEngineModule;
  const engine = version.createRecordEngine();
  const requests = new Int32Array(Uint8Array.from(readFileSync(requestsPath)).buffer);
  const answers = new Int32Array(requests.length);
  const orders = requests.length / RECORD_WORDS;

  function play(): void {
    for (let at = 0; at < answers.length; at += RECORD_WORDS) {
      engine.answer(requests, at, answers, at);
    }
  }

  function time(laps: number): { nanosPerOrder: number } {
    const before = process.cpuUsage();
    for (let i = 0; i < laps; i++) play();
    const { user, system } = process.cpuUsage(before);
    return { nanosPerOrder: ((user + system) * 1000) / (laps * orders) };
  }

  function count(laps: number): { laps: number } {
    process.getuid?.();
    for (let i = 0; i < laps; i++) {
      play();
      process.getuid?.();
    }
    return { laps };
  }

  const profiler = new Session();
  if (isSampled) await startProfile(profiler);
  for (let i = 0; i < warmUpLaps; i++) play();
  if (isSampled) {
    await profiler.post("Profiler.stop");
    await profiler.post("Profiler.start");
  }
  const sha256 = createHash("sha256").update(answers).digest("hex");
  tell({ orders, sha256 });
  for await (const line of createInterface(process.stdin)) {
    const [order, laps] = line.split(" ");
    if (order === "profile") tell(await profiler.post("Profiler.stop"));
    else tell(order === "count" ? count(Number(laps)) : time(Number(laps)));
  }
}

async function startProfile(profiler: Session): Promise<void> {
  profiler.connect();
  await profiler.post("Profiler.enable");
  await profiler.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
  await profiler.post("Profiler.start");
}

function tell(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const [, , dist = "", requestsPath = "", warmUpLaps = "", sampled] = process.argv;
await main(dist, requestsPath, Number(warmUpLaps), sampled === "sampled");
