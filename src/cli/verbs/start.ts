// `outcry start`: the whole exchange in one process.

import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { LOG_OPTIONS, LOG_USAGE, readLogSettings } from "../log-settings.ts";
import { runVenue, type VenueOptions } from "../run-venue.ts";
import { TlsFiles } from "../tls-files.ts";
import { tradingCoreArgument } from "../trading-core-argument.ts";
import { goOnUnread } from "../unread-output.ts";
import { DATA_OPTION, integerArgument, usageError, type Verb } from "../verb.ts";
import { readWireSettings, refuseSharedPorts, WIRE_OPTIONS, WIRE_USAGE } from "../wire-ports.ts";

const USAGE = `usage: outcry start [options]

Runs the whole exchange in this process: log, engine, history, REST, WebSocket and the page. Ctrl-C
drains and stops it; the next start goes on from the log.

  --port N          where it listens, 0 to 65535 (default 8000, or OUTCRY_PORT; 0: any free port)
  --host ADDRESS    the address it listens on (default 127.0.0.1, or OUTCRY_HOST)
  --data DIR        where log and history live (default ./data, or OUTCRY_DATA)
  --no-simulator    no simulated traders
  --orders-per-second N  of one connection, of an account over REST; cancels are never counted
                    (default: no limit)
  --realtime        real-time priority for the trading thread and the writers of the log; needs chrt
                    (util-linux) and CAP_SYS_NICE (docs/reliability.md)
  --trading-core N  this core for the trading thread alone; what else computes does so on the others
                    while nobody else does; needs taskset and chrt (util-linux); not with --realtime
                    (docs/reliability.md)
  --tls-cert FILE   REST, WebSocket, OUCH, FIX and gRPC over TLS with this one, in PEM
  --tls-key FILE    its key, in PEM; where the files change, the next connections have the new ones

${WIRE_USAGE}
${LOG_USAGE}`;

const PORT_MAX = 65_535;
const ORDERS_PER_SECOND_MAX = 1_000_000;

const OPTIONS = {
  port: { type: "string", default: process.env["OUTCRY_PORT"] ?? "8000" },
  host: { type: "string", default: process.env["OUTCRY_HOST"] ?? "127.0.0.1" },
  data: DATA_OPTION,
  "no-simulator": { type: "boolean", default: false },
  "orders-per-second": { type: "string" },
  realtime: { type: "boolean", default: false },
  "trading-core": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  ...WIRE_OPTIONS,
  ...LOG_OPTIONS,
} as const;

export const verb: Verb = { name: "start", summary: "run the exchange", usage: USAGE, run };

async function run(args: string[]): Promise<number> {
  refuseOptionsOfNpm(process.env);
  const { values } = parseArgs({ args, options: OPTIONS });
  const options: VenueOptions = {
    dataDirectory: resolve(named("--data", "a directory", values.data)),
    host: named("--host", "an address", values.host),
    port: integerArgument("--port", values.port, 0, PORT_MAX),
    simulates: !values["no-simulator"],
    wire: readWireSettings(values),
    log: readLogSettings(values),
    ordersPerSecondMax: readRate(values["orders-per-second"]),
    isRealTime: values.realtime,
    tradingCore: tradingCoreArgument(values["trading-core"], values.realtime),
    tls: readTls(values["tls-cert"], values["tls-key"]),
  };
  refuseSharedPorts(options.port, options.wire);
  goOnUnread();
  mkdirSync(options.dataDirectory, { recursive: true });
  return runVenue(options);
}

/** `npm start --port 1` starts without that option: npm takes it for one of its own. */
function refuseOptionsOfNpm(env: NodeJS.ProcessEnv): void {
  if (env["npm_lifecycle_event"] !== "start") return;
  for (const name of Object.keys(OPTIONS)) {
    const setting = `npm_config_${name.replace(/^no-/, "").replaceAll("-", "_")}`;
    if (env[setting] === undefined) continue;
    throw usageError(`--${name}`, `it behind --, as in npm start -- --${name}`, "npm took it");
  }
}

/** Empty is what a variable without a value gives: never all addresses, nor the directory here. */
function named(what: string, expected: string, text: string): string {
  if (text === "") throw usageError(what, expected, "an empty text");
  return text;
}

function readRate(text: string | undefined): number | undefined {
  return text === undefined
    ? undefined
    : integerArgument("--orders-per-second", text, 1, ORDERS_PER_SECOND_MAX);
}

function readTls(certPath: string | undefined, keyPath: string | undefined): TlsFiles | undefined {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    throw usageError("--tls-cert, --tls-key", "both", "one of them");
  }
  return new TlsFiles(certPath, keyPath);
}
