// hot path
// OUCH requests of one client: from bytes to a command at the venue, without an object between.
// Reports on orders go the way of the account's stream; what only the gateway can say comes back
// from here, as a message of its own.

import { RecordBuffer } from "../../base/record-buffer.ts";
import { putU16, putU32, putU64, u16At, u32At } from "../../codec/big-endian.ts";
import {
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL_ALL,
  COMMAND_SET_KILL_SWITCH,
} from "../../codec/command.ts";
import {
  commandKindOfEvent,
  EVENT_COMMAND_REJECTED,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import { writeSetOwnSwitch } from "../../codec/guard-command.ts";
import { OuchCommands } from "../../codec/ouch-commands.ts";
import { writeOuchId } from "../../codec/ouch-id.ts";
import * as report from "../../codec/ouch-report.ts";
import { putBlankClOrdId, WireClock } from "../../codec/ouch-reports.ts";
import * as request from "../../codec/ouch-request.ts";
import {
  REASON_NONE,
  REASON_RATE_LIMIT,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNSUPPORTED_ORDER,
} from "../../model/reasons.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import type { Throttle } from "../throttle.ts";
import { OUCH_NO_USER_REF_NUM, type OuchAccount } from "./ouch-accounts.ts";
import type { OuchCounts } from "./ouch-counts.ts";
import { isBlankSymbol, type OuchSymbols } from "./ouch-symbols.ts";

/** Nobody's and everybody's: of a mass cancel that names no instrument. */
const EVERY_INSTRUMENT = 0;

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
const commands = new OuchCommands(record);
const nameWords = new Int32Array(4);

export type OuchDeskParts = {
  readonly venue: Venue;
  readonly symbols: OuchSymbols;
  readonly counts: OuchCounts;
  readonly clock: Clock;
  /** Undefined: orders may come as fast as they do. */
  readonly throttle?: Throttle | undefined;
  /** Whether a client that the venue has no room for hears so; else it is to ask again. */
  readonly tellsBusy?: boolean;
  /** One request fewer waits to be durable. */
  readonly onDurable?: () => void;
  /** Gets what the gateway itself answers: a message to be sent unsequenced. */
  readonly onAnswer: (message: Uint8Array) => void;
};

export class OuchDesk {
  readonly #parts: OuchDeskParts;
  readonly #account: OuchAccount;
  readonly #asker: { readonly accountId: number; readonly sessionId: number };
  readonly #clock = new WireClock();
  /** Of mass cancels and switches that are not durable: in their order, what will be said then. */
  readonly #ownAnswers: Uint8Array[] = [];
  #pendingCount = 0;
  /** The last request was not taken, and its client was not told. */
  #wasPutOff = false;

  constructor(account: OuchAccount, parts: OuchDeskParts) {
    this.#account = account;
    this.#parts = parts;
    const sessionId = parts.venue.openSession((words, startWord, endWord) => {
      this.#pendingCount--;
      const kind = commandKindOfEvent(words, endWord - EVENT_WORDS);
      if (kind === COMMAND_CANCEL_ALL) this.#answerOwn();
      else if (kind === COMMAND_SET_KILL_SWITCH) this.#answerSwitch(words, startWord);
      parts.onDurable?.();
    });
    this.#asker = { accountId: account.accountId, sessionId };
  }

  /** Commands that are not durable yet. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  close(): void {
    this.#parts.venue.closeSession(this.#asker.sessionId);
  }

  /**
   * Enters the request at `at`, which isOuchRequest() knows to be one. False: there was no room,
   * nobody was told, and the request is to come again.
   */
  enter(bytes: Uint8Array, at: number, length: number): boolean {
    this.#wasPutOff = false;
    this.#dispatch(bytes, at, length);
    return !this.#wasPutOff;
  }

  #dispatch(bytes: Uint8Array, at: number, length: number): void {
    const { counts, venue } = this.#parts;
    counts.request(bytes[at]);
    venue.stages.ingressNanos = venue.stages.arrival();
    switch (bytes[at]) {
      case request.OUCH_ENTER_ORDER:
        this.#enterOrder(bytes, at, length);
        return;
      case request.OUCH_CANCEL_ORDER:
        commands.writeCancel(bytes, at, this.#asker);
        this.#submit(u32At(bytes, at + request.CANCEL_ORDER_USER_REF_NUM_BYTE));
        return;
      case request.OUCH_REPLACE_ORDER:
        this.#replaceOrder(bytes, at, length);
        return;
      case request.OUCH_MODIFY_ORDER:
        commands.writeModify(bytes, at, this.#asker);
        this.#submit(u32At(bytes, at + request.MODIFY_ORDER_USER_REF_NUM_BYTE));
        return;
      case request.OUCH_MASS_CANCEL:
        this.#massCancel(bytes, at, length);
        return;
      case request.OUCH_ACCOUNT_QUERY:
        this.#answerQuery();
        return;
      default:
        this.#switchEntry(bytes, at, bytes[at] === request.OUCH_DISABLE_ORDER_ENTRY);
    }
  }

  #enterOrder(bytes: Uint8Array, at: number, length: number): void {
    const userRefNum = u32At(bytes, at + request.ENTER_ORDER_USER_REF_NUM_BYTE);
    if (!this.#isNew(userRefNum) || !this.#isTimely(userRefNum)) return;
    const { symbols, clock } = this.#parts;
    const instrument = symbols.at(bytes, at + request.ENTER_ORDER_SYMBOL_BYTE);
    const hasTerms = length > request.ENTER_ORDER_BYTES;
    const nowMicros = hasTerms ? clock.nowMicros() : 0; // Only a lifetime in seconds asks for it.
    commands.writeEnter(bytes, at, length, this.#asker, instrument, nowMicros);
    if (this.#submit(userRefNum)) this.#account.use(userRefNum);
  }

  #replaceOrder(bytes: Uint8Array, at: number, length: number): void {
    const userRefNum = u32At(bytes, at + request.REPLACE_ORDER_USER_REF_NUM_BYTE);
    if (!this.#isNew(userRefNum) || !this.#isTimely(userRefNum)) return;
    const { venue, symbols, clock } = this.#parts;
    const { accountId } = this.#asker;
    writeOuchId(nameWords, 0, u32At(bytes, at + request.REPLACE_ORDER_ORIG_USER_REF_NUM_BYTE));
    const instrument = symbols.byId(venue.instrumentIdOf(accountId, nameWords));
    const nowMicros = length > request.REPLACE_ORDER_BYTES ? clock.nowMicros() : 0;
    commands.writeReplace(bytes, at, length, this.#asker, instrument, nowMicros);
    if (this.#submit(userRefNum)) this.#account.use(userRefNum);
  }

  #massCancel(bytes: Uint8Array, at: number, length: number): void {
    const userRefNum = u32At(bytes, at + request.MASS_CANCEL_USER_REF_NUM_BYTE);
    if (!this.#isNew(userRefNum)) return;
    const symbolAt = at + request.MASS_CANCEL_SYMBOL_BYTE;
    const instrumentId = isBlankSymbol(bytes, symbolAt)
      ? EVERY_INSTRUMENT
      : this.#parts.symbols.at(bytes, symbolAt)?.instrumentId;
    if (instrumentId === undefined) {
      this.#refuseForGood(userRefNum, REASON_UNKNOWN_INSTRUMENT);
    } else if (!commands.writeMassCancel(bytes, at, length, this.#asker, instrumentId)) {
      this.#refuseForGood(userRefNum, REASON_UNSUPPORTED_ORDER);
    } else if (this.#submit(userRefNum)) {
      this.#account.use(userRefNum);
      this.#ownAnswers.push(massCancelAnswer(bytes, at, length));
    }
  }

  #answerOwn(): void {
    const answer = this.#ownAnswers.shift();
    if (answer !== undefined) this.#tell(answer);
  }

  /** Order entry of all the account, over every protocol, until it is enabled over this one. */
  #switchEntry(bytes: Uint8Array, at: number, disables: boolean): void {
    const userRefNum = u32At(bytes, at + request.DISABLE_ORDER_ENTRY_USER_REF_NUM_BYTE);
    if (!this.#isNew(userRefNum)) return;
    const answer = new Uint8Array(report.DISABLE_RESPONSE_BYTES);
    answer[0] = disables ? report.OUCH_DISABLE_RESPONSE : report.OUCH_ENABLE_RESPONSE;
    putU32(answer, report.OUCH_USER_REF_NUM_BYTE, userRefNum);
    const firmAt = at + request.DISABLE_ORDER_ENTRY_FIRM_BYTE;
    answer.set(bytes.subarray(firmAt, firmAt + 4), report.DISABLE_RESPONSE_FIRM_BYTE);
    writeSetOwnSwitch(record, 0, this.#asker, disables);
    if (!this.#submit(userRefNum)) return;
    this.#account.use(userRefNum);
    this.#ownAnswers.push(answer);
  }

  /** The engine turned the switch, or had no room for the account. */
  #answerSwitch(words: Int32Array, startWord: number): void {
    if (eventKindOf(words, startWord) !== EVENT_COMMAND_REJECTED) {
      this.#answerOwn();
      return;
    }
    const answer = this.#ownAnswers.shift();
    if (answer === undefined) return;
    const userRefNum = u32At(answer, report.OUCH_USER_REF_NUM_BYTE);
    this.#refuse(userRefNum, reasonOf(words, startWord));
  }

  #answerQuery(): void {
    const answer = new Uint8Array(report.ACCOUNT_QUERY_RESPONSE_BYTES);
    answer[0] = report.OUCH_ACCOUNT_QUERY_RESPONSE;
    putU32(answer, report.OUCH_USER_REF_NUM_BYTE, this.#account.nextUserRefNum);
    this.#tell(answer);
  }

  /** A number that was used before is passed over; the one that is nobody's is refused. */
  #isNew(userRefNum: number): boolean {
    if (userRefNum === OUCH_NO_USER_REF_NUM) {
      this.#refuse(userRefNum, REASON_UNSUPPORTED_ORDER);
      return false;
    }
    const isUsed = this.#account.isUsed(userRefNum);
    if (isUsed) this.#parts.counts.repeated++;
    return !isUsed;
  }

  /** What is too fast is refused; whoever takes risk away is never too fast. */
  #isTimely(userRefNum: number): boolean {
    if (this.#parts.throttle?.tryTake(1) !== false) return true;
    this.#refuse(userRefNum, REASON_RATE_LIMIT);
    return false;
  }

  /** Whether the venue took `record`; if not, the client hears why. */
  #submit(userRefNum: number): boolean {
    const reason = this.#parts.venue.submit(record, 0);
    if (reason === REASON_NONE) {
      this.#pendingCount++;
      return true;
    }
    if (this.#parts.tellsBusy === false) this.#wasPutOff = true;
    else this.#refuse(userRefNum, reason);
    return false;
  }

  /** Nothing was entered, nor will be: the number is used. */
  #refuseForGood(userRefNum: number, reason: number): void {
    this.#account.use(userRefNum);
    this.#refuse(userRefNum, reason);
  }

  /** Nothing was entered, and the number stays unused. */
  #refuse(userRefNum: number, reason: number): void {
    this.#parts.counts.refused++;
    const answer = new Uint8Array(report.REJECTED_BYTES);
    answer[0] = report.OUCH_REJECTED;
    putU32(answer, report.OUCH_USER_REF_NUM_BYTE, userRefNum);
    putU16(answer, report.REJECTED_REASON_BYTE, reason);
    putBlankClOrdId(answer, report.REJECTED_CL_ORD_ID_BYTE);
    this.#tell(answer);
  }

  #tell(answer: Uint8Array): void {
    const { clock, onAnswer } = this.#parts;
    putU64(answer, report.OUCH_TIMESTAMP_BYTE, this.#clock.nanosOf(clock.nowMicros()));
    onAnswer(answer);
  }
}

/** What is asked comes back: UserRefNum, firm, symbol and options. */
function massCancelAnswer(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const optionsBytes = u16At(bytes, at + request.MASS_CANCEL_APPENDAGE_LENGTH_BYTE);
  const answer = new Uint8Array(report.MASS_CANCEL_RESPONSE_BYTES + optionsBytes);
  answer[0] = report.OUCH_MASS_CANCEL_RESPONSE;
  const asked = bytes.subarray(at + request.MASS_CANCEL_USER_REF_NUM_BYTE, at + length);
  answer.set(asked, report.OUCH_USER_REF_NUM_BYTE);
  return answer;
}
