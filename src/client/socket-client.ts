// The exchange over a WebSocket that outlives its connections: when one breaks it dials again, logs
// in, subscribes again and goes on with the execution after the last that it read.

import { WebSocket } from "ws";
import { Refused } from "./rest-client.ts";
import type { WireFields } from "./wire-json.ts";

export type SocketClientOptions = {
  /** "http://127.0.0.1:8000", as for REST. */
  readonly url: string;
  /** Left out: only public streams. */
  readonly key?: string;
  /** Gets each message of the streams; executions once each and in order. */
  readonly onStream?: (message: WireFields) => void;
  /** The exchange no longer has what was missed; the history has. */
  readonly onGap?: (afterSequence: number) => void;
  /** Between two attempts to connect again; 0: none is made. */
  readonly redialMillis?: number;
};

/** Nobody knows whether the request was entered: ask for its order by clOrdId. */
export class ConnectionLost extends Error {
  override name = "ConnectionLost";
}

type Pending = { resolve(result: WireFields): void; reject(error: Error): void };

const REDIAL_MILLIS = 200;
const ORDERS = "orders";

export class SocketClient {
  readonly #options: SocketClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #streams = new Set<string>();
  #socket: WebSocket;
  #nextId = 1;
  #isClosed = false;
  /** Of the last execution that was read. */
  #sequence = -1;
  #index = -1;

  private constructor(options: SocketClientOptions, socket: WebSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#listenTo(socket);
  }

  /** Rejects when the first connection cannot be made. */
  static async connect(options: SocketClientOptions): Promise<SocketClient> {
    return new SocketClient(options, await opened(options));
  }

  /** Sends a request of docs/protocols/json.md; rejects with Refused or ConnectionLost. */
  ask(op: string, fields: WireFields = {}): Promise<WireFields> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new ConnectionLost("expected a connection, found that it is being made again"));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, op, ...fields }));
    });
  }

  async subscribe(...streams: readonly string[]): Promise<void> {
    await this.ask("subscribe", { streams });
    for (const stream of streams) this.#streams.add(stream);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  /** As a cable that is pulled. */
  cut(): void {
    this.#socket.terminate();
  }

  #listenTo(socket: WebSocket): void {
    this.#socket = socket;
    socket.on("message", (data) => this.#onMessage(JSON.parse(String(data)) as WireFields));
    socket.on("error", () => {}); // The close that follows says enough.
    socket.on("close", () => this.#onClose());
  }

  #onMessage(message: WireFields): void {
    if (message["stream"] !== undefined) {
      this.#onStream(message);
      return;
    }
    const pending = this.#pending.get(Number(message["id"]));
    this.#pending.delete(Number(message["id"]));
    const error = message["error"] as WireFields | undefined;
    if (error === undefined) pending?.resolve(message["result"] as WireFields);
    else pending?.reject(new Refused(0, error));
  }

  /** An execution that was read before the connection broke comes again, and is left out. */
  #onStream(message: WireFields): void {
    if (message["stream"] === ORDERS) {
      const [sequence, index] = [Number(message["sequence"]), Number(message["index"])];
      const isOld = sequence < this.#sequence;
      if (isOld || (sequence === this.#sequence && index <= this.#index)) return;
      this.#sequence = sequence;
      this.#index = index;
    }
    this.#options.onStream?.(message);
  }

  #onClose(): void {
    const lost = new ConnectionLost("expected an answer, found the end of the connection");
    for (const { reject } of this.#pending.values()) reject(lost);
    this.#pending.clear();
    if (!this.#isClosed) this.#redialLater();
  }

  #redialLater(): void {
    const { redialMillis = REDIAL_MILLIS } = this.#options;
    if (redialMillis === 0) return;
    setTimeout(() => {
      if (this.#isClosed) return;
      opened(this.#options).then(
        (socket) => this.#goOn(socket),
        () => this.#redialLater(),
      );
    }, redialMillis);
  }

  #goOn(socket: WebSocket): void {
    this.#listenTo(socket);
    if (this.#streams.size === 0) return;
    const streams = [...this.#streams];
    const hasRead = this.#sequence >= 0 && this.#streams.has(ORDERS);
    // From the command before the last one read: its own events may have come only in part.
    const after = Math.max(0, this.#sequence - 1);
    this.ask("subscribe", hasRead ? { streams, after } : { streams }).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.code !== "STREAM_GAP") return;
      this.#options.onGap?.(this.#sequence);
      this.ask("subscribe", { streams }).catch(() => {}); // Lost again: dialed again.
    });
  }
}

/** A connection that is open and logged in. */
function opened({ url, key }: SocketClientOptions): Promise<WebSocket> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}
