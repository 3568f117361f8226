// Orders by OUCH 5.0 over SoupBinTCP (docs/protocols/ouch.md), many at once. Its reports come in
// the order of the requests, with executions of both sides between them: an order is answered by
// Accepted or Rejected, a cancel by Canceled, which tells its lots, or Cancel Reject.

import {
  accountQueryRequest,
  cancelRequest,
  enterRequest,
  massCancelRequest,
} from "../../../client/ouch-requests.ts";
import { u32At } from "../../../codec/big-endian.ts";
import * as report from "../../../codec/ouch-report.ts";
import * as soup from "../../../codec/soup-bin-tcp.ts";
import { SIDE_BUY } from "../../../model/side.ts";
import type { AnswerListener, OpenConnection } from "../driver.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_CANCEL, LAP_NEW, LAP_NULL, type Lap } from "../lap.ts";
import type { SocketAddress } from "../load-options.ts";
import { refuseReplacements, symbolOf } from "./json-orders.ts";
import { loginOf } from "./login.ts";
import { connectTo, endSocket } from "./record-driver.ts";

/** Below what a session may be behind. */
const IN_FLIGHT_MAX = 4096;
const PACKET_BYTES_MAX = 65_537;
const HEARTBEAT_MILLIS = 1000;
const HEARTBEAT = soup.soupPacket(soup.SOUP_CLIENT_HEARTBEAT, "");
/** OUCH's prices are whole numbers of 10^-4, the instruments' ticks hundredths. */
const PRICE_PER_TICK = 100;

/** `key`: a key of the exchange, or USERNAME:PASSWORD. */
export function ouchOpener(address: SocketAddress, key: string): OpenConnection {
  return async (lap, instrument, listener) => {
    if (instrument > 1) throw new Error("OUCH: an account's connections share one stream; use one");
    refuseReplacements(lap);
    const session = await OuchSession.open(address, loginOf(key), listener);
    const requests = new OuchRequests(lap, symbolOf(instrument), session);
    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send: (first, count) => requests.send(first, count),
      poll() {
        // The event loop brings the answers.
      },
      cancelAll: () => session.cancelAll(symbolOf(instrument)),
      close: () => session.close(),
    };
  };
}

/** The lap's commands as OUCH's requests, each order under a UserRefNum that was never used. */
class OuchRequests {
  readonly #lap: Lap;
  readonly #session: OuchSession;
  readonly #symbol: string;
  /** The UserRefNum of an order id of the lap. */
  readonly #refs = new Map<number, number>();

  constructor(lap: Lap, symbol: string, session: OuchSession) {
    this.#lap = lap;
    this.#symbol = symbol;
    this.#session = session;
  }

  send(first: number, count: number): void {
    const packets: Uint8Array[] = [];
    for (let index = first; index < first + count; index++) {
      const kind = this.#lap.kinds[index];
      const ref = this.#refOf(index);
      this.#session.expect(kind, ref);
      packets.push(unsequenced(this.#requestOf(index, ref)));
    }
    this.#session.write(Buffer.concat(packets));
  }

  #refOf(index: number): number {
    const orderId = this.#lap.orderIds[index];
    if (this.#lap.kinds[index] === LAP_NEW) this.#refs.set(orderId, this.#session.takeRef());
    return this.#refs.get(orderId) ?? 0;
  }

  #requestOf(index: number, userRefNum: number): Uint8Array {
    const { kinds, sides, qtyLots, priceTicks, iocs } = this.#lap;
    if (kinds[index] === LAP_NULL) return accountQueryRequest();
    if (kinds[index] === LAP_CANCEL) return cancelRequest(userRefNum);
    return enterRequest({
      userRefNum,
      side: sides[index] === SIDE_BUY ? "B" : "S",
      quantity: qtyLots[index],
      symbol: this.#symbol,
      price: priceTicks[index] * PRICE_PER_TICK,
      timeInForce: iocs[index] === 1 ? "3" : "1",
    });
  }
}

/** What is expected next, and who hears that it came. */
class OuchSession {
  readonly #socket: Awaited<ReturnType<typeof connectTo>>;
  readonly #listener: AnswerListener;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #kinds = new Uint8Array(IN_FLIGHT_MAX);
  readonly #refs = new Uint32Array(IN_FLIGHT_MAX);
  #sentCount = 0;
  #heardCount = 0;
  #nextRef = 0;
  #isClosing = false;
  #onReady: (() => void) | undefined;

  private constructor(socket: Awaited<ReturnType<typeof connectTo>>, listener: AnswerListener) {
    this.#socket = socket;
    this.#listener = listener;
    this.#heartbeat = setInterval(() => socket.write(HEARTBEAT), HEARTBEAT_MILLIS);
    const reader = new soup.SoupReader(PACKET_BYTES_MAX, (bytes, at) => this.#onPacket(bytes, at));
    socket.on("data", (bytes: Buffer) => {
      listener.onArrival();
      if (!reader.read(bytes)) this.#fail("expected SoupBinTCP packets");
    });
    socket.on("error", (error) => listener.onFailure(error));
    socket.on("close", () => {
      if (!this.#isClosing) this.#fail("the target closed the connection");
    });
  }

  /** Logs in and asks for the next UserRefNum. */
  static async open(
    address: SocketAddress,
    login: { readonly username: string; readonly password: string },
    listener: AnswerListener,
  ): Promise<OuchSession> {
    const session = new OuchSession(await connectTo(address), listener);
    const ready = session.#ready();
    session.#socket.write(soup.loginRequest({ ...login, session: "", sequence: 0 }));
    await ready;
    return session;
  }

  takeRef(): number {
    return this.#nextRef++;
  }

  expect(kind: number, userRefNum: number): void {
    const place = this.#sentCount++ % IN_FLIGHT_MAX;
    this.#kinds[place] = kind;
    this.#refs[place] = userRefNum;
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  async cancelAll(symbol: string): Promise<void> {
    const ready = this.#ready();
    this.write(unsequenced(massCancelRequest(this.takeRef(), symbol)));
    await ready;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#heartbeat);
    await endSocket(this.#socket);
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onReady = resolve;
      this.#socket.once("close", () => reject(new Error("OUCH: the target closed the connection")));
    });
  }

  #onPacket(bytes: Uint8Array, at: number): void {
    const type = bytes[at + 2];
    const isLogin = type === soup.SOUP_LOGIN_ACCEPTED;
    if (type === soup.SOUP_LOGIN_REJECTED) this.#fail("the login was rejected");
    else if (isLogin) this.write(unsequenced(accountQueryRequest()));
    else if (type === soup.SOUP_SEQUENCED_DATA || type === soup.SOUP_UNSEQUENCED_DATA) {
      this.#onReport(bytes, at + soup.SOUP_HEADER_BYTES);
    }
  }

  #onReport(bytes: Uint8Array, at: number): void {
    const ref = u32At(bytes, at + report.OUCH_USER_REF_NUM_BYTE);
    switch (bytes[at]) {
      case report.OUCH_ACCEPTED:
        this.#answer(LAP_NEW, ref, ANSWER_DONE, -1);
        return;
      case report.OUCH_REJECTED:
        this.#answer(LAP_NEW, ref, ANSWER_REFUSED, -1);
        return;
      case report.OUCH_CANCELED:
        this.#onCanceled(ref, u32At(bytes, at + report.CANCELED_QUANTITY_BYTE));
        return;
      case report.OUCH_CANCEL_REJECT:
        this.#answer(LAP_CANCEL, ref, ANSWER_REFUSED, 0);
        return;
      case report.OUCH_ACCOUNT_QUERY_RESPONSE:
        this.#onNextRef(ref);
        return;
      case report.OUCH_MASS_CANCEL_RESPONSE:
        this.#onReady?.();
        return;
      default: // Executions and what else happens to orders: told by no answer.
    }
  }

  /** What is left of an immediate order is canceled too, and nobody asked for it. */
  #onCanceled(ref: number, lots: number): void {
    const place = this.#heardCount % IN_FLIGHT_MAX;
    const isAsked = this.#heardCount < this.#sentCount && this.#kinds[place] === LAP_CANCEL;
    if (isAsked && this.#refs[place] === ref) this.#answer(LAP_CANCEL, ref, ANSWER_DONE, lots);
  }

  /** The first one says where to begin, the others answer null operations. */
  #onNextRef(ref: number): void {
    if (this.#nextRef > 0) {
      this.#answer(LAP_NULL, 0, ANSWER_DONE, 0);
      return;
    }
    this.#nextRef = ref;
    this.#onReady?.();
  }

  #answer(kind: number, ref: number, status: number, lots: number): void {
    const place = this.#heardCount++ % IN_FLIGHT_MAX;
    const isExpected = this.#kinds[place] === kind && this.#refs[place] === ref;
    if (!isExpected) this.#fail(`expected an answer to ${this.#refs[place]}, found one to ${ref}`);
    else this.#listener.onAnswer(status, lots);
  }

  #fail(message: string): void {
    this.#listener.onFailure(new Error(`OUCH: ${message}`));
    this.#socket.destroy();
  }
}

function unsequenced(request: Uint8Array): Uint8Array {
  const packet = new Uint8Array(soup.SOUP_HEADER_BYTES + request.length);
  soup.putSoupHeader(packet, 0, soup.SOUP_UNSEQUENCED_DATA, request.length);
  packet.set(request, soup.SOUP_HEADER_BYTES);
  return packet;
}
