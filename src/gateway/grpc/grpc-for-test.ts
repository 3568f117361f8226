// A real exchange on a real log with the gRPC gateway in front of it, and the library's own client.

import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Disk } from "../../log/disk.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import { type Json, startTestGateway, type TestGateway } from "../gateway-for-test.ts";
import { type GrpcGateway, type GrpcGatewayOptions, startGrpc } from "./grpc-gateway.ts";

export const PROTO_DIRECTORY = fileURLToPath(new URL("../../../proto", import.meta.url));

/** As a client sees the contract: plain names and plain values, everything filled in. */
export const DEFINITIONS = loadSync(
  ["outcry/v1/order_entry.proto", "outcry/v1/market_data.proto"],
  { includeDirs: [PROTO_DIRECTORY], longs: Number, enums: String, defaults: true, oneofs: true },
);

// biome-ignore lint/suspicious/noExplicitAny: what the library makes of the proto files.
type Service = any;

const WAIT_MILLIS = 10_000;

/** Clients of a port with the keys of accounts 1, 2, ... */
export class GrpcDialer {
  readonly address: string;
  readonly #keyTexts: readonly string[];
  readonly #credentials: grpc.ChannelCredentials;
  readonly #clients: grpc.Client[] = [];

  /** `ca`: whose word over TLS is taken, in PEM; left out: no TLS. */
  constructor(port: number, keyTexts: readonly string[], ca?: string) {
    this.address = `127.0.0.1:${port}`;
    this.#credentials =
      ca === undefined
        ? grpc.credentials.createInsecure()
        : grpc.credentials.createSsl(Buffer.from(ca));
    this.#keyTexts = keyTexts;
  }

  /** `isAlone`: on a connection of its own; else the library shares one. */
  client(service: "OrderEntry" | "MarketData", isAlone = false): Service {
    const loaded: Service = grpc.loadPackageDefinition(DEFINITIONS);
    return this.dial(loaded.outcry.v1[service], isAlone);
  }

  dial(service: Service, isAlone = false): Service {
    const options = isAlone ? { "grpc.use_local_subchannel_pool": 1 } : {};
    const client = new service(this.address, this.#credentials, options);
    this.#clients.push(client);
    return client;
  }

  /** What a call of the account carries; 0: no key. */
  metadata(accountId = 1): grpc.Metadata {
    return this.metadataOf(this.#keyTexts[accountId - 1]);
  }

  metadataOf(key: string | undefined): grpc.Metadata {
    const metadata = new grpc.Metadata();
    if (key !== undefined) metadata.set("authorization", `Bearer ${key}`);
    return metadata;
  }

  /** One call of OrderEntry. */
  ask(method: string, request: object, accountId = 1): Promise<Json> {
    const client = this.client("OrderEntry");
    return new Promise((resolve, reject) => {
      client[method](request, this.metadata(accountId), (error: Error | null, answer: Json) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  }

  closeClients(): void {
    for (const client of this.#clients) client.close();
  }
}

export class GrpcTestVenue extends GrpcDialer {
  readonly gateway: TestGateway;
  readonly grpc: GrpcGateway;

  constructor(gateway: TestGateway, server: GrpcGateway) {
    super(server.port, gateway.keyTexts);
    this.gateway = gateway;
    this.grpc = server;
  }

  /** Once so many streams are open on the exchange's side. */
  async untilStreams(count: number): Promise<void> {
    const deadline = Date.now() + WAIT_MILLIS;
    while (this.grpc.streamCount < count) {
      if (Date.now() > deadline) throw new Error(`expected ${count} streams`);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}

/** Messages of a stream as they come, and how it ended. */
export class StreamReader {
  readonly messages: Json[] = [];
  readonly ended: Promise<grpc.StatusObject>;
  #wake: () => void = () => {};

  constructor(call: grpc.ClientReadableStream<Json>) {
    call.on("data", (message: Json) => {
      this.messages.push(message);
      this.#wake();
    });
    call.on("error", () => {}); // The status says it too.
    this.ended = new Promise((resolve) => {
      call.on("status", (status) => {
        resolve(status);
        this.#wake();
      });
    });
  }

  get #shown(): string {
    return JSON.stringify(this.messages).slice(0, 1000);
  }

  /** Entries of the repeated field of all messages, once there are so many. */
  async entries(field: string, count: number): Promise<Json[]> {
    const found = (): Json[] => this.messages.flatMap((message) => message[field] as Json[]);
    await this.until(() => found().length >= count);
    return found();
  }

  async until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + WAIT_MILLIS;
    while (!isThere()) {
      if (Date.now() > deadline) throw new Error(`found only ${this.#shown}`);
      await endsWithin(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        1000,
      );
    }
  }
}

export async function startTestGrpc(
  t: TestContext,
  changes: Partial<GrpcGatewayOptions> = {},
  disk: Disk = nodeDisk,
): Promise<GrpcTestVenue> {
  const gateway = await startTestGateway(t, {}, disk);
  const server = await startGrpc({
    venue: gateway.exchange,
    history: gateway.history,
    keys: gateway.keys,
    host: "127.0.0.1",
    port: 0,
    protoDirectory: PROTO_DIRECTORY,
    log: () => {},
    ...changes,
  });
  const venue = new GrpcTestVenue(gateway, server);
  gateway.beforeStop(async () => {
    venue.closeClients();
    await server.stop(1000);
  });
  return venue;
}
