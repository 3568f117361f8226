// A process that the lab starts and ends, found by what it prints or by what it listens on.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import type { SocketAddress } from "../load/load-options.ts";
import { TargetFailure } from "./target-failure.ts";

export type Child = {
  readonly pid: number;
  readonly process: ChildProcess;
  /** SIGTERM, then SIGKILL after STOP_MILLIS_MAX; resolves when it is gone. */
  stop(): Promise<void>;
};

export const STOP_MILLIS_MAX = 5000;
/** What we start may have much to load; what should run already does so now. */
const STARTING_MILLIS_MAX = 60_000;
const RUNNING_MILLIS_MAX = 2000;
const RETRY_MILLIS = 50;

export function startChild(
  program: string,
  args: readonly string[],
  stdio: ["ignore" | "pipe", "pipe" | "ignore", "pipe" | "inherit" | "ignore"],
): Child {
  const child = spawn(program, args, { stdio });
  const exited = once(child, "exit").catch(() => undefined);
  child.on("error", () => undefined); // Told by the pid that is missing.
  if (child.pid === undefined) throw new Error(`${program} did not start`);
  return {
    pid: child.pid,
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MILLIS_MAX);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * What the pattern's first group matches in the child's output from now on; rejects when it ends
 * before.
 */
export function announced({ process }: Child, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const onExit = (code: number | null): void => {
      reject(new Error(`the target ended: ${code}\n${text}`));
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found === undefined) return;
      process.off("exit", onExit);
      process.stdout?.off("data", onData);
      process.stdout?.resume(); // Nobody's pipe fills up.
      resolve(found);
    };
    process.once("exit", onExit);
    process.stdout?.on("data", onData);
  });
}

/**
 * Waits until somebody listens there; `failure`: of what we started for it, why nobody will.
 * Rejects with LAB_TARGET.
 */
export async function untilListening(
  address: SocketAddress,
  failure?: () => string | undefined,
): Promise<void> {
  const millisMax = failure === undefined ? RUNNING_MILLIS_MAX : STARTING_MILLIS_MAX;
  const deadline = performance.now() + millisMax;
  const expected = `expected a server on ${addressText(address)} within ${millisMax / 1000} s`;
  for (;;) {
    const ended = failure?.();
    if (ended !== undefined) throw new TargetFailure(`${expected}; ${ended}`);
    const socket = connect(address);
    try {
      await once(socket, "connect");
      if (failure?.() === undefined) return; // Else the next turn tells.
    } catch (error) {
      if (performance.now() > deadline) {
        throw new TargetFailure(`${expected}, found none`, { cause: error });
      }
      await wait(RETRY_MILLIS);
    } finally {
      socket.destroy();
    }
  }
}

/** Rejects with LAB_TARGET where somebody listens: whoever is started there would not be heard. */
export async function refuseTaken(address: SocketAddress): Promise<void> {
  const socket = connect(address);
  try {
    await once(socket, "connect");
  } catch {
    return;
  } finally {
    socket.destroy();
  }
  throw new TargetFailure(
    `expected nobody on ${addressText(address)} before --command is started, found a server: end ` +
      "it, or watch it with --pid instead",
  );
}

/** "code 1" or "SIGTERM"; undefined while it runs. */
export function endOf({ exitCode, signalCode }: ChildProcess): string | undefined {
  return signalCode ?? (exitCode === null ? undefined : codeText(exitCode));
}

/** A shell says of what a signal ended: 128 and its number. */
function codeText(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return signal === undefined ? `code ${code}` : `code ${code} (${signal})`;
}

export function addressText(address: SocketAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const { host, port } = address;
  return `tcp:${host.includes(":") ? `[${host}]` : host}:${port}`;
}
