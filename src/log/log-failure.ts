// What can go wrong with the log in the outside world: its files, its disk, a second process. A
// refusal (the batch is full) is a value and not here; a broken invariant is an AssertionError.

/**
 * Valid data follows data that is not, a segment is missing, or the order is not the one written.
 */
export const LOG_DAMAGED = "LOG_DAMAGED";
/** A segment was written in a format this program does not know. */
export const LOG_VERSION = "LOG_VERSION";
/** A living process has the directory open. */
export const LOG_LOCKED = "LOG_LOCKED";
/** A commit could not be made durable. */
export const LOG_WRITE_FAILED = "LOG_WRITE_FAILED";
/** The next segment could not be prepared. */
export const LOG_SEGMENT_FAILED = "LOG_SEGMENT_FAILED";
/** A segment could not be read. */
export const LOG_READ_FAILED = "LOG_READ_FAILED";
/** A running exchange removed the segment or snapshot that was to be read next. */
export const LOG_REMOVED = "LOG_REMOVED";

/** A snapshot is not what was written. Another one, or the log alone, serves. */
export const SNAPSHOT_DAMAGED = "SNAPSHOT_DAMAGED";
/** A snapshot is whole, but of another log, engine or size than this one: it cannot be loaded. */
export const SNAPSHOT_FOREIGN = "SNAPSHOT_FOREIGN";

/** A snapshot would take the room that the log needs next. */
export const SNAPSHOT_NO_ROOM = "SNAPSHOT_NO_ROOM";

export type LogFailureCode =
  | typeof LOG_DAMAGED
  | typeof LOG_VERSION
  | typeof LOG_LOCKED
  | typeof LOG_WRITE_FAILED
  | typeof LOG_SEGMENT_FAILED
  | typeof LOG_READ_FAILED
  | typeof LOG_REMOVED
  | typeof SNAPSHOT_DAMAGED
  | typeof SNAPSHOT_NO_ROOM
  | typeof SNAPSHOT_FOREIGN;

/** A byte of the log: a segment's file and an offset in it. */
export type LogPlace = { readonly file: string; readonly offsetBytes: number };

export type LogFailureDetails = { readonly place?: LogPlace; readonly cause?: unknown };

export class LogFailure extends Error {
  override name = "LogFailure";
  readonly code: LogFailureCode;
  /** Where it was found, when it has a place. */
  readonly place: LogPlace | undefined;

  constructor(code: LogFailureCode, message: string, details: LogFailureDetails = {}) {
    const { place, cause } = details;
    const where = place === undefined ? "" : `${place.file}, byte ${place.offsetBytes}: `;
    super(`${where}${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.place = place;
  }
}

export function damaged(place: LogPlace, expected: string, found: string): LogFailure {
  return new LogFailure(LOG_DAMAGED, `expected ${expected}, found ${found}`, { place });
}

export function snapshotDamaged(place: LogPlace, expected: string, found: string): LogFailure {
  return new LogFailure(SNAPSHOT_DAMAGED, `expected ${expected}, found ${found}`, { place });
}
