// Pass 4: the same orders through each layer that the target speaks, each beside a null operation
// or the lab's own echo server on the same kind of socket. ABBA, so that a drifting machine is fair
// to both. Latency with one order in flight, processor time an order near saturation.

import type { LapSource, LoadOptions } from "../../load/load-options.ts";
import { LatencyHistogram } from "../../statistics/latency-histogram.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { startEcho, startTarget, type Target } from "../../target/target.ts";
import { parseDrive } from "../../target/target-spec.ts";
import {
  cpuNanosPerOperation,
  runWatchedLoad,
  type WatchedLoad,
} from "../../watch/watched-load.ts";
import { abba } from "../abba.ts";
import { watchedLoadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import { BUSY_IN_FLIGHT, warmUpOf } from "../busy-load.ts";
import { ECHO, OWN_NULL } from "../null-kinds.ts";
import type { LayerRecord } from "../run-file.ts";

export const ENGINE_LAYERS = ["engine:ring", "engine:unix", "engine:tcp"];
/** Of the pairs, with one in flight: each is a percentile of thousands, the others one rate. */
export const LAYER_SLOW_PART = 4;

export async function measureEngineLayers(bench: Bench): Promise<LayerRecord[]> {
  const records: LayerRecord[] = [];
  for (const text of ENGINE_LAYERS) {
    bench.signal.throwIfAborted();
    bench.tell(`layer ${text}`);
    const drive = parseDrive(text);
    if (drive === undefined) continue;
    const target = await startTarget({ text, drive });
    try {
      records.push(await measureLayer(bench, text, target));
    } finally {
      await target.stop();
    }
  }
  return records;
}

/** The one layer of a target that is somebody else's. */
export async function measureOwnLayer(bench: Bench): Promise<LayerRecord[]> {
  bench.tell(`layer ${bench.spec.text}`);
  return [await measureLayer(bench, bench.spec.text, bench.target)];
}

/** Time enough for one answer, on a machine that is busy too. */
const NULL_TRIAL_SECONDS = 0.3;

type Sides = { readonly orders: WatchedLoad[]; readonly nulls: WatchedLoad[] };

async function measureLayer(bench: Bench, layer: string, target: Target): Promise<LayerRecord> {
  const hasNull = await answersNull(bench, target);
  const address = target.drive.kind === "record" ? target.drive.address : undefined;
  const echo =
    hasNull || address === undefined
      ? undefined
      : await startEcho("path" in address ? "unix" : "tcp");
  const nullTarget = hasNull ? target : echo;
  try {
    const slow = await alternate(bench, target, nullTarget, 1);
    const busy = await alternate(bench, target, nullTarget, BUSY_IN_FLIGHT);
    return recordOf(layer, slow, busy, hasNull ? OWN_NULL : ECHO);
  } finally {
    await echo?.stop();
  }
}

async function answersNull(bench: Bench, target: Target): Promise<boolean> {
  const options = closedLoad(bench, target, 1, { kind: "null", commands: 1000 });
  const trial = { ...options, seconds: NULL_TRIAL_SECONDS };
  const { load } = await runWatchedLoad(trial, undefined, { signal: bench.signal });
  return load.wrong === 0 && load.failure === "" && load.answered > 0;
}

/** Orders, null, null, orders, orders, null, ...: `layerPairs` of each. */
async function alternate(
  bench: Bench,
  target: Target,
  nullTarget: Target | undefined,
  inFlight: number,
): Promise<Sides> {
  const orders: WatchedLoad[] = [];
  const nulls: WatchedLoad[] = [];
  const runOrders = async () => {
    const options = closedLoad(bench, target, inFlight, bench.load.lap);
    orders.push(await watchedLoadOnBench(bench, options, target.pid));
  };
  const runNull = async () => {
    if (nullTarget === undefined) return;
    const lap: LapSource = { kind: "null", commands: bench.plan.lapCommands };
    const options = closedLoad(bench, nullTarget, inFlight, lap);
    nulls.push(await watchedLoadOnBench(bench, options, nullTarget.pid));
  };
  // What has no process of its own has no processor time to be told by pairs.
  const isFew = inFlight === 1 || target.pid === undefined;
  const { layerPairs } = bench.plan;
  const pairs = isFew ? Math.ceil(layerPairs / LAYER_SLOW_PART) : layerPairs;
  await abba(pairs, bench.signal, runOrders, runNull);
  return { orders, nulls };
}

function closedLoad(bench: Bench, target: Target, inFlight: number, lap: LapSource): LoadOptions {
  return {
    ...bench.load,
    drive: target.drive,
    lap,
    pace: { kind: "closed", inFlight },
    connections: 1,
    threads: 1,
    warmUpSeconds: warmUpOf(target.drive, bench.plan.layerWarmUpSeconds),
    seconds: bench.plan.layerSeconds,
  };
}

function recordOf(layer: string, slow: Sides, busy: Sides, nullKind: string): LayerRecord {
  const cpu = busy.orders.flatMap((each) => cpuNanosPerOperation(each) ?? []);
  const nullCpu = busy.nulls.flatMap((each) => cpuNanosPerOperation(each) ?? []);
  const shares = cpu.flatMap((nanos, i) => (nullCpu[i] === undefined ? [] : [nullCpu[i] / nanos]));
  const nullGains = busy.orders.flatMap(({ load }, i) => {
    const gain = (busy.nulls[i]?.load.achievedPerSecond ?? 0) / load.achievedPerSecond;
    return gain > 0 && Number.isFinite(gain) ? [gain] : []; // None in its time tells no gain.
  });
  const estimate = (values: number[]) => (values.length > 0 ? medianEstimate(values) : undefined);
  const [first] = busy.orders;
  const operations = first.load.achievedPerSecond * first.load.options.seconds;
  return {
    layer,
    medianNanos: estimate(slow.orders.flatMap(medianOf)),
    nullMedianNanos: estimate(slow.nulls.flatMap(medianOf)),
    cpuNanos: estimate(cpu),
    nullCpuNanos: estimate(nullCpu),
    transportShare: estimate(shares),
    wakeUpsPerOrder: first.usage && operations > 0 ? first.usage.voluntary / operations : undefined,
    achievedPerSecond: medianEstimate(busy.orders.map(({ load }) => load.achievedPerSecond)).value,
    nullGain: estimate(nullGains),
    nullKind,
  };
}

/** Nothing where nothing was answered. */
function medianOf({ load }: WatchedLoad): number[] {
  const response = LatencyHistogram.fromRecord(load.response);
  return response.count === 0 ? [] : [response.percentile(0.5)];
}
