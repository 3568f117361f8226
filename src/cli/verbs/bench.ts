// `outcry bench`: the project's benchmarks. Each checks its answer and prints its machine.

import { parseArgs } from "node:util";
import { benchAdversarial } from "../../lab/bench/adversarial-bench.ts";
import { FixLoad } from "../../lab/bench/fix-load.ts";
import { benchFlows } from "../../lab/bench/flow-bench.ts";
import { GrpcLoad } from "../../lab/bench/grpc-load.ts";
import { benchIdleConnections } from "../../lab/bench/idle-bench.ts";
import { benchLibraries } from "../../lab/bench/library-bench.ts";
import { benchIdle, benchSustained } from "../../lab/bench/log-bench.ts";
import { machineLine } from "../../lab/bench/machine.ts";
import type { MachineShare } from "../../lab/bench/machine-share.ts";
import { benchMemory } from "../../lab/bench/memory-bench.ts";
import { benchOrders } from "../../lab/bench/order-bench.ts";
import type { OpenOrderLoad } from "../../lab/bench/order-load.ts";
import { OuchLoad } from "../../lab/bench/ouch-load.ts";
import { OuchUdpLoad } from "../../lab/bench/ouch-udp-load.ts";
import { benchRest } from "../../lab/bench/rest-bench.ts";
import { benchRestart } from "../../lab/bench/restart-bench.ts";
import { SocketLoad } from "../../lab/bench/socket-load.ts";
import { tradingCoreArgument } from "../trading-core-argument.ts";
import { EXIT_DONE, integerArgument, usageError, type Verb } from "../verb.ts";

const USAGE = `usage: outcry bench book|engine --flow FILE... [options]
       outcry bench adversarial [--runs N]
       outcry bench memory [--orders N] [--commands N] [--runs N]
       outcry bench library [--commands N] [--runs N]
       outcry bench rest [options]
       outcry bench websocket|ouch|fix|grpc [options]
       outcry bench idle [--connections N] [--seconds N]
       outcry bench restart [--orders N] [--commands N] [--runs N]
       outcry bench log [--rate N] [--seconds N]

book: the public matching benchmark (consensus flow files) on the book alone. Each run is a fresh
process; reports are handed to a second thread inside the timed part. One JSON line a file, with the
median and the hash of the reports, which must be the published one.

engine: the same through the whole engine: command records in, with client order ids, limits on
every account, and every event written. From one more run with a clock around each command come the
service times of each kind of command, in nanoseconds, and what reading the clock costs.

  --flow FILE     a consensus flow; several may be given, and are measured in turn
  --runs N        runs of each flow, 1 to 100 (default 5)
  --no-warm-up    start the clock with cold code; otherwise 400,000 made-up commands come first

adversarial: what somebody might send to make the engine slow (a price an order, cancels from the
middle of a huge level, a sweep of 100,000 levels, a cascade of 10,000 stops, 10,000 instruments;
beside 1,024 all-or-none orders that wait for one lot more than there is at 1,000 prices),
each as a multiple of the usual load's cost. One JSON line a load.

memory: bytes of a resting order, and nanoseconds of a command (a cancel and a new order in turn)
among 1,000 and among many. One JSON line a size.

  --orders N      the many (default 1000000)
  --commands N    commands that are timed, in ten thousands (default 500000)

library: the book as a library (plain objects, and numbers alone) beside the npm package
nodejs-order-book over the same made-up traffic; all must trade the same. One JSON line a library.

  --commands N    commands a run (default 300000)

rest: durable orders over HTTP into a venue process of its own (its history included), closed loop,
from this process on the same machine. One JSON line: the median run.

  --batch N         orders a request, 1 to 1000 (default 1)
  --connections N   requests waiting at once, 1 to 1000 (default 64)
  --realtime        real-time priority for the threads of both processes (outcry start --help)
  --trading-core N  this core for the venue's trading thread alone, the others for the load
                    (outcry start --help)
  --seconds N       length of a run (default 5)
  --runs N          runs (default 5)

websocket, ouch, fix, grpc: durable orders over that protocol into a venue process of its own, from
this process on the same machine; every answer is checked. One JSON line: the median run. Latencies
are of messages.

  --connections N   each with an account of its own, 1 to 1000 (default 4)
  --batch N         orders a message, 1 to 1000 (default 1, over gRPC 100; OUCH and FIX have only 1)
  --in-flight N     closed loop: messages of a connection that wait (default 2048, batches 16)
  --udp             OUCH over UDP
  --rate N          open loop: orders a second, latency from the planned time; the median by p99
  --realtime, --trading-core N, --seconds N, --runs N   as above

idle: connections that are logged in and say nothing, to a venue process of its own: what they cost
it in memory, and how many of them answer in the end. One JSON line a protocol (WebSocket, OUCH).
Both processes need an open file a connection and a thousand more (ulimit -n).

  --connections N   1 to 10000 (default 1000)
  --seconds N       how long they say nothing (default 5)

restart: writes a log with resting orders; the longest turn of a trading exchange while a snapshot
is written beside it; then restarts, each in a process of its own, from the snapshot alone and with
commands after it. One JSON line a measurement. Needs 2 GB of disk at full size.

  --orders N        resting orders, at most 1000000 (default 1000000)
  --commands N      commands since the snapshot (default 10000000)

log: one durable order at a time beside a bare write and fdatasync of the same size, in turns; then
commands of 64 bytes at a fixed rate into the log, and the memory that took. One JSON line each.
Needs 64 bytes of disk a command.

  --rate N          commands a second (default 1000000)
  --seconds N       how long (default 5)
`;

const RUNS_MAX = 100;
const SECONDS_MAX = 3600;
const BATCH_MAX = 1000;
const COMMANDS_MAX = 100_000_000;
const CONNECTIONS_MAX = 1000;
const IDLE_COMMITS = 2000;
const IDLE_CONNECTIONS_MAX = 10_000;
const IN_FLIGHT_MAX = 100_000;
const RATE_MAX = 10_000_000;
/** Trading beside no snapshot, to compare with. */
const RESTART_WATCH_MILLIS = 2000;
const RESTING_ORDERS_MAX = 1_000_000;
/** The few of the memory benchmark. */
const RESTING_ORDERS_FEW = 1000;

export const verb: Verb = { name: "bench", summary: "measure", usage: USAGE, run };

const OPTIONS = {
  flow: { type: "string", multiple: true, default: [] as string[] },
  runs: { type: "string", default: "5" },
  "no-warm-up": { type: "boolean", default: false },
  commands: { type: "string" },
  orders: { type: "string", default: "1000000" },
  batch: { type: "string" },
  connections: { type: "string" },
  "in-flight": { type: "string" },
  udp: { type: "boolean", default: false },
  rate: { type: "string" },
  realtime: { type: "boolean", default: false },
  "trading-core": { type: "string" },
  seconds: { type: "string", default: "5" },
} as const;

type Values = ReturnType<typeof readArguments>["values"];
/** Prints its result lines; `runs` of each measurement. */
type Benchmark = (values: Values, runs: number, files: readonly string[]) => Promise<void>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  book: (values, runs, files) => runFlows("book", values, runs, files),
  engine: (values, runs, files) => runFlows("engine", values, runs, files),
  adversarial: async (_values, runs) => printAll(await benchAdversarial(runs)),
  memory: async (values, runs) => {
    const commands = integerArgument("--commands", values.commands ?? "500000", 1, COMMANDS_MAX);
    const orders = integerArgument("--orders", values.orders, 1, RESTING_ORDERS_MAX);
    printAll(await benchMemory({ sizes: [RESTING_ORDERS_FEW, orders], commands, runs }));
  },
  library: async (values, runs) => {
    const commands = integerArgument("--commands", values.commands ?? "300000", 1, COMMANDS_MAX);
    printAll(await benchLibraries(commands, runs));
  },
  rest: async (values, runs) => {
    const result = await benchRest({
      connections: connectionsOf(values, "64"),
      ordersPerRequest: batchOf(values, "1"),
      ...shareOf(values),
      seconds: secondsOf(values),
      runs,
    });
    printAll([result]);
  },
  websocket: (values, runs) => runOrders(SocketLoad.open, [], values, runs, batchOf(values, "1")),
  ouch: (values, runs) =>
    values.udp
      ? runOrders(OuchUdpLoad.open, ["--ouch-udp-port", "0"], values, runs, 1)
      : runOrders(OuchLoad.open, [], values, runs, 1),
  fix: (values, runs) => runOrders(FixLoad.open, ["--fix-port", "0"], values, runs, 1),
  grpc: (values, runs) =>
    runOrders(GrpcLoad.open, ["--grpc-port", "0"], values, runs, batchOf(values, "100")),
  idle: async (values) => {
    const text = values.connections ?? "1000";
    const connections = integerArgument("--connections", text, 1, IDLE_CONNECTIONS_MAX);
    for (const protocol of ["websocket", "ouch"] as const) {
      const seconds = secondsOf(values);
      printAll([await benchIdleConnections({ protocol, connections, seconds })]);
    }
  },
  restart: async (values, runs) => {
    const commands = integerArgument("--commands", values.commands ?? "10000000", 1, COMMANDS_MAX);
    const restingOrders = integerArgument("--orders", values.orders, 1, RESTING_ORDERS_MAX);
    const options = { restingOrders, commands, runs, watchMillis: RESTART_WATCH_MILLIS };
    await benchRestart(options, (result) => printAll([result]));
  },
  log: async (values) => {
    const rate = integerArgument("--rate", values.rate ?? "1000000", 1, COMMANDS_MAX);
    printAll([await benchIdle(IDLE_COMMITS), await benchSustained(rate, secondsOf(values))]);
  },
};

function readArguments(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [name = "none", ...files] = positionals;
  const runs = integerArgument("--runs", values.runs, 1, RUNS_MAX);
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined) {
    throw usageError("benchmark", Object.keys(BENCHMARKS).join(", "), name);
  }
  console.error(machineLine());
  await benchmark(values, runs, files);
  return EXIT_DONE;
}

async function runFlows(
  target: "book" | "engine",
  values: Values,
  runs: number,
  files: readonly string[],
): Promise<void> {
  const flows = [...values.flow, ...files];
  if (flows.length === 0) throw usageError("--flow", "at least one consensus flow file", "none");
  printAll(await benchFlows({ target, flows, runs, warmsUp: !values["no-warm-up"] }));
}

async function runOrders(
  open: OpenOrderLoad,
  venueOptions: readonly string[],
  values: Values,
  runs: number,
  ordersPerMessage: number,
): Promise<void> {
  const result = await benchOrders({
    ...{ open, venueOptions, runs, ordersPerMessage },
    share: shareOf(values),
    connections: connectionsOf(values, "4"),
    inFlight: inFlightOf(values, ordersPerMessage === 1 ? "2048" : "16"),
    ordersPerSecond: integerArgument("--rate", values.rate ?? "0", 0, RATE_MAX),
    seconds: secondsOf(values),
  });
  printAll([result]);
}

function shareOf(values: Values): MachineShare {
  const isRealTime = values.realtime;
  return { isRealTime, tradingCore: tradingCoreArgument(values["trading-core"], isRealTime) };
}

function connectionsOf({ connections }: Values, usual: string): number {
  return integerArgument("--connections", connections ?? usual, 1, CONNECTIONS_MAX);
}

function batchOf({ batch }: Values, usual: string): number {
  return integerArgument("--batch", batch ?? usual, 1, BATCH_MAX);
}

function inFlightOf(values: Values, usual: string): number {
  return integerArgument("--in-flight", values["in-flight"] ?? usual, 1, IN_FLIGHT_MAX);
}

function secondsOf({ seconds }: Values): number {
  return integerArgument("--seconds", seconds, 1, SECONDS_MAX);
}

function printAll(results: readonly object[]): void {
  for (const result of results) console.log(JSON.stringify(result));
}
