// A target that is ready: how to drive it, which process to watch, and how to end what we started.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { startVenueProcess, type VenueProcess } from "../bench/venue-process.ts";
import type { Drive } from "../load/load-options.ts";
import { announced, type Child, startChild, untilListening } from "./child.ts";
import { pidOfContainer } from "./container.ts";
import type { DriveSpec, EngineLayer, TargetSpec, VenueProtocol } from "./target-spec.ts";

export type Target = {
  readonly name: string;
  readonly drive: Drive;
  /** The process that does the work; undefined where it is out of sight, or our own. */
  readonly pid: number | undefined;
  /** Whether the lab started it and may restart it, prefill it and copy it. */
  readonly isOurs: boolean;
  stop(): Promise<void>;
};

/** Two campaigns at once shall not meet on one port. */
const ANY_INSPECTOR_PORT = "--inspect-port=0";
const LOOPBACK = "127.0.0.1";
const LISTENING = /listening on (\S+)/;

/** `nodeFlags`: of our own engine's process, where it shall be profiled or simulated. */
export async function startTarget(
  spec: TargetSpec,
  nodeFlags: readonly string[] = [],
): Promise<Target> {
  const { drive, text } = spec;
  if (drive.kind === "engine") return await startEngine(text, drive.layer, nodeFlags, []);
  if (drive.kind === "venue") return await startVenue(text, drive.protocol);
  const watched = await watchedProcess(spec);
  const driven = driveOf(drive, spec.key ?? "");
  if (driven.kind === "record" || driven.kind === "bytes" || driven.kind === "ouch") {
    try {
      await untilListening(driven.address);
    } catch (error) {
      await watched.child?.stop(); // What we started does not stay behind.
      throw error;
    }
  }
  return {
    name: text,
    drive: driven,
    pid: watched.pid,
    isOurs: spec.command !== undefined,
    stop: async () => await watched.child?.stop(),
  };
}

/** The lab's echo server on the same kind of socket: the way there and back, and nothing else. */
export async function startEcho(layer: "unix" | "tcp"): Promise<Target> {
  return await startEngine(`echo:${layer}`, layer, [], ["--null"]);
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
  host = fileURLToPath(workerUrl(import.meta.url, "engine-host")),
): Promise<Target> {
  const nothing = async (): Promise<void> => undefined;
  if (layer === "inprocess" || layer === "ring") {
    const kind = layer === "ring" ? "ring" : "engine";
    return { name, drive: { kind }, pid: undefined, isOurs: true, stop: nothing };
  }
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
  const child = startChild(process.execPath, flags, ["ignore", "pipe", "pipe"]);
  const where = await announced(child, LISTENING);
  return {
    name,
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

async function startVenue(name: string, protocol: VenueProtocol): Promise<Target> {
  const venue = await startVenueProcess();
  const drive = venueDrive(protocol, venue);
  return { name, drive, pid: venue.pid, isOurs: true, stop: () => venue.stop() };
}

function venueDrive(protocol: VenueProtocol, { port, ouchPort, key }: VenueProcess): Drive {
  switch (protocol) {
    case "rest":
      return { kind: "http", url: `http://${LOOPBACK}:${port}`, key };
    case "websocket":
      return { kind: "websocket", url: `ws://${LOOPBACK}:${port}/ws`, key };
    case "ouch":
      return { kind: "ouch", address: { host: LOOPBACK, port: ouchPort }, key };
  }
}

/** Of a target that the lab did not make. */
function driveOf(spec: Exclude<DriveSpec, { kind: "engine" | "venue" }>, key: string): Drive {
  if (spec.kind === "http") return { kind: "http", url: spec.url, key };
  if (spec.kind === "websocket") return { kind: "websocket", url: spec.url, key };
  if (spec.kind === "ouch") return { kind: "ouch", address: spec.address, key };
  return spec;
}

async function watchedProcess(spec: TargetSpec): Promise<{ pid?: number; child?: Child }> {
  if (spec.pid !== undefined) return { pid: spec.pid };
  if (spec.container !== undefined) return { pid: await pidOfContainer(spec.container) };
  if (spec.command === undefined) return {};
  // `exec`: the shell becomes the command, so that the pid is the one to watch.
  const child = startChild(
    "/bin/sh",
    ["-c", `exec ${spec.command}`],
    ["ignore", "ignore", "inherit"],
  );
  return { pid: child.pid, child };
}
