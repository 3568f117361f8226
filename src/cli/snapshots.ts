// Snapshots seen from the exchange's thread: asks the other thread for one whenever enough commands
// are durable since the last. Nothing waits for the answer.

import { Worker } from "node:worker_threads";
import type { RetentionLimits } from "../log/retention.ts";
import { type Log, stderrLog } from "../ops/logging.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotTask } from "./snapshot-task.ts";

export type SnapshotOptions = {
  readonly logDirectory: string;
  /** Commands from one snapshot to the next: what a restart replays at most, about. */
  readonly everyCommands: number;
  readonly retention: RetentionLimits;
  /** The last command that a reader of the log which starts anew has behind it. */
  readonly readersSequence: () => number;
  readonly log?: Log;
};

export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #log: Log;
  #worker: Worker | undefined;
  /** Where the last one was taken, or tried. */
  #lastSequence: number;
  #snapshotSequence: number;
  #isTaking = false;
  /** Stopped, or the thread died: no more are asked for. */
  #isOver = false;

  /** `snapshotSequence`: the one that the exchange started from. */
  constructor(options: SnapshotOptions, snapshotSequence: number) {
    this.#options = options;
    this.#log = options.log ?? stderrLog;
    this.#lastSequence = snapshotSequence;
    this.#snapshotSequence = snapshotSequence;
  }

  /** Of the newest whole snapshot. */
  get sequence(): number {
    return this.#snapshotSequence;
  }

  /** The log is durable up to here. */
  announce(durableSequence: number): void {
    if (durableSequence - this.#lastSequence < this.#options.everyCommands) return;
    if (this.#isTaking || this.#isOver) return;
    this.#isTaking = true;
    this.#lastSequence = durableSequence;
    this.#worker ??= this.#start();
    const readersSequence = this.#options.readersSequence();
    const request: SnapshotRequest = { durableSequence, readersSequence };
    this.#worker.postMessage(request);
  }

  /** What is being written is given up: the log has it all. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const { logDirectory, retention } = this.#options;
    const task: SnapshotTask = { logDirectory, retention };
    const worker = new Worker(workerUrl(import.meta.url, "snapshot-thread"), { workerData: task });
    worker.on("message", (reply: SnapshotReply) => this.#onReply(reply));
    worker.on("error", (error) => {
      this.#isOver = true;
      this.#log("error", "no more snapshots; trading goes on", { message: error.message });
    });
    worker.unref();
    return worker;
  }

  #onReply(reply: SnapshotReply): void {
    this.#isTaking = false;
    if ("failure" in reply) {
      this.#log("error", "a snapshot failed; the next is tried later", { message: reply.failure });
      return;
    }
    this.#snapshotSequence = reply.sequence;
    const { sequence, payloadBytes, stateHash, removed } = reply;
    this.#log("info", "snapshot", { sequence, payloadBytes, stateHash, ...removed });
  }
}
