// A client's line to the exchange, whatever it speaks: dials, minds silence, gives up and dials
// again.

import type { Scheduler } from "./scheduler.ts";
import type { Connection, SimulatedNetwork } from "./simulated-network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";

/** Where one can connect to. */
export type Port = "http" | "ouch" | "fix";

/** What answers where the exchange is, if it is anywhere. */
export type Venue = {
  accept(port: Port, open: (process: SimulatedProcess) => Connection): boolean;
};

export type LineParts = {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly venue: Venue;
  readonly trace: Trace;
};

export type LineListener = {
  onConnected(): void;
  onBytes(bytes: Buffer): void;
  /** Nothing was heard for a while: time to ask whether anybody is there. */
  onSilent(): void;
  /** What was asked and not answered will not be answered. */
  onLost(): void;
};

/** Who hears nothing for so long asks, and after as long again gives the connection up. */
const SILENCE_MICROS = 1_000_000;
const RECONNECT_MICROS = 200_000;

export class Line {
  readonly #parts: LineParts;
  readonly #port: Port;
  readonly #listener: LineListener;
  #connection: Connection | undefined;
  #heardMicros = 0;
  #hasAsked = false;

  constructor(port: Port, parts: LineParts, listener: LineListener) {
    this.#port = port;
    this.#parts = parts;
    this.#listener = listener;
    this.#watch();
  }

  set isReading(isReading: boolean) {
    if (this.#connection !== undefined) this.#connection.isReading = isReading;
  }

  connect(): void {
    const { network, venue } = this.#parts;
    this.#hear();
    const isAccepted = venue.accept(this.#port, (process) => {
      const connection = network.connect(process, {
        onBytes: (bytes) => {
          if (connection !== this.#connection) return; // It was given up.
          this.#hear();
          this.#listener.onBytes(bytes);
        },
        onEnd: () => {
          if (connection === this.#connection) this.leave("reset");
        },
      });
      this.#connection = connection;
      return connection;
    });
    if (isAccepted) this.#listener.onConnected();
    else this.#later();
  }

  /** Sends over the present connection; where there is none nothing is sent. */
  send(bytes: Uint8Array): void {
    this.#connection?.send(Buffer.from(bytes));
  }

  /** Gives the connection up, and dials again a little later. */
  leave(why: string): void {
    if (this.#connection === undefined) return;
    this.#parts.trace.add(this.#parts.name, why);
    this.#connection.close();
    this.#connection = undefined;
    this.#listener.onLost();
    this.#later();
  }

  #hear(): void {
    this.#heardMicros = this.#parts.scheduler.nowMicros;
    this.#hasAsked = false;
  }

  #watch(): void {
    this.#parts.scheduler.after(SILENCE_MICROS / 2, () => {
      this.#watch();
      if (this.#connection === undefined) return;
      const silentMicros = this.#parts.scheduler.nowMicros - this.#heardMicros;
      if (silentMicros > 2 * SILENCE_MICROS) this.leave("gave up");
      else if (silentMicros > SILENCE_MICROS && !this.#hasAsked) {
        this.#hasAsked = true;
        this.#listener.onSilent();
      }
    });
  }

  #later(): void {
    this.#parts.scheduler.after(RECONNECT_MICROS, () => this.connect());
  }
}
