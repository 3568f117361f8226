// Orders by FIX 4.4 (docs/protocols/fix.md), many at once. Reports come in the order of the
// requests, with executions of both sides between them: an order is answered by ExecType new or
// rejected, a cancel by the report that carries its own ClOrdID, or by OrderCancelReject.

import type { FixMessage } from "../../../codec/fix-message.ts";
import { FixReader } from "../../../codec/fix-reader.ts";
import * as tag from "../../../codec/fix-tags.ts";
import { FixWriter } from "../../../codec/fix-writer.ts";
import { SIDE_BUY } from "../../../model/side.ts";
import { systemClock } from "../../../ops/clock.ts";
import type { AnswerListener, OpenConnection } from "../driver.ts";
import * as fix from "../fix-codes.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_NEW, LAP_NULL, type Lap } from "../lap.ts";
import type { SocketAddress } from "../load-options.ts";
import { type JsonOrders, jsonOrders, priceTextOf, symbolOf } from "./json-orders.ts";
import { loginOf } from "./login.ts";
import { connectTo, endSocket } from "./record-driver.ts";

/** Below what a session may have waiting. */
const IN_FLIGHT_MAX = 4096;
const MESSAGE_BYTES_MAX = 8192;
const HEARTBEAT_SECONDS = 30;
const SENDER_COMP_ID = "OUTCRY-LAB";

/** MassCancelRequestType (530): those of a symbol. */
const OF_SYMBOL = 1;

export type FixTarget = { readonly address: SocketAddress; readonly targetCompId: string };

/** `key`: a key of the exchange, or USERNAME:PASSWORD. */
export function fixOpener(target: FixTarget, key: string): OpenConnection {
  return async (lap, instrument, listener) => {
    if (instrument > 1) throw new Error("FIX: an account's sessions hear one another; use one");
    const orders = jsonOrders(lap, instrument);
    const session = await FixSession.open(target, key, orders.stamp, listener);
    const send = orderSender(lap, symbolOf(instrument), orders, session);
    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send,
      poll() {
        // The event loop brings the answers.
      },
      cancelAll: () => session.cancelAll(symbolOf(instrument)),
      close: () => session.close(),
    };
  };
}

/** The lap's commands as FIX messages; a request's ClOrdID is used once. */
function orderSender(lap: Lap, symbol: string, orders: JsonOrders, session: FixSession) {
  let round = 0;
  let requestCount = 0;

  /** Of what is no order; the load's stamp tells it from other loads' requests. */
  function requestId(): string {
    return `${orders.stamp}R${(requestCount++).toString(36)}`;
  }

  function putSide(writer: FixWriter, index: number): void {
    writer.text(tag.TAG_SYMBOL, symbol);
    writer.char(tag.TAG_SIDE, lap.sides[index] === SIDE_BUY ? fix.SIDE_BUY : fix.SIDE_SELL);
  }

  function putOrder(writer: FixWriter, index: number, clOrdId: string, nowMicros: number): void {
    writer.text(tag.TAG_CL_ORD_ID, clOrdId);
    putSide(writer, index);
    writer.time(tag.TAG_TRANSACT_TIME, nowMicros);
    writer.integer(tag.TAG_ORDER_QTY, lap.qtyLots[index]);
    writer.char(tag.TAG_ORD_TYPE, fix.ORD_TYPE_LIMIT);
    writer.text(tag.TAG_PRICE, priceTextOf(lap.priceTicks[index]));
    writer.char(
      tag.TAG_TIME_IN_FORCE,
      lap.iocs[index] === 1 ? fix.TIME_IN_FORCE_IOC : fix.TIME_IN_FORCE_GTC,
    );
  }

  function putCancel(writer: FixWriter, index: number, request: string, nowMicros: number): void {
    writer.text(tag.TAG_CL_ORD_ID, request);
    writer.text(tag.TAG_ORIG_CL_ORD_ID, orders.clOrdIdOf(index, round));
    putSide(writer, index);
    writer.time(tag.TAG_TRANSACT_TIME, nowMicros);
  }

  function put(index: number, nowMicros: number): void {
    const kind = lap.kinds[index];
    const id = kind === LAP_NEW ? orders.clOrdIdOf(index, round) : requestId();
    session.expect(id);
    if (kind === LAP_NULL) {
      session.put(tag.MSG_TEST_REQUEST, (writer) => writer.text(tag.TAG_TEST_REQ_ID, id));
    } else if (kind === LAP_NEW) {
      session.put(tag.MSG_NEW_ORDER_SINGLE, (writer) => putOrder(writer, index, id, nowMicros));
    } else {
      session.put(tag.MSG_ORDER_CANCEL_REQUEST, (writer) =>
        putCancel(writer, index, id, nowMicros),
      );
    }
  }

  return (first: number, count: number): void => {
    const nowMicros = systemClock.nowMicros();
    for (let index = first; index < first + count; index++) {
      put(index, nowMicros);
      if (index === lap.commands - 1) round++;
    }
    session.flush();
  };
}

/** What is expected next, and who hears that it came. */
class FixSession {
  readonly #socket: Awaited<ReturnType<typeof connectTo>>;
  readonly #listener: AnswerListener;
  /** With it every id of this load begins: the session hears of the account's other orders too. */
  readonly #stamp: string;
  readonly #writer: FixWriter;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #ids: string[] = [];
  #messages: Buffer[] = [];
  #msgSeqNum = 0;
  #sentCount = 0;
  #heardCount = 0;
  #isClosing = false;
  #onReady: (() => void) | undefined;

  private constructor(
    socket: Awaited<ReturnType<typeof connectTo>>,
    targetCompId: string,
    stamp: string,
    listener: AnswerListener,
  ) {
    this.#socket = socket;
    this.#stamp = stamp;
    this.#listener = listener;
    this.#writer = new FixWriter(SENDER_COMP_ID, targetCompId);
    this.#heartbeat = setInterval(() => this.#say(tag.MSG_HEARTBEAT), HEARTBEAT_SECONDS * 500);
    const reader = new FixReader(MESSAGE_BYTES_MAX, (message) => this.#onMessage(message));
    socket.on("data", (bytes: Buffer) => {
      listener.onArrival();
      reader.read(bytes);
    });
    socket.on("error", (error) => listener.onFailure(error));
    socket.on("close", () => {
      if (!this.#isClosing) this.#fail("the target closed the connection");
    });
  }

  /** Logs on with numbers that begin anew. */
  static async open(
    { address, targetCompId }: FixTarget,
    key: string,
    stamp: string,
    listener: AnswerListener,
  ): Promise<FixSession> {
    const { username, password } = loginOf(key);
    const session = new FixSession(await connectTo(address), targetCompId, stamp, listener);
    const ready = session.#ready();
    session.#say(tag.MSG_LOGON, (writer) => {
      writer.integer(tag.TAG_ENCRYPT_METHOD, 0);
      writer.integer(tag.TAG_HEART_BT_INT, HEARTBEAT_SECONDS);
      writer.text(tag.TAG_RESET_SEQ_NUM_FLAG, "Y");
      writer.text(tag.TAG_USERNAME, username);
      writer.text(tag.TAG_PASSWORD, password);
    });
    await ready;
    return session;
  }

  /** The answer comes under this id. */
  expect(id: string): void {
    this.#ids[this.#sentCount++ % IN_FLIGHT_MAX] = id;
  }

  put(msgType: string, putFields: (writer: FixWriter) => void): void {
    const header = { msgSeqNum: ++this.#msgSeqNum, sendingTimeMicros: systemClock.nowMicros() };
    this.#writer.begin(msgType, header);
    putFields(this.#writer);
    this.#messages.push(Buffer.from(this.#writer.finish()));
  }

  flush(): void {
    this.#socket.write(Buffer.concat(this.#messages));
    this.#messages = [];
  }

  async cancelAll(symbol: string): Promise<void> {
    const ready = this.#ready();
    this.#say(tag.MSG_ORDER_MASS_CANCEL_REQUEST, (writer) => {
      writer.text(tag.TAG_CL_ORD_ID, "ALL");
      writer.integer(tag.TAG_MASS_CANCEL_REQUEST_TYPE, OF_SYMBOL);
      writer.text(tag.TAG_SYMBOL, symbol);
      writer.time(tag.TAG_TRANSACT_TIME, systemClock.nowMicros());
    });
    await ready;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#heartbeat);
    await endSocket(this.#socket);
  }

  #say(msgType: string, putFields: (writer: FixWriter) => void = () => {}): void {
    this.put(msgType, putFields);
    this.flush();
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#socket.once("close", () => reject(new Error("FIX: the target closed the connection")));
    });
  }

  #onMessage(message: FixMessage): void {
    switch (message.msgType) {
      case tag.MSG_EXECUTION_REPORT:
        this.#onReport(message);
        return;
      case tag.MSG_ORDER_CANCEL_REJECT:
        this.#answer(message.text(tag.TAG_CL_ORD_ID), ANSWER_REFUSED, 0);
        return;
      case tag.MSG_HEARTBEAT:
        if (message.has(tag.TAG_TEST_REQ_ID)) {
          this.#answer(message.text(tag.TAG_TEST_REQ_ID), ANSWER_DONE, 0);
        }
        return;
      case tag.MSG_TEST_REQUEST: {
        const id = message.text(tag.TAG_TEST_REQ_ID);
        this.#say(tag.MSG_HEARTBEAT, (writer) => writer.text(tag.TAG_TEST_REQ_ID, id));
        return;
      }
      case tag.MSG_LOGON:
      case tag.MSG_ORDER_MASS_CANCEL_REPORT:
        this.#onReady?.();
        return;
      default:
        this.#fail(`${message.msgType} ${message.text(tag.TAG_TEXT)}`);
    }
  }

  #onReport(message: FixMessage): void {
    const id = message.text(tag.TAG_CL_ORD_ID);
    switch (message.char(tag.TAG_EXEC_TYPE)) {
      case fix.EXEC_TYPE_NEW:
        this.#answer(id, ANSWER_DONE, -1);
        return;
      case fix.EXEC_TYPE_REJECTED:
        this.#answer(id, ANSWER_REFUSED, -1);
        return;
      case fix.EXEC_TYPE_CANCELED:
        if (this.#isExpected(id)) this.#answer(id, ANSWER_DONE, canceledLotsOf(message));
        return;
      default: // Executions and what else happens to orders: told by no answer.
    }
  }

  /** What is left of an immediate order, or goes with all others, is canceled too. */
  #isExpected(id: string): boolean {
    return this.#heardCount < this.#sentCount && this.#ids[this.#heardCount % IN_FLIGHT_MAX] === id;
  }

  #answer(id: string, status: number, lots: number): void {
    if (!id.startsWith(this.#stamp)) return;
    const isExpected = this.#isExpected(id);
    const place = this.#heardCount % IN_FLIGHT_MAX;
    if (!isExpected) {
      this.#fail(`expected an answer to ${this.#ids[place]}, found one to ${id}`);
      return;
    }
    this.#heardCount++;
    this.#listener.onAnswer(status, lots);
  }

  #fail(message: string): void {
    this.#listener.onFailure(new Error(`FIX: ${message}`));
    this.#socket.destroy();
  }
}

/** What a cancel took off the book. */
function canceledLotsOf(message: FixMessage): number {
  return message.integer(tag.TAG_ORDER_QTY) - message.integer(tag.TAG_CUM_QTY);
}
