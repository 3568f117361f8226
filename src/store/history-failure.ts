// What can go wrong between the history and its database. A refused query and a broken database
// look alike to a caller: the store cannot answer, and `code` says why.

/** The database refused or lost a statement; its own error is the cause. */
export const HISTORY_DATABASE = "HISTORY_DATABASE";
/** The data directory cannot be opened as a database. */
export const HISTORY_DIRECTORY = "HISTORY_DIRECTORY";
/** The tables were made by a newer version of this program. */
export const HISTORY_SCHEMA_NEWER = "HISTORY_SCHEMA_NEWER";
/** The log no longer gives the next command that the history needs. */
export const HISTORY_GAP = "HISTORY_GAP";
/** The tables contradict the log: rebuild them. */
export const HISTORY_DIVERGED = "HISTORY_DIVERGED";
/** A query asks for what no query may. */
export const HISTORY_QUERY = "HISTORY_QUERY";
/** As many queries as allowed wait for their answers. */
export const HISTORY_BUSY = "HISTORY_BUSY";
/** The thread or connection that answers is gone. */
export const HISTORY_CLOSED = "HISTORY_CLOSED";

export type HistoryFailureCode =
  | typeof HISTORY_DATABASE
  | typeof HISTORY_DIRECTORY
  | typeof HISTORY_SCHEMA_NEWER
  | typeof HISTORY_GAP
  | typeof HISTORY_DIVERGED
  | typeof HISTORY_QUERY
  | typeof HISTORY_BUSY
  | typeof HISTORY_CLOSED;

export class HistoryFailure extends Error {
  override name = "HistoryFailure";
  readonly code: HistoryFailureCode;

  constructor(code: HistoryFailureCode, message: string, details: { cause?: unknown } = {}) {
    super(message, details);
    this.code = code;
  }
}
