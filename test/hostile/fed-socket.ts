// The other end of a connection without a network: what is pushed is read at once, and what the
// server says is kept until it is asked for.

import { Duplex } from "node:stream";

const KEPT_BYTES = 64 * 1024;

export class FedSocket extends Duplex {
  #kept: Buffer[] = [];
  #keptBytes = 0;

  constructor() {
    super({ emitClose: true, allowHalfOpen: false });
    this.on("error", () => {});
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, onWritten: () => void): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    while (this.#keptBytes - this.#kept[0].length > KEPT_BYTES) {
      this.#keptBytes -= this.#kept[0].length;
      this.#kept.shift();
    }
    onWritten();
  }

  /** The last of what the server said. */
  get heard(): string {
    return Buffer.concat(this.#kept).toString("latin1");
  }

  /** Its last message: head and content may come by themselves. */
  get lastHeard(): string {
    return Buffer.concat(this.#kept.slice(-2)).toString("latin1");
  }

  /** The server reads it now, unless it wants to read nothing. */
  give(bytes: Buffer): void {
    this.push(bytes);
    if (this.readableFlowing === true) this.read();
  }

  /** Whether the server may still hear something. */
  get isOpen(): boolean {
    return !this.destroyed && !this.writableEnded;
  }
}
