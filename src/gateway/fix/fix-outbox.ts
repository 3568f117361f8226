// What one FIX session says. Every message takes the next number; reports come in the order of the
// log, answers behind the reports that were there before them, and what is asked for again goes
// before both. Nothing is made before the socket can take it.

import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_TIME_MICROS_WORD } from "../../codec/event.ts";
import * as tag from "../../codec/fix-tags.ts";
import { FixWriter } from "../../codec/fix-writer.ts";
import type { HistoryExecuted } from "../../model/history.ts";
import { isBefore, type ReportPlace } from "../../model/past-reports.ts";
import type { Clock } from "../../ops/clock.ts";
import { FIX_ANSWERS_WAITING_MAX, FIX_ENTRIES_WAITING_MAX, FIX_RESENDS_MAX } from "../limits.ts";
import { type AccountReports, ReportReader, type ReportStream } from "./account-reports.ts";
import type { FixNumbers, SentRun } from "./fix-numbers.ts";
import type { RingReader } from "./report-ring.ts";

/** Puts the fields of a message behind its header. */
export type FixFill = (writer: FixWriter) => void;

/** Where the bytes go. */
export interface FixLink {
  /** Copies them. */
  write(bytes: Uint8Array): void;
  /** Whether the socket has as much as it is given at once. */
  readonly isFull: boolean;
  flush(): void;
  /** Ends the connection at once: the client does not read, or the disk does not keep or tell. */
  cut(why: "slow" | "store"): void;
}

/** Makes a report's message. */
export interface FixReportWriter {
  msgTypeOf(report: RingReader): string;
  fill(writer: FixWriter, report: RingReader): void;
  /** Puts what is true of the report only now; it is not said again. */
  fillReceipt(writer: FixWriter, report: RingReader): void;
}

export type FixOutboxParts = {
  readonly senderCompId: string;
  readonly targetCompId: string;
  readonly numbers: FixNumbers;
  readonly reports: AccountReports;
  readonly stream: ReportStream;
  readonly reportWriter: FixReportWriter;
  readonly clock: Clock;
  readonly link: FixLink;
  /** The client's next number, but for what is not durable. */
  readonly safeIn: () => number;
};

type Answer = {
  readonly msgType: string;
  readonly fill: FixFill;
  readonly entriesCount: number;
};

/** Numbers that a client asks for again, from `next` to `end`. */
type Resend = {
  next: number;
  readonly end: number;
  reader: ReportReader | undefined;
  /** First number of the run that the reader is in, and the number of its next report. */
  runFirst: number;
  number: number;
};

export class FixOutbox {
  readonly #parts: FixOutboxParts;
  readonly #writer: FixWriter;
  readonly #answers: Answer[] = [];
  /** Levels and trades in answers that wait. */
  #entriesCount = 0;
  readonly #resends: Resend[] = [];
  #reader: ReportReader;
  readonly #stopListening: () => void;
  #isClosed = false;
  #isPumpDue = false;

  constructor(parts: FixOutboxParts) {
    this.#parts = parts;
    this.#writer = new FixWriter(parts.senderCompId, parts.targetCompId);
    this.#reader = this.#readerAfter(parts.numbers.upTo);
    this.#stopListening = parts.stream.listen(() => this.pump());
  }

  /** Says it at once: what keeps the session itself. */
  say(msgType: string, fill: FixFill = () => {}): void {
    this.#write(msgType, fill);
    this.#flush();
  }

  /**
   * Says it behind the reports that are known when this turn's listeners were told. `entriesCount`:
   * of the levels and trades that `fill` keeps.
   */
  answer(msgType: string, fill: FixFill, entriesCount = 0): void {
    if (this.#isClosed) return;
    this.#answers.push({ msgType, fill, entriesCount });
    this.#entriesCount += entriesCount;
    const isTooMuch =
      this.#answers.length > FIX_ANSWERS_WAITING_MAX ||
      this.#entriesCount > FIX_ENTRIES_WAITING_MAX;
    if (isTooMuch) this.#parts.link.cut("slow");
    else this.#pumpSoon();
  }

  /** Says again what had the numbers from `begin` to `end`; false: too much is asked for. */
  resend(begin: number, end: number): boolean {
    if (this.#resends.length >= FIX_RESENDS_MAX) return false;
    this.#resends.push({ next: begin, end, reader: undefined, runFirst: 0, number: 0 });
    this.pump();
    return true;
  }

  /** What a working order has executed, where the reports that were said tell it. */
  executedOf(orderId: number, cumQtyLots: number): HistoryExecuted | undefined {
    return this.#reader.executedOf(orderId, cumQtyLots);
  }

  /** Numbers begin anew. */
  restart(): void {
    this.#resends.length = 0;
  }

  /** Says what is there to be said, as long as the socket takes it. */
  pump(): void {
    const { link } = this.#parts;
    let hasMore = true;
    while (!this.#isClosed && hasMore && !link.isFull) {
      hasMore = this.#step();
      if (!hasMore || link.isFull) this.#flush();
    }
    if (this.#isClosed) return;
    if (this.#reader.isOverrun) link.cut("slow");
    else if (this.#reader.hasFailed || this.#resends[0]?.reader?.hasFailed) link.cut("store");
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#answers.length = 0;
    this.#resends.length = 0;
  }

  /** Says one message; false: there is none, or it has to be fetched first. */
  #step(): boolean {
    const [resend] = this.#resends;
    if (resend !== undefined) return this.#sayAgain(resend);
    if (this.#reader.isLost) this.#skipLost();
    // One command may make more reports than memory keeps: who has room for them has not been slow.
    if (this.#reader.isOverrun) this.#reader = this.#readerAfter(this.#reader.place);
    return this.#sayReport() || (!this.#reader.isFetching && this.#sayAnswer());
  }

  #sayReport(): boolean {
    const { numbers, reportWriter } = this.#parts;
    const report = this.#reader.next();
    if (report === undefined) return false;
    const isPossResend = this.#isSuspect(report);
    const fill: FixFill = (writer) => {
      reportWriter.fill(writer, report);
      reportWriter.fillReceipt(writer, report);
    };
    const number = this.#write(reportWriter.msgTypeOf(report), fill, isPossResend);
    numbers.noteReport(number, this.#reader.place);
    return true;
  }

  #sayAnswer(): boolean {
    const answer = this.#answers.shift();
    if (answer === undefined) return false;
    this.#entriesCount -= answer.entriesCount;
    this.#write(answer.msgType, answer.fill);
    return true;
  }

  /** The log was cut off before the next report; a number that is none parts the runs. */
  #skipLost(): void {
    this.#reader.skipLost();
    this.#write(tag.MSG_HEARTBEAT, () => {});
  }

  #sayAgain(resend: Resend): boolean {
    const { next, end } = resend;
    if (next > end) {
      this.#resends.shift();
      return true;
    }
    const run = this.#parts.numbers.runFrom(next);
    if (run === undefined || run.first > next) {
      const newSeqNo = Math.min(run?.first ?? end + 1, end + 1);
      this.#fillGap(next, newSeqNo);
      resend.next = newSeqNo;
      return true;
    }
    return this.#sayReportAgain(resend, run);
  }

  /** One reader serves all runs of a question: they are in the order of the log. */
  #sayReportAgain(resend: Resend, run: SentRun): boolean {
    const { reportWriter } = this.#parts;
    resend.reader ??= this.#readerAfter({ ...run.place, index: run.place.index - 1 });
    const report = resend.reader.next();
    if (report === undefined) return this.#passForgotten(resend, run);
    if (resend.runFirst !== run.first) {
      if (isBefore(resend.reader.place, run.place)) return true;
      resend.runFirst = run.first;
      resend.number = run.first;
    }
    const number = resend.number++;
    if (number < resend.next) return true; // Of the run, and before what is wanted.
    const time = readU64(report.words, report.at + EVENT_TIME_MICROS_WORD);
    this.#writer.begin(reportWriter.msgTypeOf(report), {
      msgSeqNum: number,
      sendingTimeMicros: this.#parts.clock.nowMicros(),
      origSendingTimeMicros: time,
      isPossResend: this.#isSuspect(report),
    });
    reportWriter.fill(this.#writer, report);
    this.#parts.link.write(this.#writer.finish());
    resend.next = number + 1;
    return true;
  }

  /** Whether it may have been said under a number that a crash forgot. */
  #isSuspect({ sequence }: RingReader): boolean {
    return sequence <= this.#parts.numbers.suspectSequence;
  }

  /** Reports that the log no longer has are filled as a gap; others are being fetched. */
  #passForgotten(resend: Resend, run: SentRun): boolean {
    const { reader } = resend;
    if (reader?.isOverrun !== true && reader?.isLost !== true) return false;
    resend.reader = undefined; // Where it was overrun once more, from the log.
    resend.runFirst = 0;
    if (!reader.isLost) return true;
    const newSeqNo = Math.min(run.first + run.count, resend.end + 1);
    this.#fillGap(resend.next, newSeqNo);
    resend.next = newSeqNo;
    return true;
  }

  #fillGap(number: number, newSeqNo: number): void {
    const now = this.#parts.clock.nowMicros();
    this.#writer.begin(tag.MSG_SEQUENCE_RESET, {
      msgSeqNum: number,
      sendingTimeMicros: now,
      origSendingTimeMicros: now,
    });
    this.#writer.text(tag.TAG_GAP_FILL_FLAG, "Y");
    this.#writer.integer(tag.TAG_NEW_SEQ_NO, newSeqNo);
    this.#parts.link.write(this.#writer.finish());
  }

  /** Returns the number that the message got. */
  #write(msgType: string, fill: FixFill, isPossResend = false): number {
    const { numbers, clock, link } = this.#parts;
    const msgSeqNum = numbers.claim();
    this.#writer.begin(msgType, { msgSeqNum, sendingTimeMicros: clock.nowMicros(), isPossResend });
    fill(this.#writer);
    link.write(this.#writer.finish());
    return msgSeqNum;
  }

  #flush(): void {
    if (this.#isClosed) return;
    const { numbers, link, safeIn } = this.#parts;
    numbers.save(safeIn());
    if (numbers.isBroken) link.cut("store");
    else link.flush();
  }

  /** The batch that an answer follows is told to listeners behind the answer itself. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.pump();
    });
  }

  #readerAfter(place: ReportPlace): ReportReader {
    const { reports, stream } = this.#parts;
    return new ReportReader(reports, stream, place, () => this.pump());
  }
}
