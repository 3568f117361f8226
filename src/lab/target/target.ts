// A target that is ready: how to drive it, which process to watch, and how to end what we started.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { startVenueProcess, type VenueProcess } from "../bench/venue-process.ts";
import type { Drive, SocketAddress } from "../load/load-options.ts";
import { hasVisibleSockets, isListeningOn } from "../watch/listening-ports.ts";
import {
  addressText,
  announced,
  type Child,
  refuseTaken,
  startChild,
  untilListening,
} from "./child.ts";
import { startCommandChild } from "./command-child.ts";
import { pidOfContainer } from "./container.ts";
import { placeOf } from "./reach.ts";
import { TargetFailure } from "./target-failure.ts";
import {
  DATA_DIRECTORY,
  type DriveSpec,
  type EngineLayer,
  OUR_COMP_ID,
  type TargetSpec,
  type VenueProtocol,
} from "./target-spec.ts";

export type Target = {
  readonly name: string;
  readonly drive: Drive;
  /** The process that does the work; undefined where it is out of sight, or our own. */
  readonly pid: number | undefined;
  /** Which process is watched and why that one, where the lab had to find out. */
  readonly watched?: string | undefined;
  /** How it ended by itself; undefined while it runs, and where the lab did not start it. */
  ending?(): string | undefined;
  /** Whether the lab started it and may restart it, prefill it and copy it. */
  readonly isOurs: boolean;
  stop(): Promise<void>;
};

/** Two campaigns at once shall not meet on one port. */
const ANY_INSPECTOR_PORT = "--inspect-port=0";
const LOOPBACK = "127.0.0.1";
const LISTENING = /listening on (\S+)/;
const ENGINE_HOST = fileURLToPath(workerUrl(import.meta.url, "engine-host"));

/** `nodeFlags`: of our own engine's process, where it shall be profiled or simulated. */
export async function startTarget(
  spec: TargetSpec,
  nodeFlags: readonly string[] = [],
): Promise<Target> {
  const { drive, text } = spec;
  if (drive.kind === "engine") return await startEngine(text, drive.layer, nodeFlags, []);
  if (drive.kind === "venue") return await startVenue(text, drive.protocol, spec.dataRoot);
  const driven = driveOf(drive, spec.key ?? "");
  if (spec.command !== undefined && spec.pid === undefined && spec.container === undefined) {
    return await startCommand(text, driven, spec.command, spec.dataRoot);
  }
  const address = placeOf(driven);
  const pid = spec.container === undefined ? spec.pid : await pidOfContainer(spec.container);
  if (pid !== undefined && !existsSync(`/proc/${pid}`) && existsSync("/proc/self")) {
    throw new TargetFailure(`expected a process ${pid} to watch, found none`);
  }
  if (address !== undefined) await untilListening(address);
  const stop = async (): Promise<void> => undefined; // Not ours to end.
  const watched = pid === undefined ? undefined : namedText(pid, address);
  return { name: text, drive: driven, pid, watched, isOurs: false, stop };
}

/** A process that the user named may be another one than the one that listens. */
function namedText(pid: number, address: SocketAddress | undefined): string {
  const named = `process ${pid}, as named`;
  if (address === undefined || !hasVisibleSockets(pid)) return named;
  const where = addressText(address);
  if (isListeningOn(pid, address)) return `${named}: it listens on ${where}`;
  return `${named}: it does not listen on ${where}, so that what is told of it may be another's`;
}

/** The lab's echo server on the same kind of socket: the way there and back, and nothing else. */
export async function startEcho(layer: "unix" | "tcp"): Promise<Target> {
  return await startEngine(`echo:${layer}`, layer, [], ["--null"]);
}

export type DelayedTarget = Target & {
  /** Every order takes so many nanoseconds longer once this resolves. */
  delay(nanos: number): Promise<void>;
};

/** Our engine, which may be made slower while it runs. */
export async function startDelayedEngine(layer: "unix" | "tcp" | "udp"): Promise<DelayedTarget> {
  const { child, ...engine } = await startEngineProcess(layer, [], ["--delayed"], ENGINE_HOST);
  return {
    ...engine,
    name: `engine:${layer}, delayed`,
    async delay(nanos) {
      const told = announced(child, new RegExp(`delayed by (${nanos})\\n`));
      child.process.stdin?.write(`${nanos}\n`);
      await told;
    },
  };
}

/** The engine of another build (its folder), behind a Unix socket. */
export async function startBuild(dist: string): Promise<Target> {
  return await startEngine(dist, "unix", [], [], resolve(dist, "lab", "target", "engine-host.js"));
}

async function startEngine(
  name: string,
  layer: EngineLayer,
  nodeFlags: readonly string[],
  extra: readonly string[],
  host = ENGINE_HOST,
): Promise<Target> {
  const nothing = async (): Promise<void> => undefined;
  if (layer === "inprocess" || layer === "ring") {
    const kind = layer === "ring" ? "ring" : "engine";
    return { name, drive: { kind }, pid: undefined, isOurs: true, stop: nothing };
  }
  const { child: _, ...engine } = await startEngineProcess(layer, nodeFlags, extra, host);
  return { name, ...engine };
}

async function startEngineProcess(
  layer: "unix" | "tcp" | "udp",
  nodeFlags: readonly string[],
  extra: readonly string[],
  host: string,
): Promise<Omit<Target, "name"> & { readonly child: Child }> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-lab-"));
  const path = join(folder, "engine.sock");
  const flags = [
    ...process.execArgv,
    ANY_INSPECTOR_PORT,
    ...nodeFlags,
    host,
    layer,
    path,
    ...extra,
  ];
  const child = startChild(process.execPath, flags, ["pipe", "pipe", "pipe"]);
  const where = await announced(child, LISTENING);
  return {
    child,
    drive: engineDrive(layer, path, Number(where)),
    pid: child.pid,
    isOurs: true,
    async stop() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function engineDrive(layer: EngineLayer, path: string, port: number): Drive {
  if (layer === "unix") return { kind: "record", address: { path } };
  if (layer === "udp") return { kind: "udp", host: LOOPBACK, port };
  return { kind: "record", address: { host: LOOPBACK, port } };
}

const OPTIONS_OF_PROTOCOL: Readonly<Record<VenueProtocol, readonly string[]>> = {
  rest: [],
  websocket: [],
  ouch: [],
  fix: ["--fix-port", "0"],
  grpc: ["--grpc-port", "0"],
};

async function startVenue(
  name: string,
  protocol: VenueProtocol,
  dataRoot: string | undefined,
): Promise<Target> {
  const venue = await startVenueProcess(1, OPTIONS_OF_PROTOCOL[protocol], undefined, dataRoot);
  const drive = venueDrive(protocol, venue);
  return { name, drive, pid: venue.pid, isOurs: true, stop: () => venue.stop() };
}

function venueDrive(protocol: VenueProtocol, venue: VenueProcess): Drive {
  const { port, ouchPort, fixPort, grpcPort, key } = venue;
  switch (protocol) {
    case "rest":
      return { kind: "http", url: `http://${LOOPBACK}:${port}`, key };
    case "websocket":
      return { kind: "websocket", url: `ws://${LOOPBACK}:${port}/ws`, key };
    case "ouch":
      return { kind: "ouch", address: { host: LOOPBACK, port: ouchPort }, key };
    case "fix": {
      const address = { host: LOOPBACK, port: fixPort };
      return { kind: "fix", address, targetCompId: OUR_COMP_ID, key };
    }
    case "grpc":
      return { kind: "grpc", address: `${LOOPBACK}:${grpcPort}`, key };
  }
}

/** Of a target that the lab did not make. */
function driveOf(spec: Exclude<DriveSpec, { kind: "engine" | "venue" }>, key: string): Drive {
  switch (spec.kind) {
    case "http":
    case "websocket":
    case "ouch":
    case "fix":
    case "grpc":
      return { ...spec, key };
    default:
      return spec;
  }
}

async function startCommand(
  name: string,
  drive: Drive,
  command: string,
  dataRoot = tmpdir(),
): Promise<Target> {
  const address = placeOf(drive);
  if (address !== undefined) await refuseTaken(address);
  const directory = command.includes(DATA_DIRECTORY)
    ? mkdtempSync(join(dataRoot, "outcry-data-"))
    : undefined;
  const child = startCommandChild(command.replaceAll(DATA_DIRECTORY, directory ?? ""));
  const stop = async (): Promise<void> => {
    await child.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  };
  try {
    if (address !== undefined) await untilListening(address, child.ending);
  } catch (error) {
    await stop(); // What we started does not stay behind.
    throw error;
  }
  const { pid, why } = child.watched(address);
  return { name, drive, pid, watched: why, isOurs: true, ending: child.ending, stop };
}
