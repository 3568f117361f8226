// The command log as the exchange's single loop sees it, whatever the backend. One writer gives the
// commands their order; a command is in the log for good once durableSequence has reached it.

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { LogFailure } from "./log-failure.ts";

/** `durableSequence`: this command and all before it are durable. Grows from call to call. */
export type DurableListener = (durableSequence: number) => void;
export type FailureListener = (failure: LogFailure) => void;

export interface CommandLog {
  /** The open batch: what tryAppend has copied since the last commit began. */
  readonly gathering: RecordBuffer;
  /** The last sequence taken by tryAppend; 0 in an empty log. */
  readonly appendedSequence: number;
  /** The last sequence that is durable. */
  readonly durableSequence: number;
  /**
   * Set once, when a write failed. Final: nothing is appended and nothing gets durable any more.
   */
  readonly failure: LogFailure | undefined;

  /**
   * Copies the command at `offsetBytes` of `record` into the open batch and stamps `sequence` (one
   * more than appendedSequence) and `timeMicros` into the copy. Returns the byte offset of the copy
   * in `gathering`, which holds until the next commit, or -1 when the batch is full, after a
   * failure and after close: nothing was taken, and the caller answers BUSY. Allocates nothing.
   */
  tryAppend(
    record: RecordBuffer,
    offsetBytes: number,
    sequence: number,
    timeMicros: number,
  ): number;

  /**
   * Starts one durable write of everything gathered, unless one is under way: then the next one
   * starts by itself when that one is done, with all that has gathered by then.
   */
  commit(): void;

  /** Called after each durable write, in order; the next write is already under way. */
  onDurable(listener: DurableListener): void;
  /** Called once, at the failure; at once when the log has failed already. */
  onFailure(listener: FailureListener): void;

  /** Makes everything gathered durable, unless the log failed, and gives the files back. */
  close(): Promise<void>;
}
