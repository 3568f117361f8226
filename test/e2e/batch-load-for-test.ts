// Batches of orders that rest, over REST, WebSocket and gRPC at once, each batch behind the answer
// to the one before, until the venue dies.

import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { WebSocket } from "ws";
import { DEFINITIONS } from "../../src/gateway/grpc/grpc-for-test.ts";
import type { Acknowledged } from "./acknowledged-for-test.ts";

export const BATCH_PROTOCOLS = ["REST", "WebSocket", "gRPC"] as const;

type Protocol = (typeof BATCH_PROTOCOLS)[number];
type Report = { readonly orderId: number; readonly clOrdId: string; readonly ordStatus: string };
type Order = { readonly price: string; readonly clOrdId: string };

const BATCH = 25;

// biome-ignore lint/suspicious/noExplicitAny: what the library makes of the proto files.
type Service = any;

/** Of gRPC's port. */
export function orderEntryAt(port: number): Service {
  const loaded: Service = grpc.loadPackageDefinition(DEFINITIONS);
  const credentials = grpc.credentials.createInsecure();
  return new loaded.outcry.v1.OrderEntry(`127.0.0.1:${port}`, credentials);
}

export function metadataOf(key: string): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.set("authorization", `Bearer ${key}`);
  return metadata;
}

export class BatchLoad {
  readonly #acknowledged: Acknowledged;
  readonly #key: string;
  readonly #prefix: string;
  readonly #loops: Promise<unknown>;
  #lastNumber = 0;

  /** `prefix` begins the client order ids. */
  constructor(
    ports: { readonly http: number; readonly grpc: number },
    key: string,
    prefix: string,
    acknowledged: Acknowledged,
  ) {
    this.#acknowledged = acknowledged;
    this.#key = key;
    this.#prefix = prefix;
    this.#loops = Promise.all([
      this.#overRest(`http://127.0.0.1:${ports.http}`),
      this.#overWebSocket(`ws://127.0.0.1:${ports.http}/ws`),
      this.#overGrpc(ports.grpc),
    ]);
  }

  async ended(): Promise<void> {
    await this.#loops;
  }

  #batch(): Order[] {
    return Array.from({ length: BATCH }, (_, number) => ({
      price: (50 + (number % 997) / 100).toFixed(2),
      clOrdId: `${this.#prefix}-${++this.#lastNumber}`,
    }));
  }

  /** As JSON has them. */
  #orders(): object[] {
    const terms = { symbol: "ACME", side: "buy", ordType: "limit", orderQty: "1" };
    return this.#batch().map((order) => ({ new: { ...terms, ...order } }));
  }

  #note(protocol: Protocol, reports: readonly Report[]): void {
    for (const { clOrdId, orderId, ordStatus } of reports) {
      assert.match(ordStatus, /new$/i);
      this.#acknowledged.note(protocol, clOrdId, orderId);
    }
  }

  async #overRest(url: string): Promise<void> {
    const headers = { Authorization: `Bearer ${this.#key}`, "Content-Type": "application/json" };
    for (;;) {
      const body = JSON.stringify({ orders: this.#orders() });
      try {
        const response = await fetch(`${url}/orders/batch`, { method: "POST", headers, body });
        const { results } = (await response.json()) as { results: Report[] };
        this.#note("REST", results);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        return; // The venue was killed.
      }
    }
  }

  async #overWebSocket(url: string): Promise<void> {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${this.#key}` } });
    const closed = new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.on("error", () => {});
    });
    const send = () => socket.send(JSON.stringify({ id: 1, op: "batch", orders: this.#orders() }));
    socket.on("open", send);
    socket.on("message", (data) => {
      const { result } = JSON.parse(String(data)) as { result: { results: Report[] } };
      this.#note("WebSocket", result.results);
      send();
    });
    await closed;
  }

  async #overGrpc(port: number): Promise<void> {
    const client = orderEntryAt(port);
    const call = client.Trade(metadataOf(this.#key));
    const terms = { symbol: "ACME", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", orderQty: "1" };
    const send = (): void => {
      call.write({ requests: this.#batch().map((order) => ({ new: { ...terms, ...order } })) });
    };
    call.on("data", ({ answers }: { answers: { report: Report }[] }) => {
      this.#note(
        "gRPC",
        answers.map(({ report }) => report),
      );
      send();
    });
    call.on("error", () => {}); // Its end follows.
    const ended = new Promise((resolve) => call.on("status", resolve));
    send();
    await ended;
    client.close();
  }
}
