// What a user calls a target: how to drive it, from one word, and what to watch, from options.

import type { SocketAddress } from "../load/load-options.ts";

export type DriveSpec =
  | { readonly kind: "engine"; readonly layer: EngineLayer }
  | { readonly kind: "venue"; readonly protocol: VenueProtocol }
  | { readonly kind: "record"; readonly address: SocketAddress }
  | { readonly kind: "bytes"; readonly address: SocketAddress; readonly recording: string }
  | { readonly kind: "udp"; readonly host: string; readonly port: number }
  | { readonly kind: "ouch"; readonly address: SocketAddress }
  | { readonly kind: "fix"; readonly address: SocketAddress; readonly targetCompId: string }
  | { readonly kind: "grpc"; readonly address: string }
  | { readonly kind: "template"; readonly path: string }
  | { readonly kind: "http"; readonly url: string }
  | { readonly kind: "websocket"; readonly url: string }
  | { readonly kind: "module"; readonly path: string; readonly argument: string };

export const ENGINE_LAYERS = ["inprocess", "ring", "unix", "tcp", "udp"] as const;
export type EngineLayer = (typeof ENGINE_LAYERS)[number];

export const VENUE_PROTOCOLS = ["rest", "websocket", "ouch", "fix", "grpc"] as const;
export type VenueProtocol = (typeof VENUE_PROTOCOLS)[number];

const PORT_MAX = 65_535;

/** To whom a FIX logon goes where nobody says. */
export const OUR_COMP_ID = "OUTCRY";

export type TargetSpec = {
  /** As the user wrote it. */
  readonly text: string;
  readonly drive: DriveSpec;
  /** A process that is there already, or a command to start; neither: nothing is watched. */
  readonly pid?: number | undefined;
  readonly command?: string | undefined;
  readonly container?: string | undefined;
  readonly key?: string | undefined;
  /** Where a data directory of its own is made; the system's for temporary files by default. */
  readonly dataRoot?: string | undefined;
};

/** What stands in a command for a fresh directory, which is removed with the target. */
export const DATA_DIRECTORY = "{dataDir}";

/** Whether the lab says where the target keeps its data. */
export function keepsData({ drive, command }: TargetSpec): boolean {
  return drive.kind === "venue" || command?.includes(DATA_DIRECTORY) === true;
}

export const TARGET_HELP = `\
engine             our engine in a process of its own, over a Unix socket
  engine:LAYER       the same by inprocess, ring, unix, tcp or udp
  venue:rest         the whole exchange, durable, one order a request
  venue:websocket    the same over a WebSocket; venue:ouch by OUCH over TCP, venue:fix by FIX,
                     venue:grpc by gRPC's stream of batches
  unix:PATH          a server that speaks the lab's binary record (docs/protocols/lab-record.md)
  tcp:HOST:PORT      the same over TCP; udp:HOST:PORT in datagrams
  http://HOST:PORT   a running exchange of ours over REST, with --key
  ws://HOST:PORT/ws  the same over a WebSocket, with --key
  ouch:HOST:PORT     OUCH 5.0 over SoupBinTCP, with --key or --key USERNAME:PASSWORD
  fix:HOST:PORT      FIX 4.4, with the same; fix:HOST:PORT#ID for another TargetCompID than OUTCRY
  grpc:HOST:PORT     a running exchange of ours over gRPC, with --key
  template:FILE      your own protocol over HTTP or gRPC by a template (docs/lab.md)
  bytes:ADDRESS:FILE:N  a recording (each message after its length as u32), N bytes an answer
  module:FILE#ARG    a driver of your own (docs/lab.md)`;

/** Undefined for a word that names no target. */
export function parseDrive(text: string): DriveSpec | undefined {
  const engine = /^engine(?::(\w+))?$/.exec(text);
  if (engine !== null) {
    const layer = ENGINE_LAYERS.find((each) => each === (engine[1] ?? "unix"));
    return layer === undefined ? undefined : { kind: "engine", layer };
  }
  const venue = VENUE_PROTOCOLS.find((each) => text === `venue:${each}`);
  if (venue !== undefined) return { kind: "venue", protocol: venue };
  if (text.startsWith("http://")) return { kind: "http", url: text };
  if (text.startsWith("ws://")) return { kind: "websocket", url: text };
  const module = /^module:([^#]+)(?:#(.*))?$/.exec(text);
  if (module !== null) return { kind: "module", path: module[1], argument: module[2] ?? "" };
  const template = /^template:(.+)$/.exec(text)?.[1];
  if (template !== undefined) return { kind: "template", path: template };
  const fix = /^fix:(.+):(\d{1,5})(?:#(.+))?$/.exec(text);
  if (fix !== null) {
    const [, host = "", port, targetCompId = OUR_COMP_ID] = fix;
    const address = addressAt(host, port);
    return address && { kind: "fix", address, targetCompId };
  }
  const [, protocol, host = "", port = ""] = /^(udp|ouch|grpc):(.+):(\d{1,5})$/.exec(text) ?? [];
  const place = addressAt(host, port);
  if (protocol !== undefined && place === undefined) return undefined;
  if (protocol === "grpc") return { kind: "grpc", address: `${host}:${port}` };
  if (protocol === "udp") return place && { kind: "udp", ...place };
  if (protocol === "ouch") return place && { kind: "ouch", address: place };
  const bytes = /^bytes:(tcp:[^:]+:\d+|unix:[^:]+):(.+:\d+)$/.exec(text);
  if (bytes !== null) {
    const address = parseAddress(bytes[1]);
    return address && { kind: "bytes", address, recording: bytes[2] };
  }
  const address = parseAddress(text);
  return address && { kind: "record", address };
}

function parseAddress(text: string): SocketAddress | undefined {
  const unix = /^unix:(.+)$/.exec(text)?.[1];
  if (unix !== undefined) return { path: unix };
  const tcp = /^tcp:(.+):(\d{1,5})$/.exec(text);
  return tcp === null ? undefined : addressAt(tcp[1], tcp[2]);
}

/** Undefined for a port that there cannot be. */
function addressAt(host: string, port: string): { host: string; port: number } | undefined {
  const number = Number(port);
  return number > 0 && number <= PORT_MAX ? { host: bareHost(host), port: number } : undefined;
}

/** An IPv6 address stands in brackets: tcp:[::1]:9000. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
