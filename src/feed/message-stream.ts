// hot path
// A stream of numbered messages, framed as SoupBinTCP's sequenced data, in chunks that do not
// change while somebody reads them: a socket may be given a part of a chunk and read it later. The
// newest `keptBytesMax` stay; what is older is forgotten, and its memory used again once its last
// reader is done: 50 MB a second of garbage of the old generation otherwise.

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
  /** Readers that begin here, and a forgotten chunk before it that has some. */
  holdsCount = 0;
  isForgotten = false;

  constructor(bytes: Uint8Array, firstSequence: number, bytesBefore: number) {
    this.bytes = bytes;
    this.firstSequence = firstSequence;
    this.bytesBefore = bytesBefore;
  }
}

export type StreamLimits = {
  /** What is older than the newest so many is forgotten, a chunk at a time. */
  readonly keptBytesMax: number;
  /** Of these the newest come into a snapshot, rounded up to a chunk; left out: all. */
  readonly savedBytesMax?: number;
  /** Read once, and then garbage. */
  readonly isPassing?: boolean;
};

export class MessageStream implements NumberedMessages {
  readonly #keptBytesMax: number;
  readonly #savedBytesMax: number;
  readonly #isPassing: boolean;
  #oldest: Chunk;
  #newest: Chunk;
  #keptBytes = 0;
  #nextSequence = 1;
  /** Of a forgotten chunk that nobody reads any more. */
  #spareBytes: Uint8Array | undefined;

  constructor({ keptBytesMax, savedBytesMax = keptBytesMax, isPassing = false }: StreamLimits) {
    this.#keptBytesMax = keptBytesMax;
    this.#savedBytesMax = savedBytesMax;
    this.#isPassing = isPassing;
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

  /** Part of the state: a client goes on after a restart where it was. */
  save(snapshot: SnapshotWriter): void {
    const first = this.#firstSaved();
    const saved = new Uint8Array(this.writtenBytes - first.bytesBefore);
    for (let chunk: Chunk | undefined = first; chunk !== undefined; chunk = chunk.next) {
      saved.set(chunk.bytes.subarray(0, chunk.endBytes), chunk.bytesBefore - first.bytesBefore);
    }
    snapshot.number(first.firstSequence);
    snapshot.number(this.#nextSequence);
    snapshot.number(saved.length);
    snapshot.array(saved);
  }

  #firstSaved(): Chunk {
    let first = this.#oldest;
    while (first.next !== undefined && this.#bytesSince(first.next) >= this.#savedBytesMax) {
      first = first.next;
    }
    return first;
  }

  #bytesSince(chunk: Chunk): number {
    return this.writtenBytes - chunk.bytesBefore;
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

  /** Of a reader of the stream, who is done with this chunk. */
  letGo(chunk: Chunk): void {
    chunk.holdsCount--;
    assert(chunk.holdsCount >= 0, "a reader lets go of what it held");
    if (chunk.isForgotten) this.#reuse(chunk);
  }

  #addChunk(needed: number): void {
    const isFirst = this.#newest.bytes.length === 0;
    const bytesMin = Math.max(isFirst ? FIRST_CHUNK_BYTES : CHUNK_BYTES, needed);
    const chunk = new Chunk(this.#blankBytes(bytesMin), this.#nextSequence, this.writtenBytes);
    this.#newest.next = chunk;
    this.#newest = chunk;
    while (this.#keptBytes > this.#keptBytesMax && this.#oldest !== chunk) this.#forgetOldest();
    if (this.#oldest.endBytes === 0 && this.#oldest !== chunk) this.#forgetOldest();
  }

  #blankBytes(bytesMin: number): Uint8Array {
    const spare = this.#spareBytes;
    if (spare !== undefined && spare.length >= bytesMin) {
      this.#spareBytes = undefined;
      return spare;
    }
    if (this.#isPassing) return new Uint8Array(bytesMin);
    // V8's collector does not count shared memory; of the other kind it marks everything whenever
    // some tens of megabytes have come (docs/decisions/0031), and this would not go anyway.
    return new Uint8Array(new SharedArrayBuffer(bytesMin));
  }

  /** Who reads it reads what follows after it. */
  #forgetOldest(): void {
    const chunk = this.#oldest;
    if (chunk.next === undefined) return;
    this.#keptBytes -= chunk.endBytes;
    this.#oldest = chunk.next;
    chunk.isForgotten = true;
    chunk.next.holdsCount++;
    this.#reuse(chunk);
  }

  #reuse(chunk: Chunk): void {
    if (chunk.holdsCount > 0) return;
    if (chunk.bytes.length === CHUNK_BYTES) this.#spareBytes = chunk.bytes;
    if (chunk.next !== undefined) this.letGo(chunk.next);
  }
}

/** Where a reader stands; whole messages are behind it. */
class ChunkCursor implements MessageCursor {
  readonly #stream: MessageStream;
  #chunk: Chunk;
  #at: number;
  /** The first whose bytes may still be looked at; undefined: it is closed. */
  #held: Chunk | undefined;

  constructor(stream: MessageStream, chunk: Chunk, at: number) {
    this.#stream = stream;
    this.#chunk = chunk;
    this.#at = at;
    this.#hold(chunk);
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
  release(): void {
    if (this.#held !== undefined && this.#held !== this.#chunk) this.#hold(this.#chunk);
  }

  close(): void {
    this.#hold(undefined);
  }

  #hold(chunk: Chunk | undefined): void {
    const before = this.#held;
    if (chunk !== undefined) chunk.holdsCount++;
    this.#held = chunk;
    if (before !== undefined) this.#stream.letGo(before);
  }
}
