// Orders over gRPC by the exchange's own stream of batches (docs/protocols/grpc.md): whatever is
// due goes in one batch, and each batch is answered by one. The library carries the messages; what
// they are made of is written and read here, so that it is the exchange that is measured.

import { Client, type ClientDuplexStream, credentials, Metadata } from "@grpc/grpc-js";
import { MessageReader, NO_VARINT } from "../../../gateway/grpc/message-reader.ts";
import { lengthKey, MessageWriter, varintKey } from "../../../gateway/grpc/message-writer.ts";
import { BATCH_ORDERS_MAX } from "../../../gateway/limits.ts";
import { SIDE_BUY } from "../../../model/side.ts";
import type { AnswerListener, OpenConnection } from "../driver.ts";
import { ANSWER_DONE, ANSWER_REFUSED, LAP_NEW, LAP_NULL, type Lap } from "../lap.ts";
import { type JsonOrders, jsonOrders, priceTextOf, symbolOf } from "./json-orders.ts";

/** Below what the exchange reads of a stream before it answers. */
const IN_FLIGHT_MAX = 8192;
const READY_MILLIS_MAX = 10_000;
const TRADE = "/outcry.v1.OrderEntry/Trade";
/** The library shares connections otherwise. */
const OWN_CONNECTION = { "grpc.use_local_subchannel_pool": 1 };

/** Of RequestBatch and of AnswerBatch. */
const BATCH_ID = varintKey(1);
const ENTRIES = lengthKey(2);

const REQUEST_NEW = lengthKey(1);
const REQUEST_CANCEL = lengthKey(2);
const REQUEST_MASS_CANCEL = lengthKey(4);
const REQUEST_CANCEL_ON_DISCONNECT = lengthKey(5);

const BUY = 1;
const SELL = 2;
const LIMIT = 1;
const GTC = 1;
const IOC = 2;

const ANSWER_REPORT = lengthKey(1);
const ANSWER_REFUSAL = lengthKey(2);
const REPORT_ORD_STATUS = varintKey(10);
const REPORT_CUM_QTY = lengthKey(13);
const ORD_STATUS_REJECTED = 5;
const WIRE_TYPE_MASK = 7;
const VARINT_CONTINUES = 0x80;

const asIs = (bytes: Buffer): Buffer => bytes;

/** `address`: HOST:PORT; `key`: a bearer token. */
export function grpcOpener(address: string, key: string): OpenConnection {
  return async (lap, instrument, listener) => {
    const client = new Client(address, credentials.createInsecure(), OWN_CONNECTION);
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + READY_MILLIS_MAX, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${key}`);
    const call = client.makeBidiStreamRequest(TRADE, asIs, asIs, metadata);
    const answers = new TradeAnswers(call, lap, listener);
    const requests = new TradeRequests(lap, instrument);

    return {
      inFlightMax: IN_FLIGHT_MAX,
      isSynchronous: false,
      send(first, count) {
        for (let from = first; from < first + count; from += BATCH_ORDERS_MAX) {
          call.write(requests.batch(from, Math.min(from + BATCH_ORDERS_MAX, first + count)));
        }
      },
      poll() {
        // The event loop brings the answers.
      },
      async cancelAll() {
        const answered = answers.nextUnread();
        call.write(requests.massCancel());
        await answered;
      },
      async close() {
        answers.ignore();
        call.cancel();
        client.close();
      },
    };
  };
}

/** The lap's commands as batches of requests. */
class TradeRequests {
  readonly #lap: Lap;
  readonly #orders: JsonOrders;
  readonly #symbol: string;
  readonly #writer = new MessageWriter();
  #batchId = 0;
  #round = 0;

  constructor(lap: Lap, instrument: number) {
    this.#lap = lap;
    this.#orders = jsonOrders(lap, instrument);
    this.#symbol = symbolOf(instrument);
  }

  batch(first: number, end: number): Buffer {
    const out = this.#writer;
    out.uint(BATCH_ID, ++this.#batchId);
    for (let index = first; index < end; index++) {
      const request = out.open(ENTRIES);
      this.#putRequest(index);
      out.close(request);
      if (index === this.#lap.commands - 1) this.#round++;
    }
    return out.takeBytes();
  }

  massCancel(): Buffer {
    const out = this.#writer;
    out.uint(BATCH_ID, ++this.#batchId);
    const request = out.open(ENTRIES);
    const all = out.open(REQUEST_MASS_CANCEL);
    out.shortText(lengthKey(1), this.#symbol);
    out.close(all);
    out.close(request);
    return out.takeBytes();
  }

  #putRequest(index: number): void {
    const out = this.#writer;
    const kind = this.#lap.kinds[index];
    if (kind === LAP_NULL) {
      out.close(out.open(REQUEST_CANCEL_ON_DISCONNECT)); // Off, as it is: nothing to do.
      return;
    }
    const clOrdId = this.#orders.clOrdIdOf(index, this.#round);
    if (kind === LAP_NEW) {
      this.#putOrder(index, clOrdId);
      return;
    }
    const cancel = out.open(REQUEST_CANCEL);
    const order = out.open(lengthKey(1));
    out.shortText(lengthKey(2), clOrdId);
    out.close(order);
    out.close(cancel);
  }

  #putOrder(index: number, clOrdId: string): void {
    const { sides, priceTicks, qtyLots, iocs } = this.#lap;
    const out = this.#writer;
    const order = out.open(REQUEST_NEW);
    out.shortText(lengthKey(1), this.#symbol);
    out.uint(varintKey(2), sides[index] === SIDE_BUY ? BUY : SELL);
    out.uint(varintKey(3), LIMIT);
    out.shortText(lengthKey(4), priceTextOf(priceTicks[index]));
    out.shortText(lengthKey(5), String(qtyLots[index]));
    out.uint(varintKey(6), iocs[index] === 1 ? IOC : GTC);
    out.shortText(lengthKey(8), clOrdId);
    out.close(order);
  }
}

/** Batches of answers: they come in the order of the requests, which their numbers prove. */
class TradeAnswers {
  readonly #kinds: Uint8Array;
  readonly #listener: AnswerListener;
  readonly #reader = new MessageReader();
  #batchId = 0;
  #place = 0;
  #isIgnored = false;
  #onUnread: (() => void) | undefined;

  constructor(call: ClientDuplexStream<Buffer, Buffer>, lap: Lap, listener: AnswerListener) {
    this.#kinds = lap.kinds;
    this.#listener = listener;
    call.on("data", (message: Buffer) => {
      if (this.#isIgnored) this.#onUnread?.();
      else this.#onBatch(message);
    });
    call.on("error", (error) => {
      if (!this.#isIgnored) listener.onFailure(error);
    });
    call.on("end", () => {
      if (!this.#isIgnored) this.#fail("the target ended the stream");
    });
  }

  /** What comes from now on answers none of the load's requests. */
  ignore(): void {
    this.#isIgnored = true;
  }

  nextUnread(): Promise<void> {
    this.ignore();
    return new Promise((resolve) => {
      this.#onUnread = resolve;
    });
  }

  #onBatch(message: Buffer): void {
    const reader = this.#reader;
    const end = message.length;
    this.#listener.onArrival();
    reader.begin(message);
    if (reader.varint(end) !== BATCH_ID || reader.varint(end) !== ++this.#batchId) {
      this.#fail(`expected the answers to batch ${this.#batchId}`);
      return;
    }
    while (reader.at < end) {
      const answerEnd = reader.varint(end) === ENTRIES ? reader.fieldEnd(end) : NO_VARINT;
      if (answerEnd === NO_VARINT) {
        this.#fail("expected answers");
        return;
      }
      this.#onAnswer(answerEnd);
      reader.at = answerEnd;
    }
  }

  #onAnswer(end: number): void {
    const kind = this.#kinds[this.#place];
    if (++this.#place === this.#kinds.length) this.#place = 0;
    const key = this.#reader.varint(end);
    if (key === ANSWER_REFUSAL) this.#listener.onAnswer(ANSWER_REFUSED, -1);
    else if (key !== ANSWER_REPORT) this.#listener.onAnswer(ANSWER_DONE, -1);
    else this.#onReport(this.#reader.fieldEnd(end), kind);
  }

  #onReport(end: number, kind: number): void {
    const reader = this.#reader;
    let status = ANSWER_DONE;
    let lots = 0;
    while (reader.at < end) {
      const key = reader.varint(end);
      if (key === REPORT_CUM_QTY) {
        const fieldEnd = reader.fieldEnd(end);
        lots = Number(reader.bytes.toString("latin1", reader.at, fieldEnd));
        reader.at = fieldEnd;
      } else if (key === REPORT_ORD_STATUS) {
        if (reader.varint(end) === ORD_STATUS_REJECTED) status = ANSWER_REFUSED;
      } else passOver(reader, key, end);
    }
    this.#listener.onAnswer(status, kind === LAP_NEW ? lots : -1);
  }

  #fail(message: string): void {
    this.#listener.onFailure(new Error(`gRPC: ${message}`));
  }
}

/** A varint of any length, or a field that tells its own. */
function passOver(reader: MessageReader, key: number, end: number): void {
  if ((key & WIRE_TYPE_MASK) === 0) {
    while (reader.bytes[reader.at++] >= VARINT_CONTINUES);
    return;
  }
  const fieldEnd = reader.fieldEnd(end);
  reader.at = fieldEnd === NO_VARINT ? end : fieldEnd;
}
