// A decoder at the end of a connection: when the server ends one, the next begins.

import { FedSocket } from "./fed-socket.ts";
import { comesTrue, type Target } from "./target.ts";

/** Then a connection that was never ended is left, with whatever it waits for. */
const INPUTS_OF_SOCKET = 200;

export type SessionTargetParts = Pick<Target, "name" | "bodies" | "whole"> & {
  accept(socket: FedSocket): void;
  /** What a client says first. */
  hello(): Buffer;
  /** Content as the `number`th message, from 1, behind the hello. */
  frame(body: Buffer, number: number): Buffer;
  /** A message that is answered when all is well, and what its answer has in it. */
  question(): Buffer;
  readonly answer: RegExp;
};

export class SessionTarget implements Target {
  readonly name: string;
  readonly bodies: readonly Buffer[];
  readonly whole: readonly Buffer[];
  readonly #parts: SessionTargetParts;
  #socket: FedSocket | undefined;
  #inputs = 0;
  #framed = 0;
  /** Connections that it took. */
  sockets = 0;

  constructor(parts: SessionTargetParts) {
    this.name = parts.name;
    this.bodies = parts.bodies;
    this.whole = parts.whole;
    this.#parts = parts;
  }

  frame(body: Buffer): Buffer {
    this.#liveSocket();
    return this.#parts.frame(body, ++this.#framed);
  }

  feed(pieces: readonly Buffer[]): void {
    const socket = this.#liveSocket();
    this.#inputs++;
    for (const piece of pieces) if (socket.isOpen) socket.push(piece);
  }

  async serves(): Promise<boolean> {
    this.close();
    const socket = this.#liveSocket();
    socket.push(this.#parts.question());
    return comesTrue(() => this.#parts.answer.test(socket.heard));
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #liveSocket(): FedSocket {
    if (this.#socket?.isOpen === true && this.#inputs < INPUTS_OF_SOCKET) return this.#socket;
    this.close();
    const socket = new FedSocket();
    this.#socket = socket;
    this.#inputs = 0;
    this.#framed = 0;
    this.sockets++;
    this.#parts.accept(socket);
    socket.push(this.#parts.hello());
    return socket;
  }
}
