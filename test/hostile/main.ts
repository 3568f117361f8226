// `npm run hostile`: feeds every decoder wrong bytes, and says how that went.

import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { feedHostile, GROWTH_MEGABYTES_MAX } from "./hostile-run.ts";
import { TARGETS } from "./targets.ts";

const USAGE = `usage: npm run hostile -- [options]

Feeds each decoder every truncation and every split of valid traffic, then random mutations of it,
and says how many a second, whether it still serves, and what memory that took. Fails where one
throws, hangs for 10 s, ends a session without a word, does not serve in the end, or grows by more
than its bounded buffers.

  --inputs N     of each decoder (100000)
  --seed N       of the mutations (1)
  --target NAME  only this one: ${Object.keys(TARGETS).join(", ")}`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      target: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  const targets = values.target === undefined ? Object.keys(TARGETS) : [values.target];
  const isKnown = targets.every((target) => Object.hasOwn(TARGETS, target));
  if (values.help || !isKnown || !(inputs >= 1) || !Number.isInteger(inputs + seed)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const progress = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const watchdog = new Worker(new URL("./watchdog-thread.ts", import.meta.url), {
    workerData: progress,
  });
  const counter = new Int32Array(progress);
  let failures = 0;
  let feeding = "";
  process.on("uncaughtException", (error) => {
    console.error(`${feeding}, seed ${seed}, after input ${Atomics.load(counter, 0)}:`, error);
    process.exit(1);
  });
  for (const target of targets) {
    feeding = target;
    const onInput = (number: number): void => void Atomics.store(counter, 0, number);
    const result = await feedHostile({ target, inputs, seed, onInput });
    const { serves, silent, growthMegabytes } = result;
    const isSound = serves && silent === 0 && growthMegabytes <= GROWTH_MEGABYTES_MAX;
    if (!isSound) failures++;
    console.log(JSON.stringify({ ...result, seed, isSound }));
  }
  await watchdog.terminate();
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
