// The history seen from the exchange's thread: starts the other thread, tells it how far the log is
// durable, asks it questions and stops it once it has written everything.

import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { workerUrl } from "../ops/worker-url.ts";
import { RemoteHistory } from "../store/history-rpc.ts";
import {
  DURABLE_SEQUENCE,
  HISTORY_SEQUENCE,
  type HistoryTask,
  NOT_STOPPING,
  SEQUENCES,
  STOP_AT_SEQUENCE,
} from "./history-task.ts";

/** Both in a checkout and in an installed package: beside src or dist. */
const EMPTY_DATABASE_FILE = fileURLToPath(
  new URL("../../dist-database/empty.tgz", import.meta.url),
);

export class History {
  readonly queries: RemoteHistory;
  readonly #worker: Worker;
  readonly #sequences: BigInt64Array;
  readonly #exited: Promise<unknown>;

  private constructor(worker: Worker, queries: RemoteHistory, sequences: BigInt64Array) {
    this.#worker = worker;
    this.queries = queries;
    this.#sequences = sequences;
    this.#exited = once(worker, "exit");
  }

  /**
   * Follows the log in `logDirectory` into the database; resolves when it can be asked. `onFailure`
   * hears of a thread that dies later: trading goes on, the history does not.
   */
  static async start(
    logDirectory: string,
    databaseDirectory: string,
    onFailure: (error: Error) => void,
  ): Promise<History> {
    const { port1, port2 } = new MessageChannel();
    const shared = new SharedArrayBuffer(SEQUENCES * 8);
    const sequences = new BigInt64Array(shared);
    sequences[STOP_AT_SEQUENCE] = NOT_STOPPING;
    const task: HistoryTask = {
      ...{ logDirectory, databaseDirectory, emptyDatabaseFile: EMPTY_DATABASE_FILE },
      ...{ port: port2, sequences: shared },
    };
    const worker = new Worker(workerUrl(import.meta.url, "history-thread"), {
      workerData: task,
      transferList: [port2],
    });
    await once(worker, "message");
    worker.on("error", onFailure);
    return new History(worker, new RemoteHistory(port1), sequences);
  }

  /** The log is durable up to here. */
  announce(durableSequence: number): void {
    Atomics.store(this.#sequences, DURABLE_SEQUENCE, BigInt(durableSequence));
    Atomics.notify(this.#sequences, DURABLE_SEQUENCE);
  }

  /** The last sequence that is in the database. */
  sequence(): number {
    return Number(Atomics.load(this.#sequences, HISTORY_SEQUENCE));
  }

  /** Writes everything up to `sequence`, which is durable, and ends the thread. */
  async stop(sequence: number): Promise<void> {
    Atomics.store(this.#sequences, STOP_AT_SEQUENCE, BigInt(sequence));
    Atomics.notify(this.#sequences, STOP_AT_SEQUENCE);
    this.announce(sequence);
    await this.#exited;
    await this.#worker.terminate();
  }
}
