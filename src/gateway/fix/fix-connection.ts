// One client of the FIX port: bytes in and out, its logon, and its end.

import type { FixMessage } from "../../codec/fix-message.ts";
import { FixReader } from "../../codec/fix-reader.ts";
import * as tag from "../../codec/fix-tags.ts";
import { FixWriter } from "../../codec/fix-writer.ts";
import type { Clock } from "../../ops/clock.ts";
import { KEY_REVOKED, type KeyRing } from "../keys.ts";
import {
  FIX_CLOSE_BEATS_MAX,
  FIX_GARBLED_MAX,
  FIX_HANDED_BYTES_MAX,
  FIX_LOGON_BEATS_MAX,
  FIX_MESSAGE_BYTES_MAX,
  FIX_UNREAD_BYTES_MAX,
} from "../limits.ts";
import type { WireConnection, WireSocket } from "../wire-server.ts";
import type { AccountReports } from "./account-reports.ts";
import type { FixCounts } from "./fix-counts.ts";
import { type FixLogon, readLogon } from "./fix-logon.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import { FixOutbox, type FixReportWriter } from "./fix-outbox.ts";
import { type FixApplication, FixSession, putLogon } from "./fix-session.ts";
import type { FixSessions } from "./fix-sessions.ts";

export type FixConnectionParts = {
  readonly keys: KeyRing;
  readonly sessions: FixSessions;
  readonly reports: AccountReports;
  readonly counts: FixCounts;
  readonly clock: Clock;
  /** What the client's messages do, and how its reports are written. */
  readonly applicationOf: (
    logon: FixLogon,
    numbers: FixNumbers,
    outbox: FixOutbox,
    onSettled: () => void,
  ) => FixApplication;
  readonly reportWriterOf: (logon: FixLogon, numbers: FixNumbers) => FixReportWriter;
  readonly handedBytesMax: number;
  /** Times of commands are kept until what it returns is called. */
  readonly wantReceipts: () => () => void;
};

type Live = {
  readonly session: FixSession;
  readonly outbox: FixOutbox;
  readonly numbers: FixNumbers;
  readonly application: FixApplication;
  readonly safeIn: () => number;
  readonly unwantReceipts: () => void;
  readonly unwatchKey: () => void;
};

const FIRST_BYTES = 4096;

export class FixConnection implements WireConnection {
  readonly #socket: WireSocket;
  readonly #parts: FixConnectionParts;
  readonly #onLogin: (accountId: number) => void;
  readonly #reader: FixReader;
  #live: Live | undefined;
  #isOver = false;
  #isStopping = false;
  #beats = 0;
  /** Since goodbye was said. */
  #overBeats = 0;
  /** Messages that the socket gets together. */
  #gathered = new Uint8Array(FIRST_BYTES);
  #gatheredBytes = 0;
  /** Of the reader, when they were last counted. */
  #garbledCounted = 0;

  constructor(socket: WireSocket, parts: FixConnectionParts, onLogin: (accountId: number) => void) {
    this.#socket = socket;
    this.#parts = parts;
    this.#onLogin = onLogin;
    this.#reader = new FixReader(
      FIX_MESSAGE_BYTES_MAX,
      (message) => this.#onMessage(message),
      (bytes) => this.#onTooLong(bytes),
    );
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#onData(bytes));
    socket.on("drain", () => this.#live?.outbox.pump());
    socket.on("error", () => {}); // A close follows.
    socket.on("close", () => this.#onClose());
  }

  get unreadBytes(): number {
    return this.#socket.writableLength + this.#gatheredBytes;
  }

  /** Whether the socket has as much as it is given at once. */
  get isFull(): boolean {
    return this.unreadBytes > this.#parts.handedBytesMax;
  }

  write(bytes: Uint8Array): void {
    const needed = this.#gatheredBytes + bytes.length;
    if (needed > this.#gathered.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.#gathered.subarray(0, this.#gatheredBytes));
      this.#gathered = larger;
    }
    this.#gathered.set(bytes, this.#gatheredBytes);
    this.#gatheredBytes = needed;
  }

  flush(): void {
    if (this.#gatheredBytes === 0) return;
    const bytes = this.#gathered.slice(0, this.#gatheredBytes);
    this.#gatheredBytes = 0;
    if (this.#gathered.length > FIX_HANDED_BYTES_MAX) this.#gathered = new Uint8Array(FIRST_BYTES);
    this.#live?.session.onSaid();
    if (this.#isOver) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > FIX_UNREAD_BYTES_MAX) this.cut("slow");
  }

  cut(why: "slow" | "store"): void {
    if (this.#isOver) return;
    this.#parts.counts.cut(why);
    this.destroy();
  }

  beat(): void {
    if (this.#isOver) {
      if (++this.#overBeats > FIX_CLOSE_BEATS_MAX) this.#socket.destroy();
      return;
    }
    const live = this.#live;
    if (live === undefined) {
      if (++this.#beats > FIX_LOGON_BEATS_MAX) this.#refuse("expected a Logon");
      return;
    }
    live.session.beat();
    if (!this.#isOver) live.numbers.save(live.safeIn());
  }

  stop(): void {
    this.#isStopping = true;
    this.#live?.application.onStop();
    this.#socket.removeAllListeners("data");
    this.#socket.resume();
    this.#closeWhenIdle();
  }

  destroy(): void {
    this.#isOver = true;
    this.#live?.outbox.close();
    this.#socket.destroy();
  }

  #onData(bytes: Uint8Array): void {
    this.#reader.read(bytes);
    const { counts } = this.#parts;
    counts.garbled += this.#reader.garbledCount - this.#garbledCounted;
    this.#garbledCounted = this.#reader.garbledCount;
    if (this.#reader.garbledCount > FIX_GARBLED_MAX) this.destroy();
  }

  #onMessage(message: FixMessage): void {
    if (this.#isOver) return;
    if (this.#live !== undefined) {
      this.#live.session.onMessage(message);
      return;
    }
    const logon = readLogon(message, this.#parts.keys, this.#parts.clock.nowMicros());
    if (typeof logon === "string") this.#refuse(logon, message);
    else this.#logOn(logon, message.integer(tag.TAG_MSG_SEQ_NUM));
  }

  /** Without it all that follows would be missing something for ever. */
  #onTooLong(bytes: number): void {
    if (this.#isOver) return;
    const text = `expected a message of at most ${FIX_MESSAGE_BYTES_MAX} bytes, found ${bytes}`;
    if (this.#live === undefined) this.#refuse(text);
    else this.#live.session.logout(text);
  }

  #logOn(logon: FixLogon, msgSeqNum: number): void {
    const { sessions, reports } = this.#parts;
    const { accountId, compId, purpose } = logon;
    const numbers = sessions.take(accountId, compId, purpose, reports.now());
    if (typeof numbers === "string") {
      this.#refuse(numbers, undefined, logon);
      return;
    }
    if (logon.isReset) numbers.reset();
    else numbers.open();
    if (numbers.isBroken) {
      sessions.release(numbers);
      this.#refuse("the session's numbers cannot be kept", undefined, logon);
      return;
    }
    const live = this.#begin(logon, numbers);
    this.#live = live;
    this.#onLogin(accountId);
    if (msgSeqNum < numbers.nextIn) {
      live.session.logout(
        `MsgSeqNum too low, expecting ${numbers.nextIn} but received ${msgSeqNum}`,
      );
      return;
    }
    live.outbox.say(tag.MSG_LOGON, (writer) => putLogon(writer, logon));
    live.session.begin(msgSeqNum);
  }

  #begin(logon: FixLogon, numbers: FixNumbers): Live {
    const { reports, clock, counts, applicationOf, reportWriterOf } = this.#parts;
    const ids = { senderCompId: logon.purpose, targetCompId: logon.compId };
    const safeIn = (): number =>
      Math.min(numbers.nextIn, this.#live?.application.oldestPending ?? Number.POSITIVE_INFINITY);
    const outbox = new FixOutbox({
      ...{ ...ids, numbers, reports, clock, safeIn, link: this },
      stream: reports.of(logon.accountId),
      reportWriter: reportWriterOf(logon, numbers),
    });
    const application = applicationOf(logon, numbers, outbox, () => this.#onSettled());
    const session = new FixSession({
      ...{ ...ids, numbers, outbox, application, counts, clock },
      logon,
      end: () => this.#end(),
      destroy: () => this.destroy(),
    });
    const unwantReceipts = logon.wantsReceipts ? this.#parts.wantReceipts() : () => {};
    const unwatchKey = this.#parts.keys.watch(logon.key, () => session.logout(KEY_REVOKED));
    return { session, outbox, numbers, application, safeIn, unwantReceipts, unwatchKey };
  }

  /** Says why there is no session, where it is known to whom. */
  #refuse(text: string, message?: FixMessage, logon?: FixLogon): void {
    this.#parts.counts.refusedLogons++;
    const compId = logon?.compId ?? message?.text(tag.TAG_SENDER_COMP_ID) ?? "";
    if (compId !== "") {
      const ours = logon?.purpose ?? message?.text(tag.TAG_TARGET_COMP_ID) ?? "";
      const writer = new FixWriter(ours, compId);
      const sendingTimeMicros = this.#parts.clock.nowMicros();
      writer.begin(tag.MSG_LOGOUT, { msgSeqNum: 1, sendingTimeMicros });
      writer.text(tag.TAG_TEXT, text);
      this.write(writer.finish());
      this.flush();
    }
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#live?.outbox.close();
    this.#socket.end();
  }

  /** The last answer is known; its reports are told in the same turn. */
  #onSettled(): void {
    if (this.#isStopping) queueMicrotask(() => this.#closeWhenIdle());
  }

  #closeWhenIdle(): void {
    const live = this.#live;
    if (live === undefined) this.#end();
    else if (live.application.oldestPending === Number.POSITIVE_INFINITY) {
      live.outbox.pump();
      live.session.logout("the exchange stops");
    }
  }

  #onClose(): void {
    this.#isOver = true;
    const live = this.#live;
    if (live === undefined) return;
    const safeIn = live.safeIn();
    this.#live = undefined;
    live.outbox.close();
    live.application.close();
    live.unwantReceipts();
    live.unwatchKey();
    live.numbers.close(safeIn);
    this.#parts.sessions.release(live.numbers);
  }
}
