// hot path
// One gRPC stream that sends batches of orders as fast as it is told and checks every answer: each
// batch is answered once, in the order in which it was sent, by a report for each of its orders.
// The library carries the messages; what they are made of is written and read here, so that it is
// the exchange that is measured.

import { Client, type ClientDuplexStream, credentials, Metadata } from "@grpc/grpc-js";
import { MessageReader, NO_VARINT } from "../../gateway/grpc/message-reader.ts";
import { lengthKey, MessageWriter, varintKey } from "../../gateway/grpc/message-writer.ts";
import type { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { LoadProgress } from "./load-progress.ts";
import type { LoadPlace, OrderLoad } from "./order-load.ts";

const BATCH_ID = varintKey(1);
const ENTRIES = lengthKey(2);
const REQUEST_NEW = lengthKey(1);
const REPORT = lengthKey(1);
const BUY = 1;
const SELL = 2;
const LIMIT = 1;

const asIs = (bytes: Buffer): Buffer => bytes;

export class GrpcLoad implements OrderLoad {
  readonly progress: LoadProgress;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #name: string;
  readonly #ordersPerBatch: number;
  readonly #onAnswered: (count: number) => void;
  readonly #writer = new MessageWriter();
  readonly #reader = new MessageReader();
  #orderCount = 0;

  private constructor(
    { venue, key, name, ordersPerMessage }: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ) {
    // Connections of its own: the library shares them otherwise.
    this.#client = new Client(`127.0.0.1:${venue.grpcPort}`, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${key}`);
    const path = "/outcry.v1.OrderEntry/Trade";
    this.#call = this.#client.makeBidiStreamRequest(path, asIs, asIs, metadata);
    this.#name = name;
    this.#ordersPerBatch = ordersPerMessage;
    this.progress = new LoadProgress(latencies);
    this.#onAnswered = onAnswered;
    this.#call.on("data", (message: Buffer) => this.#onAnswers(message));
    this.#call.on("error", (error) => this.progress.fail(error.message));
  }

  static async open(
    place: LoadPlace,
    latencies: LatencyHistogram,
    onAnswered: (count: number) => void,
  ): Promise<GrpcLoad> {
    return new GrpcLoad(place, latencies, onAnswered);
  }

  send(count: number, plannedMillis: number, apartMillis: number): void {
    this.progress.check();
    for (let i = 0; i < count; i++) this.#sendBatch(plannedMillis + i * apartMillis);
  }

  #sendBatch(plannedMillis: number): void {
    const out = this.#writer;
    const batchId = this.progress.send(plannedMillis);
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
    this.#call.write(out.takeBytes());
  }

  close(): void {
    this.#call.cancel();
    this.#client.close();
    this.progress.check();
  }

  #onAnswers(message: Buffer): void {
    const reader = this.#reader;
    const end = message.length;
    const batchId = this.progress.answer();
    reader.begin(message);
    if (reader.varint(end) !== BATCH_ID || reader.varint(end) !== batchId) {
      this.progress.fail(`expected the answers to batch ${batchId}`);
    }
    let reportCount = 0;
    while (reader.at < end) {
      if (reader.varint(end) !== ENTRIES) this.progress.fail("expected answers");
      const entryEnd = reader.fieldEnd(end);
      if (entryEnd === NO_VARINT || reader.varint(entryEnd) !== REPORT) {
        this.progress.fail(`expected a report, found ${message.toString("latin1", reader.at)}`);
        return;
      }
      reader.at = entryEnd;
      reportCount++;
    }
    if (reportCount !== this.#ordersPerBatch)
      this.progress.fail(`expected every report of ${batchId}`);
    this.#onAnswered(1);
  }
}
