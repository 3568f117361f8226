// The numbers of one FIX session, in memory and in a file that outlives the process: which number
// comes next each way, which numbers were reports, and where in the log the first of each run of
// them is. No message is kept: a report is made again from its event.
//
// A line of the file is a JSON object, true when it was written:
//
//   {"format":1}                             the first line
//   {"reserved":10001}                       numbers below it may be in use; synced before they are
//   {"sent":[7,3,120,0],"upTo":[122,0],"in":9}   7, 8 and 9 are the reports from event 0 of command
//                                            120 on; the last of them is event 0 of command 122;
//                                            the client's 9 comes next
//   {"cancel":[121,"C7",17]}                 command 121 was a request with this ClOrdID that ended
//                                            order 17; 0 or left out: none
//   {"closed":12}                            the connection ended; our 12 comes next
//
// What a crash leaves without "closed" at its end may lack lines: then numbers go on with the next
// block, and reports that somebody may have read are sent as possibly sent before.

import type { ReportPlace } from "../../model/past-reports.ts";
import { type AppendFile, type AppendFiles, systemAppendFiles } from "../../ops/append-file.ts";
import { isObject } from "../json/fields.ts";

const FORMAT = 1;
const RESERVED_AT_ONCE = 10_000;
/** A run is read from its beginning when one of its reports is asked for again. */
const RUN_REPORTS_MAX = 256;
/** Runs of reports that can be asked for again, and ClOrdIDs of cancels: written anew in 30 ms. */
const RUNS_MAX = 16_384;
const CANCELS_MAX = 16_384;
/** Lines after which the file is written anew: some 30 MB. */
const LINES_MAX = 500_000;

/** Numbers in a row whose messages were reports in a row, from the one at `place` on. */
export type SentRun = {
  readonly first: number;
  readonly count: number;
  readonly place: ReportPlace;
};

/** A request that has ended an order, or was to cancel one (`orderId` 0). */
type Cancel = { readonly clOrdId: string; readonly orderId: number };

type MutableRun = { first: number; count: number; place: ReportPlace };

export class FixNumbers {
  /** Of our next message, and of the client's. */
  nextOut = 1;
  nextIn = 1;
  /** The last report that was sent under a number. */
  upTo: ReportPlace;
  /** Reports up to this command may have been sent under numbers that nobody remembers. */
  suspectSequence = 0;
  /** The disk did not take a line: the connection cannot go on. */
  isBroken = false;
  readonly #path: string;
  readonly #files: AppendFiles;
  #file: AppendFile | undefined;
  #lines = 0;
  #reserved = 1;
  #runs: MutableRun[] = [];
  /** By the sequence of the command. */
  readonly #cancels = new Map<number, Cancel>();
  /** Which order a request has ended, by the request's ClOrdID. */
  readonly #canceled = new Map<string, number>();
  /** What the file does not say yet. */
  #unsaved: MutableRun | undefined;
  #savedIn = 1;

  /** Reads the file; `now`: everything before it is past for a session that is new. */
  constructor(path: string, now: ReportPlace, files: AppendFiles = systemAppendFiles) {
    this.#path = path;
    this.#files = files;
    this.upTo = now;
    const text = files.read(path);
    if (text !== "") this.#read(text, now);
  }

  /** Before the first message of a connection. Sets isBroken where the disk does not take it. */
  open(): void {
    this.isBroken = false;
    this.#reserved = this.nextOut + RESERVED_AT_ONCE;
    this.#rewrite();
  }

  /** Both sides begin anew with 1; what was not reported yet is still to come. */
  reset(): void {
    this.nextOut = 1;
    this.nextIn = 1;
    this.#runs = [];
    this.#unsaved = undefined;
    this.#savedIn = 1;
    this.open();
  }

  /** The number of the message that is sent now. */
  claim(): number {
    const number = this.nextOut++;
    if (this.nextOut > this.#reserved) {
      this.#reserved = this.nextOut + RESERVED_AT_ONCE;
      this.#append({ reserved: this.#reserved });
      this.#keep((file) => file.sync());
    }
    return number;
  }

  /** `number` is the report at `place`, the next one of the account behind `upTo`. */
  noteReport(number: number, place: ReportPlace): void {
    const run = { first: number, count: 1, place };
    this.#addRun(run);
    if (this.#unsaved === undefined) this.#unsaved = run;
    else if (!joins(this.#unsaved, run)) {
      this.#saveRun(this.#unsaved);
      this.#unsaved = run;
    }
    this.upTo = place;
  }

  /** The command of this sequence is a cancel that its client calls `clOrdId`; 0: of no order. */
  noteCancel(sequence: number, clOrdId: string, orderId: number): void {
    this.#addCancel(sequence, { clOrdId, orderId });
    this.#append({ cancel: [sequence, clOrdId, orderId] });
  }

  /** What the client calls the cancel of this sequence; undefined: it was none of this session. */
  cancelOf(sequence: number): string | undefined {
    return this.#cancels.get(sequence)?.clOrdId;
  }

  /** The order that the request of this ClOrdID has ended; 0 for none. */
  canceledBy(clOrdId: string): number {
    return this.#canceled.get(clOrdId) ?? 0;
  }

  /** The run that `number` is in, or the first one behind it. */
  runFrom(number: number): SentRun | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = this.#runs[middle];
      if (run.first + run.count <= number) low = middle + 1;
      else high = middle;
    }
    return this.#runs[low];
  }

  /** Before messages leave: `safeIn` is the client's next number but for what is not durable. */
  save(safeIn: number): void {
    if (this.#unsaved !== undefined) this.#saveRun(this.#unsaved, safeIn);
    else if (safeIn !== this.#savedIn) this.#append({ in: safeIn });
    this.#unsaved = undefined;
    this.#savedIn = safeIn;
    if (this.#lines > LINES_MAX) this.#rewrite();
  }

  /** After the last message of a connection. */
  close(safeIn: number): void {
    this.save(safeIn);
    this.#append({ closed: this.nextOut });
    this.#keep((file) => file.sync());
    this.#file?.close();
    this.#file = undefined;
  }

  #saveRun({ first, count, place }: SentRun, safeIn = this.#savedIn): void {
    const { sequence, index } = this.upTo;
    this.#append({
      sent: [first, count, place.sequence, place.index],
      upTo: [sequence, index],
      in: safeIn,
    });
  }

  #addRun(run: SentRun): void {
    const last = this.#runs[this.#runs.length - 1];
    if (last !== undefined && joins(last, run)) return;
    this.#runs.push({ ...run });
    if (this.#runs.length > 2 * RUNS_MAX) this.#runs.splice(0, RUNS_MAX);
  }

  #addCancel(sequence: number, cancel: Cancel): void {
    this.#cancels.set(sequence, cancel);
    if (cancel.orderId !== 0) this.#canceled.set(cancel.clOrdId, cancel.orderId);
    if (this.#cancels.size <= CANCELS_MAX) return;
    for (const [oldest, { clOrdId, orderId }] of this.#cancels) {
      this.#cancels.delete(oldest);
      if (this.#canceled.get(clOrdId) === orderId) this.#canceled.delete(clOrdId);
      return;
    }
  }

  #append(line: object): void {
    this.#lines++;
    this.#keep((file) => file.append(`${JSON.stringify(line)}\n`));
  }

  /** After a failure nothing more is written: the file then ends without "closed". */
  #keep(write: (file: AppendFile) => void): void {
    if (this.#file === undefined || this.isBroken) return;
    try {
      write(this.#file);
    } catch {
      this.isBroken = true;
    }
  }

  #rewrite(): void {
    const { sequence, index } = this.upTo;
    const upTo = [sequence, index];
    const lines: object[] = [{ format: FORMAT }];
    for (const [command, { clOrdId, orderId }] of this.#cancels) {
      lines.push({ cancel: [command, clOrdId, orderId] });
    }
    for (const { first, count, place } of this.#runs) {
      lines.push({ sent: [first, count, place.sequence, place.index], upTo, in: this.#savedIn });
    }
    lines.push({ upTo, in: this.#savedIn }, { suspect: this.suspectSequence });
    lines.push({ reserved: this.#reserved });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    this.#lines = lines.length;
    try {
      if (this.#file === undefined) this.#file = this.#files.open(this.#path, text);
      else this.#file.replace(text);
    } catch {
      this.isBroken = true;
    }
  }

  #read(text: string, now: ReportPlace): void {
    let isClosed = false;
    for (const line of text.split("\n").slice(0, -1)) {
      const fields = parsed(line);
      if (fields === undefined) {
        isClosed = false; // A machine that stopped: the rest of the file says nothing.
        break;
      }
      isClosed = "closed" in fields;
      this.#apply(fields);
    }
    if (isClosed && text.endsWith("\n")) return;
    this.nextOut = Math.max(this.nextOut, this.#reserved);
    this.suspectSequence = now.sequence;
  }

  #apply(fields: Readonly<Record<string, unknown>>): void {
    const { reserved, sent, upTo, cancel, closed, suspect } = fields;
    if (isNumber(reserved)) this.#reserved = reserved;
    if (isNumber(closed)) this.nextOut = closed;
    if (isNumber(suspect)) this.suspectSequence = suspect;
    if (isNumber(fields["in"])) this.nextIn = fields["in"];
    if (isNumbers(upTo, 2)) this.upTo = { sequence: upTo[0], index: upTo[1] };
    if (Array.isArray(cancel)) {
      const [command, clOrdId, orderId = 0] = cancel;
      this.#addCancel(Number(command), { clOrdId: String(clOrdId), orderId: Number(orderId) });
    }
    if (isNumbers(sent, 4)) {
      const [first, count, sequence, index] = sent;
      this.#addRun({ first, count, place: { sequence, index } });
      this.nextOut = Math.max(this.nextOut, first + count);
    }
    this.#savedIn = this.nextIn;
  }
}

/** Whether `run` goes on where `last` ends, and is now a part of it. */
function joins(last: MutableRun, run: SentRun): boolean {
  const isNext = last.first + last.count === run.first;
  if (!isNext || last.count + run.count > RUN_REPORTS_MAX) return false;
  last.count += run.count;
  return true;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const fields: unknown = JSON.parse(line);
    return isObject(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isNumbers(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every(isNumber);
}
