// A program that speaks JSON to the exchange, over a WebSocket or REST: connects, asks, minds
// silence, connects again. Every request is answered once or its connection ends.

import { Line, type LineParts } from "./line.ts";
import { RestWire } from "./rest-wire.ts";
import { promise } from "./violation.ts";
import { WebSocketWire } from "./websocket-wire.ts";
import type { Json, Wire, WireOf } from "./wire.ts";

export type AnswerListener = (answer: Json) => void;

/** How a client talks to the exchange. */
export type Protocol = "websocket" | "rest";

export type ApiClientParts = LineParts & {
  readonly keyText: string;
  readonly protocol: Protocol;
};

export type ApiClientListener = {
  onOpen(): void;
  /** What was asked and not answered will not be answered. */
  onLost(): void;
  onStream(message: Json): void;
};

const TRACED_CHARACTERS_MAX = 200;
const GOING_AWAY = 1001;
const SLOW_CONSUMER = 1008;

const WIRES: Readonly<Record<Protocol, WireOf>> = {
  websocket: (keyText, send, listener) => new WebSocketWire(keyText, send, listener),
  rest: (keyText, send, listener) => new RestWire(keyText, send, listener),
};

export class ApiClient {
  readonly name: string;
  readonly #parts: ApiClientParts;
  readonly #listener: ApiClientListener;
  readonly #line: Line;
  readonly #waiting = new Map<number, AnswerListener>();
  #wire: Wire | undefined;
  #isOpen = false;
  #lastId = 0;

  constructor(parts: ApiClientParts, listener: ApiClientListener) {
    this.name = parts.name;
    this.#parts = parts;
    this.#listener = listener;
    this.#line = new Line("http", parts, {
      onConnected: () => this.#onConnected(),
      onBytes: (bytes) => this.#wire?.take(bytes),
      onSilent: () => {
        if (this.#isOpen) this.ask({ op: "ping" }, () => {});
      },
      onLost: () => {
        this.#isOpen = false;
        this.#waiting.clear();
        this.#listener.onLost();
      },
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Requests that wait for their answer. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  set isReading(isReading: boolean) {
    this.#line.isReading = isReading;
  }

  connect(): void {
    this.#line.connect();
  }

  /** Sends a request; its answer comes once, or onLost. */
  ask(fields: Json, onAnswer: AnswerListener): void {
    const id = ++this.#lastId;
    this.#waiting.set(id, onAnswer);
    const request = { id, ...fields };
    const text = JSON.stringify(request).slice(0, TRACED_CHARACTERS_MAX);
    this.#parts.trace.add(this.name, `> ${text}`);
    this.#wire?.ask(request);
  }

  #onConnected(): void {
    const { keyText, protocol } = this.#parts;
    this.#wire = WIRES[protocol](keyText, (bytes) => this.#line.send(bytes), {
      onOpen: () => {
        this.#isOpen = true;
        this.#parts.trace.add(this.name, "connected");
        this.#listener.onOpen();
      },
      onRefused: (status) => this.#line.leave(`refused with ${status}`),
      onMessage: (text) => this.#onMessage(text),
      onClose: (code) => {
        promise(
          code === GOING_AWAY || code === SLOW_CONSUMER,
          `${this.name}: a connection is closed for a reason, found code ${code}`,
        );
        this.#line.leave(`closed with ${code}`);
      },
    });
    this.#wire.begin();
  }

  #onMessage(text: string): void {
    this.#parts.trace.add(this.name, `< ${text.slice(0, TRACED_CHARACTERS_MAX)}`);
    const message: Json = JSON.parse(text);
    const id = message["id"];
    if (id === undefined) {
      if (message["stream"] !== "service") this.#listener.onStream(message); // That comes unasked.
      return;
    }
    const onAnswer = this.#waiting.get(id);
    promise(onAnswer !== undefined, `${this.name}: each request is answered once, found ${text}`);
    this.#waiting.delete(id);
    onAnswer(message);
  }
}
