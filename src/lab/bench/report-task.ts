// What the two threads of the book benchmark share.

export type CollectorTask = {
  readonly ring: SharedArrayBuffer;
  /** 32-bit words at the places below. */
  readonly progress: SharedArrayBuffer;
  readonly reportsMax: number;
};

/** Reports collected so far. */
export const COLLECTED = 0;
/** 0 while more may come; then 1 + the number of leading reports that are warm-up. */
export const COLLECT_STOP = 1;

/** Room for reports: the consensus flows make 1.1 a command. */
export const REPORTS_PER_COMMAND = 2;
