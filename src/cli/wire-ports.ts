// The ports of the field's own protocols, each only where it is asked for: what `outcry start` says
// of them, and what starts and stops.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConnectionBudget } from "../gateway/connection-budget.ts";
import { type FixGateway, startFix } from "../gateway/fix/fix-gateway.ts";
import type { GrpcGateway } from "../gateway/grpc/grpc-gateway.ts";
import { startItch } from "../gateway/itch/itch-gateway.ts";
import type { MoldReceiver } from "../gateway/itch/mold-sender.ts";
import type { KeyRing } from "../gateway/keys.ts";
import { OuchAccounts } from "../gateway/ouch/ouch-accounts.ts";
import { startOuch } from "../gateway/ouch/ouch-gateway.ts";
import { startOuchUdp } from "../gateway/ouch/ouch-udp-gateway.ts";
import type { TlsCertificate } from "../gateway/tls-certificate.ts";
import type { UnreadBudget } from "../gateway/unread-budget.ts";
import type { HistoryQueries } from "../model/history.ts";
import type { Venue } from "../model/venue.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { BackgroundThreads } from "./background-threads.ts";
import { LogReports } from "./past-reports.ts";
import { integerArgument, usageError } from "./verb.ts";

const PORT_MAX = 65_535;
/** Both in a checkout and in an installed package: beside src or dist. */
const PROTO_DIRECTORY = fileURLToPath(new URL("../../proto", import.meta.url));

export const WIRE_USAGE = `The field's own protocols, off unless asked for (docs/protocols):

  --ouch-port N     OUCH 5.0 over SoupBinTCP on this port (or OUTCRY_OUCH_PORT; 0: any)
  --ouch-udp-port N OUCH 5.0 over UDP (or OUTCRY_OUCH_UDP_PORT)
  --fix-port N      FIX 4.4 on this port (or OUTCRY_FIX_PORT; 0: any)
  --grpc-port N     gRPC, proto/outcry/v1 (or OUTCRY_GRPC_PORT)
  --itch-port N     ITCH 5.0 over SoupBinTCP, and MoldUDP64's retransmissions (or OUTCRY_ITCH_PORT)
  --itch-to LIST    HOST:PORT, several with commas: ITCH over MoldUDP64 goes there
`;

export const WIRE_OPTIONS = {
  "ouch-port": { type: "string", default: process.env["OUTCRY_OUCH_PORT"] ?? "" },
  "ouch-udp-port": { type: "string", default: process.env["OUTCRY_OUCH_UDP_PORT"] ?? "" },
  "fix-port": { type: "string", default: process.env["OUTCRY_FIX_PORT"] ?? "" },
  "grpc-port": { type: "string", default: process.env["OUTCRY_GRPC_PORT"] ?? "" },
  "itch-port": { type: "string", default: process.env["OUTCRY_ITCH_PORT"] ?? "" },
  "itch-to": { type: "string", default: process.env["OUTCRY_ITCH_TO"] ?? "" },
} as const;

/** Ports: undefined is none. */
export type WireSettings = {
  readonly ouchPort: number | undefined;
  readonly ouchUdpPort: number | undefined;
  readonly fixPort: number | undefined;
  readonly grpcPort: number | undefined;
  readonly itchPort: number | undefined;
  readonly itchReceivers: readonly MoldReceiver[];
};

export function readWireSettings(
  values: Readonly<Record<keyof typeof WIRE_OPTIONS, string>>,
): WireSettings {
  const itchPort = portOf("--itch-port", values["itch-port"]);
  const itchReceivers = receiversOf(values["itch-to"]);
  if (itchReceivers.length > 0 && itchPort === undefined) {
    throw usageError(
      "--itch-to",
      "--itch-port too: receivers ask there for what they miss",
      "none",
    );
  }
  return {
    ouchPort: portOf("--ouch-port", values["ouch-port"]),
    ouchUdpPort: portOf("--ouch-udp-port", values["ouch-udp-port"]),
    fixPort: portOf("--fix-port", values["fix-port"]),
    grpcPort: portOf("--grpc-port", values["grpc-port"]),
    itchPort,
    itchReceivers,
  };
}

/** One port, two protocols: found before anything is made. Over UDP ports are others. */
export function refuseSharedPorts(restPort: number, wire: WireSettings): void {
  const { ouchPort, fixPort, grpcPort, itchPort, ouchUdpPort } = wire;
  const tcp = { port: restPort, ouch: ouchPort, fix: fixPort, grpc: grpcPort, itch: itchPort };
  for (const ports of [tcp, { itch: itchPort, "ouch-udp": ouchUdpPort }]) {
    const taken = new Map<number, string>();
    for (const [name, port] of Object.entries(ports)) {
      if (port === undefined || port === 0) continue;
      const flag = name === "port" ? "--port" : `--${name}-port`;
      const other = taken.get(port);
      if (other !== undefined) throw usageError(flag, `another port than ${other}`, String(port));
      taken.set(port, flag);
    }
  }
}

function portOf(flag: string, text: string): number | undefined {
  return text === "" ? undefined : integerArgument(flag, text, 0, PORT_MAX);
}

function receiversOf(text: string): MoldReceiver[] {
  if (text === "") return [];
  return text.split(",").map((each) => {
    const [, host = "", port = ""] = /^([\w.-]+):(\d+)$/.exec(each) ?? [];
    if (host === "") throw usageError("--itch-to", "HOST:PORT, several with commas", each);
    return { host, port: integerArgument("--itch-to", port, 1, PORT_MAX) };
  });
}

export type WirePorts = {
  /** Takes no more requests and answers what was entered. */
  stopEntry(): Promise<void>;
  /** Says that the session of market data is over, once everything is said. */
  stopData(): Promise<void>;
};

export type WireParts = {
  readonly threads: BackgroundThreads;
  readonly venue: Venue;
  readonly history: HistoryQueries;
  readonly keys: KeyRing;
  readonly host: string;
  readonly metrics: Metrics;
  /** Undefined: any number. */
  readonly ordersPerSecondMax: number | undefined;
  /** Of OUCH, FIX and gRPC over TCP; undefined: no TLS. */
  readonly tls: TlsCertificate | undefined;
  readonly connections: ConnectionBudget;
  readonly unread: UnreadBudget;
  /** Where the venue keeps what it keeps; its log is in there. */
  readonly dataDirectory: string;
};

type Port = { stop(): Promise<unknown> };

/** Where one cannot be opened, those before it are closed again. */
export async function startWirePorts(settings: WireSettings, parts: WireParts): Promise<WirePorts> {
  const entry: Port[] = [];
  const data: Port[] = [];
  try {
    await openEntry(settings, parts, entry);
    await openData(settings, parts, data);
  } catch (error) {
    await stopAll([...entry, ...data]);
    throw error;
  }
  return { stopEntry: () => stopAll(entry), stopData: () => stopAll(data) };
}

async function stopAll(ports: readonly Port[]): Promise<void> {
  await Promise.all(ports.map((port) => port.stop()));
}

async function openEntry(
  { ouchPort, ouchUdpPort, fixPort, grpcPort }: WireSettings,
  parts: WireParts,
  open: Port[],
): Promise<void> {
  // One account's numbers are used up whichever way its requests come.
  const ouchParts = { ...parts, accounts: new OuchAccounts(parts.venue.ouch) };
  if (ouchPort !== undefined) {
    const ouch = await startOuch({ ...ouchParts, port: ouchPort });
    open.push(ouch);
    console.log(`OUCH 5.0 over SoupBinTCP is open at ${parts.host}, port ${ouch.port}`);
  }
  if (ouchUdpPort !== undefined) {
    const ouchUdp = await startOuchUdp({ ...ouchParts, port: ouchUdpPort });
    open.push(ouchUdp);
    console.log(`OUCH 5.0 over UDP is open at ${parts.host}, port ${ouchUdp.port}`);
  }
  if (fixPort !== undefined) open.push(await openFix(parts, fixPort));
  if (grpcPort !== undefined) open.push(await openGrpc(parts, grpcPort));
}

async function openData(
  { itchPort, itchReceivers }: WireSettings,
  { venue: { itch }, host, metrics, connections, unread }: WireParts,
  open: Port[],
): Promise<void> {
  if (itchPort === undefined || itch === undefined) return;
  const parts = { itch, host, metrics, connections, unread };
  const data = await startItch({ ...parts, port: itchPort, receivers: itchReceivers });
  open.push(data);
  console.log(`ITCH 5.0 is open at ${host}, port ${data.port}, session ${itch.session}`);
}

async function openFix(parts: WireParts, port: number): Promise<FixGateway> {
  const { threads, venue, dataDirectory } = parts;
  const durableSequence = (): number => venue.health().durableSequence;
  const past = new LogReports(threads, join(dataDirectory, "log"), durableSequence);
  const fix = await startFix({ ...parts, past, directory: join(dataDirectory, "fix"), port });
  console.log(`FIX 4.4 is open at ${parts.host}, port ${fix.port}`);
  return fix;
}

/** The library takes 200 ms to load: only who asks for gRPC waits for it. */
async function openGrpc(parts: WireParts, port: number): Promise<GrpcGateway> {
  const { startGrpc } = await import("../gateway/grpc/grpc-gateway.ts");
  const grpc = await startGrpc({ ...parts, port, protoDirectory: PROTO_DIRECTORY });
  console.log(`gRPC is open at ${parts.host}, port ${grpc.port}`);
  return grpc;
}
