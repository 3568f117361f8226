import { type MessagePort, parentPort, workerData } from "node:worker_threads";

const { greeting, port = parentPort } = workerData as { greeting: string; port?: MessagePort };

parentPort?.on("message", answer);
if (port !== parentPort) port?.on("message", answer);

function answer(asked: string): void {
  if (asked === "fail") throw new Error(`${greeting} was told to fail`);
  port?.postMessage(`${greeting} ${asked}`);
}
