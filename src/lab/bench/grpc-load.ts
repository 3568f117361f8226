// hot path
// One gRPC stream that sends batches of orders as fast as it is told and checks every answer: each
// batch is answered once, in the order in which it was sent, by a report for each of its orders.
// The library carries the messages; what they are made of is written and read here, so that it is
// the exchange that is measured.

import { type Client, type ClientDuplexStream, Metadata } from "@grpc/grpc-js";
import { MessageReader, NO_VARINT } from "../../gateway/grpc/message-reader.ts";
import { lengthKey, MessageWriter, varintKey } from "../../gateway/grpc/message-writer.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";

const BATCH_ID = varintKey(1);
const ENTRIES = lengthKey(2);
const REQUEST_NEW = lengthKey(1);
const REPORT = lengthKey(1);
const BUY = 1;
const SELL = 2;
const LIMIT = 1;
const NANOS_A_MILLI = 1_000_000;
/** Planned times of batches that are under way; a power of two. */
const PLANNED_MAX = 1 << 16;

const asIs = (bytes: Buffer): Buffer => bytes;

export class GrpcLoad {
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #name: string;
  readonly #ordersPerBatch: number;
  readonly #latencies: LatencyHistogram;
  readonly #onAnswered: () => void;
  readonly #writer = new MessageWriter();
  readonly #reader = new MessageReader();
  readonly #planned = new Float64Array(PLANNED_MAX);
  #sentBatches = 0;
  #answeredBatches = 0;
  #orderCount = 0;
  #failure: Error | undefined;

  /** `name` begins the client order ids, so that no two are equal. */
  constructor(
    client: Client,
    key: string,
    name: string,
    ordersPerBatch: number,
    latencies: LatencyHistogram,
    onAnswered: () => void,
  ) {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${key}`);
    this.#call = client.makeBidiStreamRequest("/outcry.v1.OrderEntry/Trade", asIs, asIs, metadata);
    this.#name = name;
    this.#ordersPerBatch = ordersPerBatch;
    this.#latencies = latencies;
    this.#onAnswered = onAnswered;
    this.#call.on("data", (message: Buffer) => this.#onAnswers(message));
    this.#call.on("error", (error) => this.#fail(error.message));
  }

  get sentBatches(): number {
    return this.#sentBatches;
  }

  get answeredBatches(): number {
    return this.#answeredBatches;
  }

  /** Sends one batch, which was planned at `plannedMillis`. */
  send(plannedMillis: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    const out = this.#writer;
    const batchId = ++this.#sentBatches;
    out.uint(BATCH_ID, batchId);
    for (let i = 0; i < this.#ordersPerBatch; i++) {
      const request = out.open(ENTRIES);
      const order = out.open(REQUEST_NEW);
      out.shortText(lengthKey(1), "ACME");
      out.uint(varintKey(2), this.#orderCount % 2 === 0 ? BUY : SELL);
      out.uint(varintKey(3), LIMIT);
      out.shortText(lengthKey(4), "100.00");
      out.shortText(lengthKey(5), "1");
      const id = out.open(lengthKey(8));
      out.text(this.#name);
      out.integer(++this.#orderCount);
      out.close(id);
      out.close(order);
      out.close(request);
    }
    this.#planned[batchId & (PLANNED_MAX - 1)] = plannedMillis;
    this.#call.write(out.takeBytes());
  }

  close(): void {
    this.#call.cancel();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #onAnswers(message: Buffer): void {
    const reader = this.#reader;
    const end = message.length;
    const batchId = ++this.#answeredBatches;
    reader.begin(message);
    if (reader.varint(end) !== BATCH_ID || reader.varint(end) !== batchId) {
      this.#fail(`expected the answers to batch ${batchId}`);
    }
    let reportCount = 0;
    while (reader.at < end) {
      if (reader.varint(end) !== ENTRIES) this.#fail("expected answers");
      const entryEnd = reader.fieldEnd(end);
      if (entryEnd === NO_VARINT || reader.varint(entryEnd) !== REPORT) {
        this.#fail(`expected a report, found ${message.toString("latin1", reader.at)}`);
        return;
      }
      reader.at = entryEnd;
      reportCount++;
    }
    if (reportCount !== this.#ordersPerBatch) this.#fail(`expected every report of ${batchId}`);
    const plannedMillis = this.#planned[batchId & (PLANNED_MAX - 1)];
    this.#latencies.record((performance.now() - plannedMillis) * NANOS_A_MILLI);
    this.#onAnswered();
  }

  #fail(message: string): void {
    this.#failure ??= new Error(message);
  }
}
