// Reports on orders that are no longer in memory: events of the log, made again by replay.

/** Where an event is: its command, and its place in the command's batch. */
export type ReportPlace = { readonly sequence: number; readonly index: number };

/** Stands for the reports on the orders of all accounts. */
export const EVERY_ACCOUNT = 0;

export type PastReportsQuestion = {
  readonly accountId: number;
  /** The first command of interest. */
  readonly fromSequence: number;
};

export type PastReportsPage = {
  /** Event records one behind the other, of whole commands. */
  readonly words: Int32Array;
  /** The place of each in its batch. */
  readonly indexes: Int32Array;
  /** Everything up to this command is in the page. */
  readonly throughSequence: number;
};

/** Neither snapshot nor log goes back so far. */
export const PAST_GONE = "gone";

/** An Error says why the past cannot be read now: later it may be. */
export type PastReportsAnswer = PastReportsPage | typeof PAST_GONE | Error;

export interface PastReports {
  /** The oldest reports from `fromSequence` on, as many as a page has. The answer comes later. */
  ask(question: PastReportsQuestion, onAnswer: (answer: PastReportsAnswer) => void): void;
}

/** Whether `left` is before `right`. */
export function isBefore(left: ReportPlace, right: ReportPlace): boolean {
  if (left.sequence !== right.sequence) return left.sequence < right.sequence;
  return left.index < right.index;
}
