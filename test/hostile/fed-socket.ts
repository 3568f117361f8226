// The other end of a connection without a network: what is pushed is read at once, and what the
// server says is kept until it is asked for.

import { Duplex } from "node:stream";

const KEPT_BYTES = 64 * 1024;

export class FedSocket extends Duplex {
  heard = "";

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
    this.heard = (this.heard + bytes.toString("latin1")).slice(-KEPT_BYTES);
    onWritten();
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
