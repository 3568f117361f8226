// OUCH over UDP, by the product's own client. Nobody says that the exchange is gone: who hears
// nothing for a while logs in anew, from another port, behind the last report that it has.

import { OuchUdpClient } from "../../src/client/ouch-udp-client.ts";
import type { OuchLine, OuchLineListener } from "./ouch-line.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedDatagrams } from "./simulated-datagrams.ts";
import type { Trace } from "./trace.ts";
import { promise } from "./violation.ts";

export type OuchUdpLineParts = {
  readonly name: string;
  readonly username: string;
  readonly password: string;
  readonly scheduler: Scheduler;
  readonly datagrams: SimulatedDatagrams;
  /** Where the exchange listens. */
  readonly server: { readonly host: string; readonly port: number };
  readonly trace: Trace;
};

const LOOK_MICROS = 20_000;
/** The exchange says each second that it is there; datagrams may be lost. */
const SILENCE_MICROS = 3_000_000;

export class OuchUdpLine implements OuchLine {
  readonly #parts: OuchUdpLineParts;
  readonly #listener: OuchLineListener;
  #client: OuchUdpClient | undefined;
  #session = "";
  #nextReport = 1;
  #isLoggedIn = false;
  #heardMicros = 0;

  constructor(parts: OuchUdpLineParts, listener: OuchLineListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  get isLoggedIn(): boolean {
    return this.#isLoggedIn;
  }

  connect(): void {
    this.#dial();
    this.#lookLater();
  }

  send(message: Uint8Array): void {
    this.#client?.send(message);
  }

  #dial(): void {
    const { name, username, password, scheduler, datagrams, server } = this.#parts;
    const socket = datagrams.open(scheduler, name);
    socket.bind(socket.port, name, () => {});
    this.#heardMicros = scheduler.nowMicros;
    this.#client = new OuchUdpClient({
      ...{ ...server, username, password },
      ...{ session: this.#session, sequence: this.#nextReport },
      loginNumber: 1, // Nobody had this port before.
      socket: {
        send: (bytes, port, host) => socket.send(bytes, port, host),
        on: (event: string, listener: (bytes: Uint8Array & Error) => void) => {
          if (event !== "message") return;
          socket.on("message", (bytes) => {
            this.#heardMicros = scheduler.nowMicros;
            listener(bytes as Uint8Array & Error);
          });
        },
        close: () => socket.close(() => {}),
      },
      after: (millis, callback) => scheduler.after(millis * 1000, callback),
      onMessage: (bytes, at, length, isSequenced) => {
        if (isSequenced) this.#nextReport++;
        this.#listener.onMessage(Buffer.from(bytes.subarray(at, at + length)), isSequenced);
      },
      onEnd: (why) => {
        promise(why !== "login rejected", `${name}: a login is accepted, found it rejected`);
        this.#isLoggedIn = false;
      },
    });
  }

  #lookLater(): void {
    this.#parts.scheduler.after(LOOK_MICROS, () => {
      this.#lookLater();
      const { scheduler, trace, name } = this.#parts;
      if (this.#client?.isLoggedIn === true && !this.#isLoggedIn) this.#onLoggedIn();
      if (scheduler.nowMicros - this.#heardMicros < SILENCE_MICROS) return;
      trace.add(name, "hears nothing");
      this.#isLoggedIn = false;
      this.#client?.close();
      this.#listener.onLost();
      this.#dial();
    });
  }

  #onLoggedIn(): void {
    const { name, trace } = this.#parts;
    const session = this.#client?.session ?? "";
    promise(
      this.#session === "" || session === this.#session,
      `${name}: a stream goes on with ${this.#session}, found ${session}`,
    );
    this.#session = session;
    this.#isLoggedIn = true;
    trace.add(name, `logged in, next is ${this.#nextReport}`);
    this.#listener.onLoggedIn();
  }
}
