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
  /**
   * The connection was made again. What was asked of the one before for as long as it lasted
   * (cancelOnDisconnect, receipts) has ended with it, and can be asked again from here on.
   */
  readonly onReconnected?: () => void;
  /** Between two attempts to connect again; 0: none is made. */
  readonly redialMillis?: number;
  /** A connection that says nothing for so long is given up; the exchange pings each 30 s. */
  readonly silentMillisMax?: number;
};

/** Nobody knows whether the request was entered: ask for its order by clOrdId. */
export class ConnectionLost extends Error {
  override name = "ConnectionLost";
}

type Pending = { resolve(result: WireFields): void; reject(error: Error): void };

const REDIAL_MILLIS = 200;
/** Two pings of the exchange, and some time for the second. */
const SILENT_MILLIS_MAX = 65_000;
const HANDSHAKE_MILLIS_MAX = 10_000;
const ORDERS = "orders";
/** Behind every event of its command. */
const WHOLE = Number.MAX_SAFE_INTEGER;

export class SocketClient {
  readonly #options: SocketClientOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #streams = new Set<string>();
  #socket: WebSocket;
  #nextId = 1;
  #isClosed = false;
  /** Of the last execution that was read, or of what came before the stream began. */
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
    return this.#ask(op, fields, () => {});
  }

  /** `onResult` comes before any message behind the answer is read. */
  #ask(
    op: string,
    fields: WireFields,
    onResult: (result: WireFields) => void,
  ): Promise<WireFields> {
    const id = this.#nextId++;
    return new Promise((settle, reject) => {
      const resolve = (result: WireFields): void => {
        onResult(result);
        settle(result);
      };
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new ConnectionLost("expected a connection, found that it is being made again"));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, op, ...fields }));
    });
  }

  async subscribe(...streams: readonly string[]): Promise<void> {
    await this.#begin(streams);
  }

  /** Of executions nothing is missed from here on, whether or not one is ever read. */
  #begin(streams: readonly string[]): Promise<WireFields> {
    return this.#ask("subscribe", { streams }, (result) => {
      for (const stream of streams) this.#streams.add(stream);
      if (!streams.includes(ORDERS) || this.#sequence >= 0) return;
      this.#sequence = Number(result["sequence"]);
      this.#index = WHOLE;
    });
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
    const { silentMillisMax = SILENT_MILLIS_MAX } = this.#options;
    const silence = setTimeout(() => socket.terminate(), silentMillisMax);
    silence.unref(); // The connection itself keeps a program running.
    socket.on("ping", () => silence.refresh());
    socket.on("message", (data) => {
      silence.refresh();
      this.#onMessage(JSON.parse(String(data)) as WireFields);
    });
    socket.on("error", () => {}); // The close that follows says enough.
    socket.on("close", () => {
      clearTimeout(silence);
      this.#onClose();
    });
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
    this.#goOnWithStreams();
    this.#options.onReconnected?.();
  }

  #goOnWithStreams(): void {
    if (this.#streams.size === 0) return;
    const streams = [...this.#streams];
    const hasRead = this.#sequence >= 0 && this.#streams.has(ORDERS);
    // From the command before the last one read: its own events may have come only in part.
    const after = this.#index === WHOLE ? this.#sequence : this.#sequence - 1;
    this.ask("subscribe", hasRead ? { streams, after } : { streams }).catch((error: unknown) => {
      if (!(error instanceof Refused) || error.code !== "STREAM_GAP") return;
      const missedAfter = this.#sequence;
      this.#sequence = -1; // Another log's numbers may be lower.
      this.#begin(streams).catch(() => {}); // Lost again: dialed again.
      this.#options.onGap?.(missedAfter);
    });
  }
}

/** A connection that is open and logged in. */
function opened({ url, key }: SocketClientOptions): Promise<WebSocket> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const handshakeTimeout = HANDSHAKE_MILLIS_MAX;
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers, handshakeTimeout });
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}
