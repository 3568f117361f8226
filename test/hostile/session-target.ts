// A decoder at the end of a connection: when the server ends one, the next begins.

import { FedSocket } from "./fed-socket.ts";
import { comesTrue, type FeedKind, type Target } from "./target.ts";

/** Then a connection that was never ended is left, with whatever it waits for. */
const INPUTS_OF_SOCKET = 200;

/** A connection has a number of its own, from 1. */
export type SessionTargetParts = Pick<Target, "name" | "bodies"> & {
  /** As the `number`th input of its connection, from 1. */
  readonly whole: readonly ((connection: number, number: number) => Buffer)[];
  accept(socket: FedSocket): void;
  /** What a client says first. */
  hello(connection: number, kind: FeedKind): Buffer;
  /** Content as the `number`th message, from 1, behind the hello. */
  frame(body: Buffer, number: number, connection: number): Buffer;
  /** A message that is answered when all is well, and what its answer has in it. */
  question(connection: number): Buffer;
  readonly answer: RegExp;
  /** How the server ends a session: the last that is heard in it is this. */
  readonly farewell: RegExp;
  /** Whether a client that says goodbye is told nothing. */
  readonly isLogoutSilent?: boolean;
};

/** One connection after the other. */
class Line {
  readonly #parts: SessionTargetParts;
  readonly #kind: FeedKind;
  readonly #nextConnection: () => number;
  connection = 0;
  #socket: FedSocket | undefined;
  /** That the connection was fed. */
  inputs = 0;
  /** Messages that were framed for the connection that is there now. */
  framed = 0;
  /** Connections that the server ended, and those of them that were not told so. */
  endedCount = 0;
  silentCount = 0;

  constructor(parts: SessionTargetParts, kind: FeedKind, nextConnection: () => number) {
    this.#parts = parts;
    this.#kind = kind;
    this.#nextConnection = nextConnection;
  }

  /** The connection, a new one where the last one is over or was fed enough. */
  live(): FedSocket {
    if (this.#socket?.isOpen === true && this.inputs < INPUTS_OF_SOCKET) return this.#socket;
    this.close();
    const socket = new FedSocket();
    this.#socket = socket;
    this.inputs = 0;
    this.framed = 0;
    this.connection = this.#nextConnection();
    this.#parts.accept(socket);
    socket.give(this.#parts.hello(this.connection, this.#kind));
    return socket;
  }

  feed(pieces: readonly Buffer[]): void {
    const socket = this.live();
    this.inputs++;
    for (const piece of pieces) if (socket.isOpen) socket.give(piece);
  }

  close(): void {
    const socket = this.#socket;
    if (socket?.isOpen === false) {
      this.endedCount++;
      if (!this.#parts.farewell.test(socket.lastHeard)) this.silentCount++;
    }
    socket?.destroy();
    this.#socket = undefined;
  }
}

export class SessionTarget implements Target {
  readonly name: string;
  readonly bodies: readonly Buffer[];
  readonly whole: Target["whole"];
  readonly #parts: SessionTargetParts;
  readonly #lines: Readonly<Record<FeedKind, Line>>;

  constructor(parts: SessionTargetParts) {
    this.name = parts.name;
    this.bodies = parts.bodies;
    this.#parts = parts;
    let connections = 0;
    const next = (): number => ++connections;
    this.#lines = { framed: new Line(parts, "framed", next), raw: new Line(parts, "raw", next) };
    this.whole = parts.whole.map((make) => () => {
      const { raw } = this.#lines;
      raw.live();
      return make(raw.connection, raw.inputs + 1);
    });
  }

  frame(body: Buffer): Buffer {
    const { framed } = this.#lines;
    framed.live();
    return this.#parts.frame(body, ++framed.framed, framed.connection);
  }

  feed(pieces: readonly Buffer[], kind: FeedKind): void {
    this.#lines[kind].feed(pieces);
  }

  get endedCount(): number {
    return this.#lines.framed.endedCount + this.#lines.raw.endedCount;
  }

  get silentCount(): number {
    if (this.#parts.isLogoutSilent === true) return 0;
    return this.#lines.framed.silentCount + this.#lines.raw.silentCount;
  }

  async serves(): Promise<boolean> {
    this.close();
    const socket = this.#lines.framed.live();
    socket.give(this.#parts.question(this.#lines.framed.connection));
    return comesTrue(() => this.#parts.answer.test(socket.heard));
  }

  close(): void {
    for (const line of Object.values(this.#lines)) line.close();
  }
}
