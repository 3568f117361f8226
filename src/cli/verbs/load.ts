// `outcry load`: a load test by itself, open or closed loop, its answers checked.

import { parseArgs } from "node:util";
import type { ArrivalShape } from "../../lab/load/arrivals.ts";
import type { LapSource, LoadOptions } from "../../lab/load/load-options.ts";
import { loadText, progressText } from "../../lab/load/load-text.ts";
import { takesReplacements, USUAL_MIX } from "../../lab/load/mix.ts";
import { runLoad } from "../../lab/load/run-load.ts";
import { startTarget } from "../../lab/target/target.ts";
import { parseDrive, TARGET_HELP, type TargetSpec } from "../../lab/target/target-spec.ts";
import {
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  onlyArgument,
  usageError,
  type Verb,
} from "../verb.ts";

const USAGE = `usage: outcry load TARGET [options]

Sends orders at planned times, whatever the answers do, and counts each answer's time from its plan
(open loop). Every answer is checked against a book of its own, so nobody else may trade there: an
exchange is started with --no-simulator for it. Ends with 1 where an answer is wrong or missing.

TARGET:
  ${TARGET_HELP}

  --rate N          orders a second (default 10000)
  --closed N        closed loop instead: N orders in flight on each connection
  --shape SHAPE     poisson (default), uniform or burst
  --burst N         orders a burst (default 100)
  --seconds N       measured time (default 10)
  --warm-up N       seconds before (default 2)
  --connections N   each trades an instrument of its own (default 1)
  --threads N       generator threads, each of which spins (default 1)
  --seed N          of arrivals and orders (default 1)
  --cancel N  --replace N  --ioc N   parts in 100 (default 35, 5, 15; other protocols 35, 0, 15)
  --flow FILE       a consensus flow's first 200,000 commands instead
  --null            requests that ask for nothing
  --key KEY         for http://, ws:// and grpc:; for ouch: and fix: USERNAME:PASSWORD too
  --json            the whole result as one JSON line
`;

/** By each of them what the load started is ended too. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const RATE_MAX = 100_000_000;
const SECONDS_MAX = 86_400;
const CONNECTIONS_MAX = 1024;
const THREADS_MAX = 64;
const SHAPES: readonly ArrivalShape[] = ["poisson", "uniform", "burst"];

const OPTIONS = {
  rate: { type: "string", default: "10000" },
  closed: { type: "string" },
  shape: { type: "string", default: "poisson" },
  burst: { type: "string", default: "100" },
  seconds: { type: "string", default: "10" },
  "warm-up": { type: "string", default: "2" },
  connections: { type: "string", default: "1" },
  threads: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  cancel: { type: "string", default: "35" },
  replace: { type: "string" },
  ioc: { type: "string", default: "15" },
  flow: { type: "string" },
  null: { type: "boolean", default: false },
  key: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export const verb: Verb = {
  name: "load",
  summary: "a load test: planned arrivals, checked answers",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const text = onlyArgument("TARGET", "one target (--help lists them)", positionals);
  const drive = parseDrive(text);
  if (drive === undefined) throw usageError("TARGET", "a target (--help lists them)", `"${text}"`);
  const spec: TargetSpec = { text, drive, key: values.key };
  const options = readOptions(values, takesReplacements(drive));
  const target = await startTarget(spec);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  // A terminal and `timeout` signal the launcher and this process: the second one changes nothing.
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    const result = await runLoad(
      { ...options, drive: target.drive },
      {
        signal: stop.signal,
        onProgress: (progress) => process.stderr.write(`${progressText(progress)}\n`),
      },
    );
    process.stdout.write(`${values.json ? JSON.stringify(result) : loadText(result)}\n`);
    const isAnswered = stop.signal.aborted || result.unanswered === 0;
    return result.wrong === 0 && result.failure === "" && isAnswered ? EXIT_DONE : EXIT_FAILED;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    await target.stop();
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function readOptions(values: Values, hasReplacements: boolean): Omit<LoadOptions, "drive"> {
  const integer = (name: keyof Values, min: number, max: number) =>
    integerArgument(`--${name}`, String(values[name]), min, max);
  const seed = integer("seed", 0, 2 ** 32 - 1);
  return {
    lap: lapSource(values, seed, hasReplacements),
    pace:
      values.closed === undefined
        ? {
            kind: "open",
            shape: shapeOf(values.shape),
            perSecond: integer("rate", 1, RATE_MAX),
            burstSize: integer("burst", 1, RATE_MAX),
          }
        : { kind: "closed", inFlight: integer("closed", 1, 1 << 16) },
    connections: integer("connections", 1, CONNECTIONS_MAX),
    threads: integer("threads", 1, THREADS_MAX),
    warmUpSeconds: integer("warm-up", 0, SECONDS_MAX),
    seconds: integer("seconds", 1, SECONDS_MAX),
    seed,
  };
}

function shapeOf(text: string): ArrivalShape {
  const shape = SHAPES.find((each) => each === text);
  if (shape === undefined) throw usageError("--shape", SHAPES.join(", "), `"${text}"`);
  return shape;
}

function lapSource(values: Values, seed: number, hasReplacements: boolean): LapSource {
  const { commands } = USUAL_MIX;
  if (values.null) return { kind: "null", commands };
  if (values.flow !== undefined) return { kind: "flow", path: values.flow, commandsMax: commands };
  const percent = (name: "cancel" | "replace" | "ioc", text: string) =>
    integerArgument(`--${name}`, text, 0, 100);
  const cancelPercent = percent("cancel", values.cancel);
  const replacePercent = percent("replace", values.replace ?? (hasReplacements ? "5" : "0"));
  const iocPercent = percent("ioc", values.ioc);
  return {
    kind: "mix",
    mix: { ...USUAL_MIX, cancelPercent, replacePercent, iocPercent, seed },
  };
}
