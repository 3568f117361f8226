// What the exchange's thread and the history's thread share.

import type { MessagePort } from "node:worker_threads";

export type HistoryTask = {
  readonly logDirectory: string;
  readonly databaseDirectory: string;
  /** What the build made; a new database starts from it. */
  readonly emptyDatabaseFile: string;
  readonly port: MessagePort;
  /** Whether it syncs what it wrote from time to time: where segments may go that it has read. */
  readonly isSynced: boolean;
  /** Signed 64-bit integers at the places below. */
  readonly sequences: SharedArrayBuffer;
};

/** The last durable sequence; the exchange's thread writes it and wakes the other. */
export const DURABLE_SEQUENCE = 0;
/** The last sequence whose rows are committed. */
export const HISTORY_SEQUENCE = 1;
/** NOT_STOPPING while running; then the sequence after which the history's thread ends. */
export const STOP_AT_SEQUENCE = 2;
export const NOT_STOPPING = -1n;
/** The last sequence whose rows were synced: what a loss of power leaves of the history. */
export const SYNCED_SEQUENCE = 3;
/** How long it may go on writing once it is to stop; the next start writes the rest. */
export const STOP_WITHIN_MILLIS = 4;
export const SEQUENCES = 5;
