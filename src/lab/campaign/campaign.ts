// A campaign: every pass in turn, each on its own feet: one that cannot run here is told with its
// reason and the rest goes on. Ctrl-C keeps what is there.

import { readlinkSync } from "node:fs";
import { calibrate } from "../calibration/calibration.ts";
import { has, probeCapabilities } from "../capability/capabilities.ts";
import { measureEngineAlone } from "../load/engine-alone.ts";
import type { LapSource, LoadOptions } from "../load/load-options.ts";
import { takesReplacements, USUAL_MIX } from "../load/mix.ts";
import { refuseWrong, WrongAnswer } from "../load/wrong-answer.ts";
import { isNodeProcess } from "../profile/node-inspector.ts";
import { medianEstimate } from "../statistics/order-interval.ts";
import { commandLineOf, workersOf } from "../target/process-family.ts";
import { startTarget, type Target } from "../target/target.ts";
import type { TargetSpec } from "../target/target-spec.ts";
import { type HealthBudget, watchHealth } from "../watch/health-watch.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import type { Bench } from "./bench-of-target.ts";
import { readEnvironment } from "./environment.ts";
import { sizeEngineBooks, sizeTargetBooks } from "./passes/books.ts";
import { delayEngine } from "./passes/cause.ts";
import { countTarget } from "./passes/counters.ts";
import { measureEngineLayers, measureOwnLayer } from "./passes/layers.ts";
import { measureLowerLayer } from "./passes/lower-layer.ts";
import { measureBesideStream } from "./passes/neighbor.ts";
import { measureUnderQuota } from "./passes/quota.ts";
import { sampleTarget, traceOffCpu } from "./passes/sampling.ts";
import { simulateEngine, simulateTarget } from "./passes/simulation.ts";
import { traceStorage } from "./passes/storage.ts";
import { findCeilings, scale, sustain, sweepRates } from "./passes/timing.ts";
import { measureOnTmpfs } from "./passes/tmpfs.ts";
import { type Plan, QUICK, WHOLE } from "./plan.ts";
import { type BookPoint, RUN_VERSION, type RunFile, type TrialRecord } from "./run-file.ts";
import { type PassName, plannedPasses, Timetable } from "./timetable.ts";

export type CampaignOptions = {
  readonly spec: TargetSpec;
  readonly isQuick: boolean;
  /** How long the target is sampled; undefined: as planned. */
  readonly sampleSeconds: number | undefined;
  readonly seed: number;
  readonly sloNanos: number;
  readonly connections: number;
  readonly threads: number;
  readonly limitPerSecond: number | undefined;
  /** For targets that are somebody's: a load ends when its p99 is beyond. */
  readonly p99NanosMax: number | undefined;
  /** Asked while the campaign lasts; it ends when an answer takes longer or is none. */
  readonly health: HealthBudget | undefined;
  /** Null operations instead of orders: for servers that know no orders. */
  readonly nullLoad: boolean;
  /** The passes to run; undefined: all. */
  readonly only: readonly string[] | undefined;
  /** As it was typed, for the report. */
  readonly command: string;
  readonly signal: AbortSignal;
  /** `leftSeconds`: until the end, as planned. */
  tell(line: string, leftSeconds: number): void;
};

export function planOf({
  isQuick,
  sampleSeconds,
}: Pick<CampaignOptions, "isQuick" | "sampleSeconds">): Plan {
  const plan = isQuick ? QUICK : WHOLE;
  return sampleSeconds === undefined ? plan : { ...plan, sampleSeconds };
}

/** Of a target's other processes. */
const OTHERS_NAMED = 4;

/** The sustained run is at so much of the ceiling: busy, and not beyond. */
const SUSTAINED_SHARE = 0.6;

export async function runCampaign(options: CampaignOptions): Promise<RunFile> {
  const { spec, health, only } = options;
  const timetable = new Timetable(plannedPasses(planOf(options), spec, only));
  const tell = (line: string): void => options.tell(line, timetable.leftSeconds());
  const target = await startTarget(spec);
  const harm: string[] = [];
  const watch =
    health &&
    watchHealth(health, (line) => {
      harm.push(line);
      tell(line);
    });
  const signal = watch ? AbortSignal.any([options.signal, watch.signal]) : options.signal;
  try {
    const bench = { ...benchOf(options, target), signal, tell };
    const run = emptyRun(options, target);
    if (run.watched !== undefined) tell(`watching ${run.watched}`);
    const passes = new Passes(run, bench, timetable, only);
    await runPasses(passes, run, bench);
    run.missing.unshift(...harm.map((why) => ({ what: "what was interrupted", why })));
    return run;
  } finally {
    watch?.end();
    await target.stop();
  }
}

async function runPasses(passes: Passes, run: RunFile, bench: Bench): Promise<void> {
  await passes.run("capabilities", async () => {
    run.capabilities = await probeCapabilities();
  });
  await passes.run("calibration", async () => {
    run.calibration = await calibrate(run.isQuick);
  });
  if (run.isOurEngine) {
    await passes.run("engine alone", async () => {
      run.engineAlone = await measureAlone(bench);
    });
  }
  await passes.run("ceilings", async () => {
    const trials: TrialRecord[] = [];
    run.trials = trials;
    const { max, slo } = await findCeilings(bench, trials);
    run.ceilingMax = max;
    run.ceilingSlo = slo;
  });
  const ceiling = run.ceilingMax?.heldPerSecond ?? 0;
  const sustainedPerSecond = Math.round(ceiling * SUSTAINED_SHARE);
  if (ceiling > 0) {
    await passes.run("sustained run", async () => {
      run.sustained = await sustain(bench, sustainedPerSecond);
      refuseWrong(run.sustained.load);
    });
    await passes.run("rate sweep", async () => {
      const points: WatchedLoad[] = [];
      run.sweep = points;
      await sweepRates(bench, ceiling, points);
    });
  }
  await passes.run("scaling over connections", async () => {
    const points: { n: number; perSecond: number }[] = [];
    run.scaling = points;
    await scale(bench, points);
  });
  await passes.run("layers", async () => {
    const isSpawned = bench.spec.drive.kind === "engine";
    run.layers = isSpawned ? await measureEngineLayers(bench) : await measureOwnLayer(bench);
  });
  await passes.run("next lower layer", async () => {
    run.lowerLayer = await measureLowerLayer(bench);
  });
  await passes.run("sampling", async () => {
    run.profile = await sampleTarget(bench, has(run.capabilities, "perf"), sustainedPerSecond);
  });
  await passes.run("off-CPU", async () => {
    if (!has(run.capabilities, "tracepoints")) throw new Error("no tracepoints on this host");
    run.offCpu = await traceOffCpu(bench, sustainedPerSecond);
  });
  await passes.run("sync and write", async () => {
    if (!has(run.capabilities, "tracepoints")) throw new Error("no tracepoints on this host");
    run.storage = await traceStorage(bench);
  });
  await passes.run("elasticity under a CPU quota", async () => {
    if (!has(run.capabilities, "quotas")) throw new Error("no CPU quotas on this host");
    run.quota = await measureUnderQuota(bench);
  });
  await passes.run("streaming neighbor", async () => {
    run.neighbor = await measureBesideStream(bench);
  });
  if (run.isOurEngine) {
    await passes.run("engine delayed", async () => {
      run.cause = await delayEngine(bench);
    });
  }
  await passes.run("counters", () => count(run, bench, passes.isChosen("counters")));
  await passes.run("cost over book size", async () => {
    const points: BookPoint[] = [];
    run.books = points;
    await (run.isOurEngine ? sizeEngineBooks(bench, points) : sizeTargetBooks(bench, points));
  });
  await passes.run("storage on tmpfs", async () => {
    run.tmpfs = await measureOnTmpfs(bench);
  });
}

/** `isChosen`: asked for by name, so that minutes of simulation are welcome. */
async function count(run: RunFile, bench: Bench, isChosen: boolean): Promise<void> {
  if (has(run.capabilities, "hardware counters")) {
    run.counters = await countTarget(bench);
    run.countersFrom = "this host";
    return;
  }
  if (run.calibration === undefined) throw new Error("a simulation needs the calibration");
  if (!has(run.capabilities, "valgrind")) throw new Error("neither counters nor valgrind here");
  if (!run.isOurEngine) {
    if (run.kind !== "native")
      throw new Error("no hardware counters here, and not a native target");
    run.simulation = await simulateTarget(bench, run.calibration);
    return;
  }
  if (!bench.plan.simulates && !isChosen) {
    throw new Error("simulation takes minutes: left out of a quick run (outcry lab counters)");
  }
  run.simulation = await simulateEngine(bench, run.calibration);
}

async function measureAlone(bench: Bench) {
  bench.tell("the engine alone");
  const mix = { ...USUAL_MIX, commands: bench.plan.lapCommands };
  const report = await measureEngineAlone(mix, bench.plan.bookSeconds * 2);
  if (report.wrong > 0)
    throw new WrongAnswer(`${report.wrong} of ${report.orders} answers were wrong`);
  return medianEstimate(report.nanosPerOrder);
}

class Passes {
  readonly #run: RunFile;
  readonly #bench: Bench;
  readonly #timetable: Timetable;
  readonly #only: readonly string[] | undefined;

  constructor(
    run: RunFile,
    bench: Bench,
    timetable: Timetable,
    only: readonly string[] | undefined,
  ) {
    this.#run = run;
    this.#bench = bench;
    this.#timetable = timetable;
    this.#only = only;
  }

  /** Asked for by name, not only as a part of everything. */
  isChosen(name: PassName): boolean {
    return this.#only?.includes(name) === true;
  }

  /** A pass that fails leaves its reason; after an interruption or a wrong answer none begins. */
  async run(name: PassName, work: () => Promise<void>): Promise<void> {
    const { missing, passes } = this.#run;
    if (this.#only?.includes(name) === false) return;
    this.#timetable.begin(name);
    if (this.#bench.signal.aborted) {
      missing.push({ what: name, why: "interrupted before it began" });
      return;
    }
    if (this.#run.wrongAnswer !== undefined) {
      missing.push({ what: name, why: "not begun: an answer was wrong before" });
      return;
    }
    const started = performance.now();
    try {
      await work();
      passes.push({ name, seconds: (performance.now() - started) / 1000 });
    } catch (error) {
      const ending = this.#bench.target.ending?.();
      const told = ending === undefined ? messageOf(error) : `${messageOf(error)}; ${ending}`;
      const why = this.#bench.signal.aborted ? "interrupted" : told;
      if (isWrongAnswer(error)) this.#run.wrongAnswer = { pass: name, what: why };
      missing.push({ what: name, why });
      this.#bench.tell(`${name}: not available: ${why}`);
    } finally {
      // At once: a later pass ends the instance itself, to start another, and then nobody knows.
      this.#run.targetEnded ??= this.#bench.target.ending?.();
    }
  }
}

/** By its name: one that a generator thread threw is an error without a class here. */
function isWrongAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === WrongAnswer.name;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0] : String(error);
}

function benchOf(options: CampaignOptions, target: Target): Omit<Bench, "signal" | "tell"> {
  const { spec, seed, connections, threads } = options;
  const plan = planOf(options);
  const mix = { ...USUAL_MIX, commands: plan.lapCommands, seed };
  const lap: LapSource = options.nullLoad
    ? { kind: "null", commands: plan.lapCommands }
    : { kind: "mix", mix: takesReplacements(target.drive) ? mix : { ...mix, replacePercent: 0 } };
  const load: LoadOptions = {
    drive: target.drive,
    lap,
    pace: { kind: "closed", inFlight: 1 },
    connections,
    threads,
    warmUpSeconds: 0,
    seconds: 0,
    seed,
    p99NanosMax: options.p99NanosMax,
    stopsAtWrong: true,
    capPerSecond: options.limitPerSecond,
    bookPerSecondMax: options.limitPerSecond,
  };
  const { sloNanos, limitPerSecond } = options;
  return { spec, target, load, plan, sloNanos, limitPerSecond };
}

function emptyRun(options: CampaignOptions, target: Target): RunFile {
  const isOurEngine = options.spec.drive.kind === "engine";
  return {
    version: RUN_VERSION,
    target: options.spec.text,
    kind: kindOf(target),
    isOurEngine,
    isQuick: options.isQuick,
    startedAt: new Date().toISOString(),
    command: options.command,
    seed: options.seed,
    sloNanos: options.sloNanos,
    limitPerSecond: options.limitPerSecond,
    environment: readEnvironment(programOf(target.pid)),
    watched: watchedText(target),
    capabilities: [],
    sweep: [],
    scaling: [],
    layers: [],
    books: [],
    counters: [],
    countersFrom: "",
    missing: [],
    passes: [],
  };
}

/** With the others of its family, whose processor time counts as its own. */
function watchedText({ watched, pid }: Target): string | undefined {
  if (watched === undefined || pid === undefined) return watched;
  const others = workersOf(pid).filter((each) => each !== pid);
  if (others.length === 0) return watched;
  const named = others.slice(0, OTHERS_NAMED).map((each) => `${each} (${commandLineOf(each)})`);
  const more = others.length > named.length ? ", ..." : "";
  return `${watched}; counted with it: ${named.join(", ")}${more}`;
}

function kindOf({ pid }: Target): RunFile["kind"] {
  if (pid === undefined) return "unknown";
  return isNodeProcess(pid) ? "node" : "native";
}

function programOf(pid: number | undefined): string {
  if (pid === undefined) return "";
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return ""; // Another user's process: its file is not ours to see.
  }
}
