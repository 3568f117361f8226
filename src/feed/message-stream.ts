// hot path
// A stream of numbered messages, framed as SoupBinTCP's sequenced data, in chunks that never change
// once they are written: a socket may be given a part of a chunk and read it later. The newest
// `keptBytesMax` stay; what is older is forgotten.

import { assert } from "../base/assert.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { u16At } from "../codec/big-endian.ts";
import { putSoupHeader, SOUP_HEADER_BYTES, SOUP_SEQUENCED_DATA } from "../codec/soup-bin-tcp.ts";
import type { MessageCursor, NumberedMessages } from "../model/message-streams.ts";

const CHUNK_BYTES = 64 * 1024;
/** The first chunk of a stream: most streams stay small. */
const FIRST_CHUNK_BYTES = 1024;

class Chunk {
  readonly bytes: Uint8Array;
  readonly firstSequence: number;
  /** Bytes of the stream before this chunk. */
  readonly bytesBefore: number;
  endBytes = 0;
  next: Chunk | undefined;

  constructor(bytes: Uint8Array, firstSequence: number, bytesBefore: number) {
    this.bytes = bytes;
    this.firstSequence = firstSequence;
    this.bytesBefore = bytesBefore;
  }
}

export class MessageStream implements NumberedMessages {
  readonly #keptBytesMax: number;
  #oldest: Chunk;
  #newest: Chunk;
  #keptBytes = 0;
  #nextSequence = 1;

  constructor(keptBytesMax: number) {
    this.#keptBytesMax = keptBytesMax;
    this.#oldest = new Chunk(new Uint8Array(0), 1, 0);
    this.#newest = this.#oldest;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get firstSequence(): number {
    return this.#oldest.firstSequence;
  }

  /** Bytes of all messages there ever were. */
  get writtenBytes(): number {
    return this.#newest.bytesBefore + this.#newest.endBytes;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** The bytes that the next message is written into; claim() says where. */
  get bytes(): Uint8Array {
    return this.#newest.bytes;
  }

  /** Makes room for a message of at most `bytesMax` and returns where it begins in `bytes`. */
  claim(bytesMax: number): number {
    const needed = SOUP_HEADER_BYTES + bytesMax;
    if (this.#newest.endBytes + needed > this.#newest.bytes.length) this.#addChunk(needed);
    return this.#newest.endBytes + SOUP_HEADER_BYTES;
  }

  /** The message of `length` bytes is written where claim() said. */
  commit(length: number): void {
    const chunk = this.#newest;
    assert(chunk.endBytes + SOUP_HEADER_BYTES + length <= chunk.bytes.length, "what fits is kept");
    putSoupHeader(chunk.bytes, chunk.endBytes, SOUP_SEQUENCED_DATA, length);
    chunk.endBytes += SOUP_HEADER_BYTES + length;
    this.#keptBytes += SOUP_HEADER_BYTES + length;
    this.#nextSequence++;
  }

  cursorFrom(sequence: number): MessageCursor | undefined {
    if (sequence < this.firstSequence || sequence > this.#nextSequence) return undefined;
    let chunk = this.#oldest;
    while (chunk.next !== undefined && chunk.next.firstSequence <= sequence) chunk = chunk.next;
    let at = 0;
    for (let passed = chunk.firstSequence; passed < sequence; passed++) {
      at += u16At(chunk.bytes, at) + 2;
    }
    return new ChunkCursor(this, chunk, at);
  }

  /** What is kept is part of the state: a client goes on after a restart where it was. */
  save(snapshot: SnapshotWriter): void {
    const kept = new Uint8Array(this.#keptBytes);
    let to = 0;
    for (let chunk: Chunk | undefined = this.#oldest; chunk !== undefined; chunk = chunk.next) {
      kept.set(chunk.bytes.subarray(0, chunk.endBytes), to);
      to += chunk.endBytes;
    }
    snapshot.number(this.firstSequence);
    snapshot.number(this.#nextSequence);
    snapshot.number(kept.length);
    snapshot.array(kept);
  }

  load(snapshot: SnapshotReader): void {
    const firstSequence = snapshot.number();
    this.#nextSequence = snapshot.number();
    const chunk = new Chunk(new Uint8Array(snapshot.number()), firstSequence, 0);
    snapshot.into(chunk.bytes);
    chunk.endBytes = chunk.bytes.length;
    this.#keptBytes = chunk.endBytes;
    this.#oldest = chunk;
    this.#newest = chunk;
  }

  #addChunk(needed: number): void {
    const isFirst = this.#newest.bytes.length === 0;
    const bytes = new Uint8Array(Math.max(isFirst ? FIRST_CHUNK_BYTES : CHUNK_BYTES, needed));
    const chunk = new Chunk(bytes, this.#nextSequence, this.writtenBytes);
    this.#newest.next = chunk;
    this.#newest = chunk;
    while (this.#keptBytes > this.#keptBytesMax && this.#oldest.next !== undefined) {
      this.#keptBytes -= this.#oldest.endBytes;
      this.#oldest = this.#oldest.next;
    }
    if (this.#oldest.endBytes === 0 && this.#oldest.next !== undefined) {
      this.#oldest = this.#oldest.next;
    }
  }
}

/** Where a reader stands; whole messages are behind it. */
class ChunkCursor implements MessageCursor {
  readonly #stream: MessageStream;
  #chunk: Chunk;
  #at: number;

  constructor(stream: MessageStream, chunk: Chunk, at: number) {
    this.#stream = stream;
    this.#chunk = chunk;
    this.#at = at;
  }

  get unreadBytes(): number {
    return this.#stream.writtenBytes - this.#chunk.bytesBefore - this.#at;
  }

  /** Counted from the beginning of the chunk: nobody asks for it often. */
  get nextSequence(): number {
    let sequence = this.#chunk.firstSequence;
    for (let at = 0; at < this.#at; at += u16At(this.#chunk.bytes, at) + 2) sequence++;
    return sequence;
  }

  next(): Uint8Array | undefined {
    if (this.#at === this.#chunk.endBytes && this.#chunk.next !== undefined) {
      this.#chunk = this.#chunk.next;
      this.#at = 0;
    }
    if (this.#at === this.#chunk.endBytes) return undefined;
    const from = this.#at;
    this.#at = this.#chunk.endBytes;
    return this.#chunk.bytes.subarray(from, this.#at);
  }
}
