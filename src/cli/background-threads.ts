// Threads that compute beside trading: history, snapshots, answers to questions. A thread runs
// where, and as urgently as, the thread does that starts it. So one thread, placed once, starts
// them all; the trading thread itself could place none without a fork of all its memory.

import { EventEmitter } from "node:events";
import { type Transferable, Worker } from "node:worker_threads";
import { workerUrl } from "../ops/worker-url.ts";
import type { HostReport, HostRequest, HostTask } from "./background-host.ts";

export class BackgroundThreads {
  readonly #cores: readonly number[] | undefined;
  readonly #threads = new Map<number, BackgroundThread>();
  #host: Worker | undefined;
  #lastId = 0;

  /** `cores`: where they compute, and only while nobody else does; undefined: anywhere. */
  constructor(cores?: readonly number[]) {
    this.#cores = cores;
    if (cores === undefined) return;
    this.#host = this.#startHost(); // While memory is small: to place it is to fork the process.
    this.#host.unref();
  }

  /** Starts the thread whose code is in `file`; see workerUrl(). */
  start(file: URL, workerData: unknown, transferList: Transferable[] = []): BackgroundThread {
    this.#host ??= this.#startHost();
    const host = this.#host;
    const id = ++this.#lastId;
    const thread = new BackgroundThread((what, message) => {
      host.postMessage({ what, id, message } satisfies HostRequest);
    });
    this.#threads.set(id, thread);
    host.ref(); // As long as one of them lives the process does not end by itself.
    const request: HostRequest = { what: "start", id, file: file.href, workerData, transferList };
    host.postMessage(request, transferList);
    return thread;
  }

  #startHost(): Worker {
    const workerData: HostTask = { cores: this.#cores };
    const host = new Worker(workerUrl(import.meta.url, "background-host"), { workerData });
    host.on("message", (report: HostReport) => this.#onReport(report));
    host.on("error", (error) => this.#onHostEnd(error));
    return host;
  }

  /** With it all that it started have ended. The next one is started by another. */
  #onHostEnd(error: Error): void {
    const ended = [...this.#threads.values()];
    this.#threads.clear();
    this.#host = undefined;
    for (const thread of ended) {
      thread.emit("error", error);
      thread.emit("exit");
    }
  }

  #onReport(report: HostReport): void {
    const thread = this.#threads.get(report.id);
    if (report.what === "exit") {
      this.#threads.delete(report.id);
      if (this.#threads.size === 0) this.#host?.unref();
      thread?.emit("exit");
    } else if (report.what === "error") {
      thread?.emit("error", report.error);
    } else {
      thread?.emit("message", report.message);
    }
  }
}

type Events = { message: [message: unknown]; error: [error: Error]; exit: [] };

/** As far as one is used, a Worker of Node. */
export class BackgroundThread extends EventEmitter<Events> {
  readonly #ask: (what: "post" | "end", message?: unknown) => void;
  #hasExited = false;

  constructor(ask: (what: "post" | "end", message?: unknown) => void) {
    super();
    this.#ask = ask;
    this.once("exit", () => {
      this.#hasExited = true;
    });
  }

  postMessage(message: unknown): void {
    this.#ask("post", message);
  }

  /** Ends it where it is; resolves once it has ended. */
  async terminate(): Promise<void> {
    if (this.#hasExited) return;
    const exited = new Promise<void>((resolve) => this.once("exit", () => resolve()));
    this.#ask("end");
    await exited;
  }
}
