// The history seen from the exchange's thread: starts the other thread, tells it how far the log is
// durable, asks it questions and stops it once it has written everything.

import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { endsWithin } from "../ops/shutdown.ts";
import { workerUrl } from "../ops/worker-url.ts";
import { RemoteHistory } from "../store/history-rpc.ts";
import type { BackgroundThread, BackgroundThreads } from "./background-threads.ts";
import {
  DURABLE_SEQUENCE,
  HISTORY_SEQUENCE,
  type HistoryTask,
  NOT_STOPPING,
  SEQUENCES,
  STOP_AT_SEQUENCE,
  STOP_WITHIN_MILLIS,
  SYNCED_SEQUENCE,
} from "./history-task.ts";

/** Both in a checkout and in an installed package: beside src or dist. */
const EMPTY_DATABASE_FILE = fileURLToPath(
  new URL("../../dist-database/empty.tgz", import.meta.url),
);

/** A lag of seconds is written in it; whoever supervises the process waits no longer than usual. */
const STOP_MILLIS_MAX = 3000;
/** Then the database opens, where it was about to, writes what it has in memory and closes. */
const CLOSE_MILLIS_MAX = 15_000;

export class History {
  readonly queries: RemoteHistory;
  readonly #sequences: BigInt64Array;
  readonly #thread: BackgroundThread;
  readonly #exited: Promise<void>;

  /**
   * Follows the log in `logDirectory` into the database. Questions wait until that is open, which
   * takes seconds after a crash; trading does not. `onFailure` hears of a thread that dies: trading
   * goes on, the history does not. `isSynced`: segments that it has read may be removed.
   */
  constructor(
    threads: BackgroundThreads,
    logDirectory: string,
    databaseDirectory: string,
    onFailure: (error: Error) => void,
    isSynced = false,
  ) {
    const { port1, port2 } = new MessageChannel();
    const shared = new SharedArrayBuffer(SEQUENCES * 8);
    this.#sequences = new BigInt64Array(shared);
    this.#sequences[STOP_AT_SEQUENCE] = NOT_STOPPING;
    const task: HistoryTask = {
      ...{ logDirectory, databaseDirectory, emptyDatabaseFile: EMPTY_DATABASE_FILE },
      ...{ port: port2, sequences: shared, isSynced },
    };
    const thread = threads.start(workerUrl(import.meta.url, "history-thread"), task, [port2]);
    this.#thread = thread;
    this.#exited = new Promise((resolve) => thread.on("exit", resolve));
    thread.on("error", onFailure);
    this.queries = new RemoteHistory(port1);
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

  /** The last sequence that is on the disk itself; 0 where the history is not synced. */
  syncedSequence(): number {
    return Number(Atomics.load(this.#sequences, SYNCED_SEQUENCE));
  }

  /**
   * Writes everything up to `sequence`, which is durable, or what it can within `withinMillis`, and
   * ends the thread. False: something is missing, and the next start writes it.
   */
  async stop(
    sequence: number,
    withinMillis = STOP_MILLIS_MAX,
    closeMillis = CLOSE_MILLIS_MAX,
  ): Promise<boolean> {
    this.queries.close();
    Atomics.store(this.#sequences, STOP_WITHIN_MILLIS, BigInt(withinMillis));
    Atomics.store(this.#sequences, STOP_AT_SEQUENCE, BigInt(sequence));
    Atomics.notify(this.#sequences, STOP_AT_SEQUENCE);
    this.announce(sequence);
    // On a full disk PostgreSQL may never return; what it has committed outlives its thread.
    if (!(await endsWithin(this.#exited, withinMillis + closeMillis))) {
      await this.#thread.terminate();
    }
    return this.sequence() >= sequence;
  }
}
