// The network of the simulation: connections of bytes between a client and a process. Bytes arrive
// in order, late and cut anywhere; a connection can be reset, or go dark: then nothing arrives any
// more and nobody is told, as when a cable is cut or a machine loses power.

import { Duplex } from "node:stream";
import type { Prng } from "../../src/base/prng.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** What the system holds for a receiver that does not read. */
const WINDOW_BYTES = 64 * 1024;

export type NetworkCondition = {
  /** The longest that bytes are usually under way. */
  latencyMicros: number;
  /** Of 100 deliveries, how many are cut in two. */
  cutsOf100: number;
  /** Of 100 datagrams, how many never arrive, arrive twice, or long after others. */
  lostOf100: number;
  doubledOf100: number;
  lateOf100: number;
};

export const CALM: Readonly<NetworkCondition> = {
  latencyMicros: 500,
  cutsOf100: 0,
  lostOf100: 0,
  doubledOf100: 0,
  lateOf100: 0,
};

export type ClientListener = {
  onBytes(bytes: Buffer): void;
  /** Closed or reset by the other side; not called after close() or in the dark. */
  onEnd(): void;
};

export class SimulatedNetwork {
  readonly condition: NetworkCondition = { ...CALM };
  readonly scheduler: Scheduler;
  readonly #prng: Prng;
  readonly #connections = new Set<Connection>();
  /** Of every connection that there was: a process that died has closed none of its own. */
  readonly #sockets: ServerSocket[] = [];

  constructor(prng: Prng, scheduler: Scheduler) {
    this.#prng = prng;
    this.scheduler = scheduler;
  }

  /** Connections that neither side has left, the oldest first. */
  get connections(): readonly Connection[] {
    return [...this.#connections];
  }

  /** A connection from a client to `process`, and the process's end of it as a socket. */
  connect(process: SimulatedProcess, listener: ClientListener): Connection {
    const connection = new Connection(this, process, listener);
    this.#connections.add(connection);
    this.#sockets.push(connection.socket);
    return connection;
  }

  /** The simulation is over. Node's parsers keep sockets that nobody closes, and all behind. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection);
  }

  latencyMicros(): number {
    return this.#prng.nextBetween(20, this.condition.latencyMicros);
  }

  /** Where a delivery of `lengthBytes` is cut; its length when it is not. */
  cutBytes(lengthBytes: number): number {
    const isCut = lengthBytes > 1 && this.#prng.nextChance(this.condition.cutsOf100, 100);
    return isCut ? this.#prng.nextBetween(1, lengthBytes - 1) : lengthBytes;
  }
}

export class Connection {
  readonly socket: ServerSocket;
  readonly process: SimulatedProcess;
  readonly #network: SimulatedNetwork;
  readonly #listener: ClientListener;
  #isDark = false;
  #isReset = false;
  #clientHasLeft = false;
  /** When what was sent last arrives: nothing sent later arrives earlier. */
  #toServerMicros = 0;
  #toClientMicros = 0;
  /** Arrived and not read. */
  readonly #unread: Buffer[] = [];
  /** On their way or unread. */
  #unreadBytes = 0;
  /** The server's write that waits for room. */
  #onRoom: (() => void) | undefined;
  #isReading = true;
  #serverHasEnded = false;

  constructor(network: SimulatedNetwork, process: SimulatedProcess, listener: ClientListener) {
    this.#network = network;
    this.process = process;
    this.#listener = listener;
    this.socket = new ServerSocket(this);
  }

  /** The client sends. */
  send(bytes: Buffer): void {
    if (this.#isDark || this.#isReset || this.#clientHasLeft) return;
    const cut = this.#network.cutBytes(bytes.length);
    this.#sendPart(bytes.subarray(0, cut));
    if (cut < bytes.length) this.#sendPart(bytes.subarray(cut));
  }

  /** The client is gone; the server hears of it unless it is dark. */
  close(): void {
    if (this.#clientHasLeft) return;
    this.#clientHasLeft = true;
    this.#network.forget(this);
    this.#toServer(() => this.socket.push(null));
  }

  /** The client reads or lets what arrives lie. */
  set isReading(isReading: boolean) {
    this.#isReading = isReading;
    if (isReading) this.#read();
  }

  /** Nothing arrives any more in either direction, and nobody is told. */
  goDark(): void {
    this.#isDark = true;
    this.#network.forget(this);
  }

  /** Both ends are told that it is over; what was under way is lost. */
  reset(): void {
    if (this.#isReset) return;
    this.#isReset = true;
    this.#network.forget(this);
    this.#network.scheduler.after(this.#network.latencyMicros(), () => {
      if (!this.#clientHasLeft && !this.#isDark) this.#listener.onEnd();
    });
    this.process.after(this.#network.latencyMicros(), () => {
      this.socket.destroy(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
    });
  }

  /** The server's socket sends; `onRoom` once there is room for more. */
  sendToClient(bytes: Buffer, onRoom: () => void): void {
    if (this.#isReset || this.#clientHasLeft) {
      onRoom();
      return;
    }
    this.#unreadBytes += bytes.length;
    if (this.#unreadBytes <= WINDOW_BYTES) onRoom();
    else this.#onRoom = onRoom;
    const sent = Buffer.from(bytes); // As a system does: the exchange may use its memory again.
    const cut = this.#network.cutBytes(sent.length);
    this.#toClient(() => this.#arrive(sent.subarray(0, cut)));
    if (cut < sent.length) this.#toClient(() => this.#arrive(sent.subarray(cut)));
  }

  /** The server's socket ends, behind all that it sent. */
  endToClient(): void {
    this.#toClient(() => {
      this.#serverHasEnded = true;
      this.#read();
    });
  }

  #sendPart(bytes: Buffer): void {
    this.#toServer(() => {
      if (!this.socket.destroyed) this.socket.push(bytes);
    });
  }

  #toServer(deliver: () => void): void {
    const { scheduler } = this.#network;
    const { nowMicros } = scheduler;
    const at = Math.max(this.#toServerMicros, nowMicros + this.#network.latencyMicros());
    this.#toServerMicros = at;
    this.process.after(at - nowMicros, () => {
      if (!this.#isDark && !this.#isReset && !this.socket.destroyed) deliver();
    });
  }

  #toClient(deliver: () => void): void {
    const { scheduler } = this.#network;
    const { nowMicros } = scheduler;
    const at = Math.max(this.#toClientMicros, nowMicros + this.#network.latencyMicros());
    this.#toClientMicros = at;
    scheduler.after(at - nowMicros, () => {
      if (!this.#isDark && !this.#isReset && !this.#clientHasLeft) deliver();
    });
  }

  #arrive(bytes: Buffer): void {
    this.#unread.push(bytes);
    if (this.#isReading) this.#read();
  }

  #read(): void {
    while (this.#isReading && !this.#clientHasLeft) {
      const bytes = this.#unread.shift();
      if (bytes === undefined) break;
      this.#unreadBytes -= bytes.length;
      this.#listener.onBytes(bytes);
    }
    if (this.#unreadBytes <= WINDOW_BYTES) this.#tellRoom();
    const isAtEnd = this.#serverHasEnded && this.#unread.length === 0;
    if (!isAtEnd || this.#clientHasLeft) return;
    this.close(); // As a client does that hears of the end.
    this.#listener.onEnd();
  }

  #tellRoom(): void {
    const onRoom = this.#onRoom;
    if (onRoom === undefined) return;
    this.#onRoom = undefined;
    this.process.after(0, onRoom);
  }
}

/** A process's end of a connection, as Node's servers know sockets. */
export class ServerSocket extends Duplex {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ allowHalfOpen: false });
    this.#connection = connection;
    this.on("error", () => {});
  }

  /** Everything is sent at once here. */
  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, onDone: () => void): void {
    this.#connection.sendToClient(bytes, onDone);
  }

  override _writev(parts: { chunk: Buffer }[], onDone: () => void): void {
    this.#connection.sendToClient(Buffer.concat(parts.map(({ chunk }) => chunk)), onDone);
  }

  override _final(onDone: () => void): void {
    this.#connection.endToClient();
    onDone();
  }

  override _destroy(error: Error | null, onDone: (error: Error | null) => void): void {
    this.#connection.endToClient();
    onDone(error);
  }
}
