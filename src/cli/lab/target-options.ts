// The options that every lab verb with a target shares.

import type { ParseArgsConfig } from "node:util";
import { parseArgs } from "node:util";
import { SLO_NANOS } from "../../lab/campaign/plan.ts";
import { parseDrive, type TargetSpec } from "../../lab/target/target-spec.ts";
import type { HealthBudget } from "../../lab/watch/health-watch.ts";
import { integerArgument, onlyArgument, usageError } from "../verb.ts";

const PID_MAX = 4_194_304;
const CONNECTIONS_MAX = 1024;
const THREADS_MAX = 64;
const MICROS_MAX = 60_000_000;
const RATE_MAX = 50_000_000;
const SAMPLE_SECONDS_MAX = 3600;

export const TARGET_OPTIONS = {
  pid: { type: "string" },
  command: { type: "string" },
  container: { type: "string" },
  key: { type: "string" },
  connections: { type: "string", default: "1" },
  threads: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  "slo-micros": { type: "string", default: String(SLO_NANOS / 1000) },
  "rate-max": { type: "string" },
  "p99-max-micros": { type: "string" },
  health: { type: "string" },
  "health-millis": { type: "string", default: "500" },
  null: { type: "boolean", default: false },
  quick: { type: "boolean", default: false },
  "sample-seconds": { type: "string" },
  plan: { type: "boolean", default: false },
  out: { type: "string", default: "." },
  name: { type: "string" },
} as const satisfies ParseArgsConfig["options"];

export const TARGET_OPTIONS_HELP = `\
  --pid N           watch this process; --container NAME: a Docker container's
  --command CMD     start the target so, and watch it; then it may be started again and filled;
                    {dataDir} in it is a fresh directory, put on disk and on tmpfs in turn
  --key KEY         for http://, ws:// and grpc:; for ouch: and fix: USERNAME:PASSWORD too
  --connections N   (default 1), --threads N generator threads (default 1), --seed N (default 1)
  --slo-micros N    p99 that C_slo must keep (default 5000)
  --rate-max N      never more orders a second than this
  --p99-max-micros N  do no harm: every load ends when its p99 is beyond; rates climb by a quarter
  --health URL      asked five times a second; the campaign ends when an answer is none or takes
                    longer than --health-millis N (default 500)
  --null            null operations instead of orders
  --quick           a first look in less than three minutes
  --sample-seconds N  how long the target is sampled (default 45, with --quick 4)
  --plan            only say which passes there will be and how long they take
  --out DIR         where files go (default .), --name NAME what they begin with`;

export type TargetOptions = {
  readonly spec: TargetSpec;
  readonly connections: number;
  readonly threads: number;
  readonly seed: number;
  readonly sloNanos: number;
  readonly limitPerSecond: number | undefined;
  readonly p99NanosMax: number | undefined;
  readonly health: HealthBudget | undefined;
  readonly nullLoad: boolean;
  readonly isQuick: boolean;
  readonly sampleSeconds: number | undefined;
  readonly isPlanOnly: boolean;
  readonly out: string;
  readonly name: string | undefined;
};

/** A word too many is a command without its quotes, which would be another target's. */
const ONE_TARGET =
  "one target (outcry load --help lists them), and the words of a --command in quotes";

/** What would be ignored would leave another process measured than the one that was meant. */
function refuseWatching(
  { kind }: TargetSpec["drive"],
  watched: Readonly<Record<"pid" | "command" | "container", string | undefined>>,
): void {
  const named = (["pid", "command", "container"] as const)
    .filter((name) => watched[name] !== undefined)
    .map((name) => `--${name}`);
  const isOurs = kind === "engine" || kind === "venue";
  if (isOurs && named.length > 0) {
    const expected = "none with our own engine or venue, which is started and watched by itself";
    throw usageError("--pid, --command, --container", expected, named.join(" and "));
  }
  if (named.length > 1) {
    throw usageError("--pid, --command, --container", "one of them", named.join(" and "));
  }
}

export function readTargetOptions(args: string[]): TargetOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: TARGET_OPTIONS,
  });
  const text = onlyArgument("TARGET", ONE_TARGET, positionals);
  const drive = parseDrive(text);
  if (drive === undefined) throw usageError("TARGET", ONE_TARGET, `"${text}"`);
  const { pid, command, container, key } = values;
  refuseWatching(drive, { pid, command, container });
  const integer = (name: keyof typeof values, min: number, max: number) =>
    integerArgument(`--${name}`, String(values[name]), min, max);
  return {
    spec: {
      text,
      drive,
      pid: pid === undefined ? undefined : integer("pid", 1, PID_MAX),
      command,
      container,
      key,
    },
    connections: integer("connections", 1, CONNECTIONS_MAX),
    threads: integer("threads", 1, THREADS_MAX),
    seed: integer("seed", 0, 2 ** 32 - 1),
    sloNanos: integer("slo-micros", 1, MICROS_MAX) * 1000,
    limitPerSecond: values["rate-max"] === undefined ? undefined : integer("rate-max", 1, RATE_MAX),
    p99NanosMax:
      values["p99-max-micros"] === undefined
        ? undefined
        : integer("p99-max-micros", 1, MICROS_MAX) * 1000,
    health:
      values.health === undefined
        ? undefined
        : { url: values.health, millisMax: integer("health-millis", 1, MICROS_MAX) },
    nullLoad: values.null,
    isQuick: values.quick,
    sampleSeconds:
      values["sample-seconds"] === undefined
        ? undefined
        : integer("sample-seconds", 1, SAMPLE_SECONDS_MAX),
    isPlanOnly: values.plan,
    out: values.out,
    name: values.name,
  };
}
