// The thread that starts all others that compute beside trading (background-threads.ts), and hands
// on what they say.

import { constants, setPriority } from "node:os";
import { parentPort, type Transferable, Worker, workerData } from "node:worker_threads";
import { computeBeside } from "../ops/trading-core.ts";

/** `cores`: where they compute, and only while nobody else does; undefined: anywhere. */
export type HostTask = { readonly cores: readonly number[] | undefined };

export type HostRequest =
  | {
      readonly what: "start";
      readonly id: number;
      readonly file: string;
      readonly workerData: unknown;
      /** Of what is in `workerData`. */
      readonly transferList: Transferable[];
    }
  | { readonly what: "post" | "end"; readonly id: number; readonly message?: unknown };

export type HostReport =
  | { readonly what: "message"; readonly id: number; readonly message: unknown }
  | { readonly what: "error"; readonly id: number; readonly error: Error }
  | { readonly what: "exit"; readonly id: number };

const threads = new Map<number, Worker>();

function start({ id, file, workerData, transferList }: HostRequest & { what: "start" }): void {
  const thread = new Worker(new URL(file), { workerData, transferList });
  threads.set(id, thread);
  thread.on("message", (message) => report({ what: "message", id, message }));
  thread.on("error", (error) => report({ what: "error", id, error: copyOf(error) }));
  thread.on("exit", () => {
    threads.delete(id);
    report({ what: "exit", id });
  });
}

/** What Node makes of another thread's error has the form of one, and would not be copied again. */
function copyOf({ message, stack }: Error): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function report(told: HostReport): void {
  parentPort?.postMessage(told);
}

/** On Linux a priority is the calling thread's alone, and of what it starts. */
function yieldToTrading({ cores }: HostTask): void {
  if (process.platform === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  if (cores !== undefined) computeBeside(cores);
}

yieldToTrading(workerData as HostTask);
parentPort?.on("message", (request: HostRequest) => {
  if (request.what === "start") start(request);
  else if (request.what === "post") threads.get(request.id)?.postMessage(request.message);
  else void threads.get(request.id)?.terminate();
});
