// UDP of the simulation: datagrams between named places. Each arrives alone, late, before or after
// those sent beside it; some never do, and some twice.

import type { RemoteInfo } from "node:dgram";
import type { Prng } from "../../src/base/prng.ts";
import type { DatagramSocket } from "../../src/gateway/itch/datagram-socket.ts";
import type { Scheduler } from "./scheduler.ts";
import type { NetworkCondition } from "./simulated-network.ts";

/** Who runs what is sent to: a process, which may be dead by then, or a machine outside. */
export type Home = { after(micros: number, run: () => void): () => void };

type DatagramListener = (bytes: Uint8Array, from: RemoteInfo) => void;

/** Ports of sockets that are bound to none. */
const FIRST_FREE_PORT = 50_000;
/** How far behind the others a datagram may be when many are out of order. */
const LATE_FACTOR = 20;

export class SimulatedDatagrams {
  readonly scheduler: Scheduler;
  readonly condition: NetworkCondition;
  readonly #prng: Prng;
  readonly #bound = new Map<string, SimulatedDatagramSocket>();
  #lastPort = FIRST_FREE_PORT;

  /** `condition` is the network's. */
  constructor(prng: Prng, scheduler: Scheduler, condition: NetworkCondition) {
    this.#prng = prng;
    this.scheduler = scheduler;
    this.condition = condition;
  }

  /** A socket of `home`, on the machine `host`. */
  open(home: Home, host: string): SimulatedDatagramSocket {
    return new SimulatedDatagramSocket(this, home, host, ++this.#lastPort);
  }

  bind(socket: SimulatedDatagramSocket): void {
    this.#bound.set(`${socket.host}:${socket.port}`, socket);
  }

  close(socket: SimulatedDatagramSocket): void {
    const place = `${socket.host}:${socket.port}`;
    if (this.#bound.get(place) === socket) this.#bound.delete(place);
  }

  send(bytes: Uint8Array, from: SimulatedDatagramSocket, place: string): void {
    const { lostOf100, doubledOf100 } = this.condition;
    const copies = this.#prng.nextChance(doubledOf100, 100) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#prng.nextChance(lostOf100, 100)) continue;
      const copied = Uint8Array.from(bytes);
      this.scheduler.after(this.#latencyMicros(), () => {
        this.#bound.get(place)?.receive(copied, from);
      });
    }
  }

  #latencyMicros(): number {
    const { latencyMicros, lateOf100 } = this.condition;
    const isLate = this.#prng.nextChance(lateOf100, 100);
    return this.#prng.nextBetween(20, latencyMicros * (isLate ? LATE_FACTOR : 1));
  }
}

export class SimulatedDatagramSocket implements DatagramSocket {
  readonly host: string;
  readonly #datagrams: SimulatedDatagrams;
  readonly #home: Home;
  #port: number;
  #onMessage: DatagramListener = () => {};

  constructor(datagrams: SimulatedDatagrams, home: Home, host: string, port: number) {
    this.#datagrams = datagrams;
    this.#home = home;
    this.host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  bind(port: number, _host: string, onBound: () => void): void {
    this.#port = port;
    this.#datagrams.bind(this);
    this.#home.after(0, onBound);
  }

  send(bytes: Uint8Array, port: number, host: string, onTaken?: () => void): void {
    this.#datagrams.send(bytes, this, `${host}:${port}`);
    if (onTaken !== undefined) this.#home.after(0, onTaken);
  }

  close(onClosed: () => void): void {
    this.#datagrams.close(this);
    this.#home.after(0, onClosed);
  }

  /** Errors do not happen here. */
  on(event: "message", onMessage: DatagramListener): void;
  on(event: "error", onError: (error: Error) => void): void;
  on(event: string, listener: DatagramListener & ((error: Error) => void)): void {
    if (event === "message") this.#onMessage = listener;
  }

  once(): void {}

  receive(bytes: Uint8Array, from: SimulatedDatagramSocket): void {
    const info: RemoteInfo = {
      address: from.host,
      port: from.port,
      family: "IPv4",
      size: bytes.length,
    };
    this.#home.after(0, () => this.#onMessage(bytes, info));
  }
}
