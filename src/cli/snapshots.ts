// Snapshots and seals seen from the exchange's thread: asks the other thread for one whenever
// enough commands are durable since the last, or enough time has passed. Nothing waits for it.

import type { RetentionLimits } from "../log/retention.ts";
import { type Log, stderrLog } from "../ops/logging.ts";
import { workerUrl } from "../ops/worker-url.ts";
import type { BackgroundThread, BackgroundThreads } from "./background-threads.ts";
import { SnapshotPace } from "./snapshot-pace.ts";
import type { SnapshotReply, SnapshotRequest, SnapshotTask } from "./snapshot-task.ts";

const SEAL_MILLIS_DEFAULT = 60_000;
const SECOND_MILLIS = 1000;

export type SnapshotOptions = {
  readonly threads: BackgroundThreads;
  readonly logDirectory: string;
  /** Commands from one snapshot to the next; in a burst there are more (SnapshotPace). */
  readonly everyCommands: number;
  readonly retention: RetentionLimits;
  /** A private Ed25519 key (PEM) that signs the history; "" for none. */
  readonly sealKeyPem?: string;
  readonly sealMillis?: number;
  /** The last command that a reader of the log which starts anew has behind it. */
  readonly readersSequence: () => number;
  readonly log?: Log;
};

export class Snapshots {
  readonly #options: SnapshotOptions;
  readonly #log: Log;
  #thread: BackgroundThread | undefined;
  /** Where the last one was taken, or tried. */
  #lastSequence: number;
  #snapshotSequence: number;
  /** Asked for, not answered yet. */
  readonly #underWay = new Set<SnapshotRequest["what"]>();
  readonly #pace: SnapshotPace;
  readonly #paceTimer: NodeJS.Timeout;
  readonly #sealTimer: NodeJS.Timeout | undefined;
  #durableSequence: number;
  /** Stopped, or the thread died: no more are asked for. */
  #isOver = false;

  /** `snapshotSequence`: the one that the exchange started from. */
  constructor(options: SnapshotOptions, snapshotSequence: number) {
    this.#options = options;
    this.#log = options.log ?? stderrLog;
    this.#lastSequence = snapshotSequence;
    this.#snapshotSequence = snapshotSequence;
    this.#durableSequence = snapshotSequence;
    this.#pace = new SnapshotPace(options.everyCommands, snapshotSequence);
    this.#paceTimer = setInterval(() => this.#onSecond(), SECOND_MILLIS).unref();
    if ((options.sealKeyPem ?? "") === "") return;
    const millis = options.sealMillis ?? SEAL_MILLIS_DEFAULT;
    this.#sealTimer = setInterval(() => this.#ask("seal"), millis).unref();
  }

  /** Of the newest whole snapshot. */
  get sequence(): number {
    return this.#snapshotSequence;
  }

  /** The log is durable up to here. */
  announce(durableSequence: number): void {
    this.#durableSequence = durableSequence;
    if (!this.#pace.isDue(durableSequence - this.#lastSequence)) return;
    if (this.#ask("snapshot")) this.#lastSequence = durableSequence;
  }

  /** One that waited for the end of a burst is taken though no more commands come. */
  #onSecond(): void {
    this.#pace.onSecond(this.#durableSequence);
    this.announce(this.#durableSequence);
  }

  /** What is being written is given up: the log has it all. */
  async stop(): Promise<void> {
    this.#isOver = true;
    clearInterval(this.#sealTimer);
    clearInterval(this.#paceTimer);
    await this.#thread?.terminate();
  }

  #ask(what: SnapshotRequest["what"]): boolean {
    if (this.#underWay.has(what) || this.#isOver) return false;
    this.#underWay.add(what);
    this.#thread ??= this.#start();
    const durableSequence = this.#durableSequence;
    const readersSequence = this.#options.readersSequence();
    const request: SnapshotRequest = { what, durableSequence, readersSequence };
    this.#thread.postMessage(request);
    return true;
  }

  #start(): BackgroundThread {
    const { threads, logDirectory, retention, sealKeyPem = "" } = this.#options;
    const task: SnapshotTask = { logDirectory, retention, sealKeyPem };
    const thread = threads.start(workerUrl(import.meta.url, "snapshot-thread"), task);
    thread.on("message", (reply) => this.#onReply(reply as SnapshotReply));
    thread.on("error", (error) => {
      this.#isOver = true;
      this.#log("error", "no more snapshots; trading goes on", { message: error.message });
    });
    return thread;
  }

  #onReply(reply: SnapshotReply): void {
    if ("failure" in reply) {
      this.#underWay.clear(); // The thread answers one after the other: ask again for either.
      this.#log("error", "a snapshot or seal failed; tried again later", { why: reply.failure });
    } else if ("taken" in reply) {
      this.#underWay.delete("snapshot");
      const { sequence, payloadBytes, stateHash, removed } = reply.taken;
      this.#snapshotSequence = sequence;
      this.#log("info", "snapshot", { sequence, payloadBytes, stateHash, ...removed });
    } else {
      this.#underWay.delete("seal");
    }
  }
}
