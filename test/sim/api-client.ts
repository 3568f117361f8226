// A program that speaks JSON over a WebSocket to the exchange: connects, asks, minds silence,
// connects again. Every request is answered once or its connection ends.

import type { Scheduler } from "./scheduler.ts";
import type { Connection, SimulatedNetwork } from "./simulated-network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";
import { promise } from "./violation.ts";
import { pongFrame, textFrame, upgradeRequest, WireReader } from "./websocket-wire.ts";

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire; checks give it its form.
export type Json = { [field: string]: any };
export type AnswerListener = (answer: Json) => void;

/** What answers where the exchange is, if it is anywhere. */
export type Venue = { accept(open: (process: SimulatedProcess) => Connection): boolean };

export type ApiClientParts = {
  readonly name: string;
  readonly keyText: string;
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly venue: Venue;
  readonly trace: Trace;
};

export type ApiClientListener = {
  onOpen(): void;
  /** What was asked and not answered will not be answered. */
  onLost(): void;
  onStream(message: Json): void;
};

/** Who hears nothing for so long asks, and after as long again gives the connection up. */
const SILENCE_MICROS = 1_000_000;
const RECONNECT_MICROS = 200_000;
const TRACED_CHARACTERS_MAX = 200;
const GOING_AWAY = 1001;
const SLOW_CONSUMER = 1008;

export class ApiClient {
  readonly name: string;
  readonly #parts: ApiClientParts;
  readonly #listener: ApiClientListener;
  readonly #waiting = new Map<number, AnswerListener>();
  #connection: Connection | undefined;
  #isOpen = false;
  #lastId = 0;
  #heardMicros = 0;
  #hasAsked = false;

  constructor(parts: ApiClientParts, listener: ApiClientListener) {
    this.name = parts.name;
    this.#parts = parts;
    this.#listener = listener;
    this.#watch();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Requests that wait for their answer. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  set isReading(isReading: boolean) {
    if (this.#connection !== undefined) this.#connection.isReading = isReading;
  }

  connect(): void {
    const { network, venue, keyText } = this.#parts;
    this.#heardMicros = this.#parts.scheduler.nowMicros;
    this.#hasAsked = false;
    const reader = new WireReader({
      onOpen: () => {
        this.#isOpen = true;
        this.#parts.trace.add(this.name, "connected");
        this.#listener.onOpen();
      },
      onRefused: (status) => this.#leave(`refused with ${status}`),
      onText: (text) => this.#onText(text),
      onPing: (payload) => this.#connection?.send(pongFrame(payload)),
      onClose: (code) => {
        promise(
          code === GOING_AWAY || code === SLOW_CONSUMER,
          `${this.name}: a connection is closed for a reason, found code ${code}`,
        );
        this.#leave(`closed with ${code}`);
      },
    });
    const isAccepted = venue.accept((process) => {
      this.#connection = network.connect(process, {
        onBytes: (bytes) => {
          this.#heardMicros = this.#parts.scheduler.nowMicros;
          this.#hasAsked = false;
          reader.take(bytes);
        },
        onEnd: () => this.#leave("reset"),
      });
      return this.#connection;
    });
    if (isAccepted) this.#connection?.send(upgradeRequest(keyText));
    else this.#later();
  }

  /** Sends a request; its answer comes once, or onLost. */
  ask(fields: Json, onAnswer: AnswerListener): void {
    const id = ++this.#lastId;
    this.#waiting.set(id, onAnswer);
    const text = JSON.stringify({ id, ...fields });
    this.#parts.trace.add(this.name, `> ${text.slice(0, TRACED_CHARACTERS_MAX)}`);
    this.#connection?.send(textFrame(text));
  }

  #onText(text: string): void {
    this.#parts.trace.add(this.name, `< ${text.slice(0, TRACED_CHARACTERS_MAX)}`);
    const message: Json = JSON.parse(text);
    const id = message["id"];
    if (id === undefined) {
      this.#listener.onStream(message);
      return;
    }
    const onAnswer = this.#waiting.get(id);
    promise(onAnswer !== undefined, `${this.name}: each request is answered once, found ${text}`);
    this.#waiting.delete(id);
    onAnswer(message);
  }

  #watch(): void {
    this.#parts.scheduler.after(SILENCE_MICROS / 2, () => {
      this.#watch();
      if (this.#connection === undefined) return;
      const silentMicros = this.#parts.scheduler.nowMicros - this.#heardMicros;
      if (silentMicros > 2 * SILENCE_MICROS) this.#leave("gave up");
      else if (silentMicros > SILENCE_MICROS && this.#isOpen && !this.#hasAsked) {
        this.#hasAsked = true;
        this.ask({ op: "ping" }, () => {});
      }
    });
  }

  #leave(why: string): void {
    if (this.#connection === undefined) return;
    this.#parts.trace.add(this.name, why);
    this.#connection.close();
    this.#connection = undefined;
    this.#isOpen = false;
    this.#waiting.clear();
    this.#listener.onLost();
    this.#later();
  }

  #later(): void {
    this.#parts.scheduler.after(RECONNECT_MICROS, () => this.connect());
  }
}
