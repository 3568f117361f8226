// A stream from the server: messages out, each a part of what may become one, until the client or
// the exchange goes or the client does not read.

import type { ServerWritableStream } from "@grpc/grpc-js";
import type { Clock } from "../../ops/clock.ts";
import { originOf } from "../crowds.ts";
import { type CallFailure, slowConsumer, stopping } from "./call-status.ts";
import { Outbox } from "./outbox.ts";
import { PUBLIC, type PublicStream, type Streams } from "./streams.ts";

/** "127.0.0.1:50000", of IPv6 without brackets. */
function originOfPeer(peer: string): string {
  return originOf(peer.slice(0, peer.lastIndexOf(":")));
}

export class OutgoingStream implements PublicStream {
  /** Where the client is. */
  readonly origin: string;
  readonly #call: ServerWritableStream<unknown, Buffer>;
  readonly #streams: Streams;
  readonly #outbox: Outbox;
  readonly #onClose: () => void;
  readonly #isPublic: boolean;
  /** Of messages that wait for others to be sent before them. */
  waitingBytes = 0;
  #isOpen = true;

  /** `onClose` is called once, when nothing more is to be sent; `accountId` may be PUBLIC. */
  constructor(
    call: ServerWritableStream<unknown, Buffer>,
    accountId: number,
    { clock, streams }: { readonly clock: Clock; readonly streams: Streams },
    onClose: () => void,
  ) {
    this.#call = call;
    this.#streams = streams;
    this.#onClose = onClose;
    const sink = {
      write: (message: Buffer, onTaken: () => void) => call.write(message, onTaken),
      end: () => this.fail(stopping()),
    };
    this.#outbox = new Outbox(sink, {
      clock,
      joins: true,
      onSlow: (unreadBytes) => this.#endSlow(unreadBytes),
    });
    this.origin = originOfPeer(call.getPeer());
    this.#isPublic = accountId === PUBLIC;
    if (this.#isPublic) streams.addPublic(this);
    else streams.add(this, accountId);
    call.on("cancelled", () => this.#close());
    call.on("close", () => this.#close());
  }

  get unreadBytes(): number {
    return this.#outbox.unreadBytes + this.waitingBytes;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(message: Buffer): void {
    this.#outbox.send(message);
  }

  stop(): void {
    this.#outbox.end();
  }

  cut(): void {
    this.#endSlow(this.unreadBytes);
  }

  #endSlow(unreadBytes: number): void {
    this.#streams.slowCount++;
    this.fail(slowConsumer(unreadBytes));
  }

  /** Ends the stream with a status; what waits is dropped. */
  fail(failure: CallFailure): void {
    if (!this.#close()) return;
    this.#call.emit("error", failure);
  }

  /** Whether it was open. */
  #close(): boolean {
    const wasOpen = this.#isPublic ? this.#streams.deletePublic(this) : this.#streams.delete(this);
    if (!wasOpen) return false;
    this.#isOpen = false;
    this.#outbox.close();
    this.#onClose();
    return true;
  }
}
