// hot path
// Framed messages of a stream as MoldUDP64 packets, each as full as a datagram may be.

import { putU16, u16At } from "../../codec/big-endian.ts";
import { MOLD_HEADER_BYTES, putMoldHeader } from "../../codec/mold-udp64.ts";
import { SOUP_HEADER_BYTES } from "../../codec/soup-bin-tcp.ts";
import type { MessageCursor } from "../../model/message-streams.ts";

/** Fits the smallest usual link with its headers. */
export const MOLD_PACKET_BYTES_MAX = 1400;
/** Whole messages that a piece of the stream still has. */
const NOTHING = new Uint8Array(0);

export class MoldPackets {
  readonly #session: string;
  readonly #cursor: MessageCursor;
  #piece: Uint8Array = NOTHING;
  #pieceAt = 0;
  #nextSequence: number;

  /** `cursor` stands before message `sequence`. */
  constructor(session: string, cursor: MessageCursor, sequence: number) {
    this.#session = session;
    this.#cursor = cursor;
    this.#nextSequence = sequence;
  }

  /** The number of the first message that no packet has had. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  get unreadBytes(): number {
    return this.#cursor.unreadBytes + this.#piece.length - this.#pieceAt;
  }

  /** The next packet with at most `countMax` messages; undefined when there is none now. */
  next(countMax = 0xfffe): Uint8Array | undefined {
    const packet = new Uint8Array(MOLD_PACKET_BYTES_MAX);
    let end = MOLD_HEADER_BYTES;
    let count = 0;
    while (count < countMax) {
      if (this.#pieceAt === this.#piece.length && !this.#takePiece()) break;
      const length = u16At(this.#piece, this.#pieceAt) - 1;
      if (end + 2 + length > packet.length) break;
      putU16(packet, end, length);
      const from = this.#pieceAt + SOUP_HEADER_BYTES;
      for (let i = 0; i < length; i++) packet[end + 2 + i] = this.#piece[from + i];
      this.#pieceAt = from + length;
      end += 2 + length;
      count++;
    }
    if (count === 0) return undefined;
    putMoldHeader(packet, this.#session, this.#nextSequence, count);
    this.#nextSequence += count;
    return packet.subarray(0, end);
  }

  /** There will be no more next(). */
  close(): void {
    this.#cursor.close();
  }

  #takePiece(): boolean {
    this.#cursor.release();
    this.#piece = this.#cursor.next() ?? NOTHING;
    this.#pieceAt = 0;
    return this.#piece.length > 0;
  }
}
