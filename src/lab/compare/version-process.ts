// One version of the engine at work in a process of its own, for a comparison: a build's folder is
// loaded, the same laps played, the mean nanoseconds an order printed with the hash of all answers.
// Arguments: DIST LAPS WARM_UP_LAPS.

import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { encodeLap, RECORD_WORDS } from "../load/lab-record.ts";
import { mixedLap, USUAL_MIX } from "../load/mix.ts";
import type { createRecordEngine } from "../load/record-engine.ts";

const INSTRUMENT = 1;
const LAP_COMMANDS = 40_000;

type RecordEngineModule = { createRecordEngine: typeof createRecordEngine };

async function main(dist: string, laps: number, warmUpLaps: number): Promise<void> {
  const path = join(resolve(dist), "lab", "load", "record-engine.js");
  const version = (await import(pathToFileURL(path).href)) as RecordEngineModule;
  const engine = version.createRecordEngine();
  const lap = mixedLap({ ...USUAL_MIX, commands: LAP_COMMANDS });
  const requests = encodeLap(lap, INSTRUMENT);
  const answers = new Int32Array(lap.commands * RECORD_WORDS);
  const play = (): void => {
    for (let at = 0; at < answers.length; at += RECORD_WORDS) {
      engine.answer(requests, at, answers, at);
    }
  };
  for (let i = 0; i < warmUpLaps; i++) play();
  const before = process.cpuUsage();
  for (let i = 0; i < laps; i++) play();
  const { user, system } = process.cpuUsage(before);
  const orders = laps * lap.commands;
  const sha256 = createHash("sha256").update(answers).digest("hex");
  const nanosPerOrder = orders === 0 ? 0 : ((user + system) * 1000) / orders;
  process.stdout.write(`${JSON.stringify({ orders, nanosPerOrder, sha256 })}\n`);
}

const [, , dist = "", laps = "10", warmUpLaps = "5"] = process.argv;
await main(dist, Number(laps), Number(warmUpLaps));
