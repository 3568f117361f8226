// hot path
// One FIX session that sends orders as fast as it is told and checks every answer: each order is
// accepted once, in the order in which it was sent.

import { connect, type Socket } from "node:net";
import type { FixMessage } from "../../codec/fix-message.ts";
import { FixReader } from "../../codec/fix-reader.ts";
import * as tag from "../../codec/fix-tags.ts";
import { FixWriter } from "../../codec/fix-writer.ts";
import { FIX_TRADING } from "../../gateway/fix/fix-sessions.ts";
import { systemClock } from "../../ops/clock.ts";
import { loginOf } from "../load/drivers/login.ts";
import * as fix from "../load/fix-codes.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { LoadProgress } from "./load-progress.ts";
import type { LoadPlace, OrderLoad } from "./order-load.ts";

const COMP_ID = "BENCH";
const MESSAGE_BYTES_MAX = 8192;
const HEARTBEAT_SECONDS = 30;

export class FixLoad implements OrderLoad {
  readonly progress: LoadProgress;
  readonly #socket: Socket;
  readonly #name: string;
  readonly #writer = new FixWriter(COMP_ID, FIX_TRADING);
  readonly #messages: Buffer[] = [];
  readonly #onLoggedOn: () => void;
  #msgSeqNum = 0;

  private constructor(
    socket: Socket,
    name: string,
    latencies: LatencyHistogram,
    onLoggedOn: () => void,
  ) {
    this.#socket = socket;
    this.#name = name;
    this.#onLoggedOn = onLoggedOn;
    this.progress = new LoadProgress(latencies);
  }

  /** `onAnswered` hears how many more orders were accepted, once a read. */
  static open(
    { venue, key, name }: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ): Promise<FixLoad> {
    return new Promise((resolve, reject) => {
      const socket = connect(venue.fixPort, "127.0.0.1");
      const load = new FixLoad(socket, name, latencies, () => resolve(load));
      const reader = new FixReader(MESSAGE_BYTES_MAX, (message) => load.#onMessage(message));
      socket.setNoDelay(true);
      socket.on("error", reject);
      socket.on("connect", () => load.#logOn(key));
      socket.on("data", (bytes) => {
        const before = load.progress.answeredCount;
        reader.read(bytes);
        const count = load.progress.answeredCount - before;
        if (count > 0) onAnswered(count);
      });
    });
  }

  /** Sends `count` orders in one write; the first was planned at `plannedMillis`. */
  send(count: number, plannedMillis: number, apartMillis: number): void {
    this.progress.check();
    const nowMicros = systemClock.nowMicros();
    for (let i = 0; i < count; i++) {
      this.#putOrder(this.progress.send(plannedMillis + i * apartMillis), nowMicros);
    }
    this.#flush();
  }

  close(): void {
    this.#socket.destroy();
    this.progress.check();
  }

  #logOn(key: string): void {
    const { username, password } = loginOf(key);
    const writer = this.#begin(tag.MSG_LOGON, systemClock.nowMicros());
    writer.integer(tag.TAG_ENCRYPT_METHOD, 0);
    writer.integer(tag.TAG_HEART_BT_INT, HEARTBEAT_SECONDS);
    writer.text(tag.TAG_RESET_SEQ_NUM_FLAG, "Y");
    writer.text(tag.TAG_USERNAME, username);
    writer.text(tag.TAG_PASSWORD, password);
    this.#put();
    this.#flush();
  }

  #putOrder(number: number, nowMicros: number): void {
    const writer = this.#begin(tag.MSG_NEW_ORDER_SINGLE, nowMicros);
    writer.text(tag.TAG_CL_ORD_ID, this.#name + number);
    writer.text(tag.TAG_SYMBOL, "ACME");
    writer.char(tag.TAG_SIDE, number % 2 === 0 ? fix.SIDE_SELL : fix.SIDE_BUY);
    writer.time(tag.TAG_TRANSACT_TIME, nowMicros);
    writer.integer(tag.TAG_ORDER_QTY, 1);
    writer.char(tag.TAG_ORD_TYPE, fix.ORD_TYPE_LIMIT);
    writer.text(tag.TAG_PRICE, "100.00");
    writer.char(tag.TAG_TIME_IN_FORCE, fix.TIME_IN_FORCE_GTC);
    this.#put();
  }

  #begin(msgType: string, sendingTimeMicros: number): FixWriter {
    this.#writer.begin(msgType, { msgSeqNum: ++this.#msgSeqNum, sendingTimeMicros });
    return this.#writer;
  }

  #put(): void {
    this.#messages.push(Buffer.from(this.#writer.finish()));
  }

  #flush(): void {
    this.#socket.write(Buffer.concat(this.#messages));
    this.#messages.length = 0;
  }

  #onMessage(message: FixMessage): void {
    switch (message.msgType) {
      case tag.MSG_EXECUTION_REPORT:
        this.#onReport(message);
        return;
      case tag.MSG_LOGON:
        this.#onLoggedOn();
        return;
      case tag.MSG_HEARTBEAT:
        return;
      default:
        this.progress.fail(`expected reports, found ${message.msgType} ${textOf(message)}`);
    }
  }

  #onReport(message: FixMessage): void {
    const execType = message.char(tag.TAG_EXEC_TYPE);
    if (execType === fix.EXEC_TYPE_TRADE) return;
    const expected = this.#name + this.progress.answer();
    const found = message.text(tag.TAG_CL_ORD_ID);
    if (execType !== fix.EXEC_TYPE_NEW || found !== expected) {
      this.progress.fail(`expected ${expected} to be accepted, found ${found} ${textOf(message)}`);
    }
  }
}

function textOf(message: FixMessage): string {
  return message.text(tag.TAG_TEXT);
}
