import assert from "node:assert/strict";
import { test } from "node:test";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { MessageCursor } from "../model/message-streams.ts";
import { MessageStream } from "./message-stream.ts";

const MESSAGE_BYTES = 40;

/** Appends messages whose first byte counts them. */
function append(stream: MessageStream, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = stream.claim(MESSAGE_BYTES);
    stream.bytes.fill(stream.nextSequence, at, at + MESSAGE_BYTES);
    stream.commit(MESSAGE_BYTES);
  }
}

/** The first bytes of all messages from `sequence` on; undefined where that is not there. */
function readFrom(stream: MessageStream, sequence: number): number[] | undefined {
  const cursor = stream.cursorFrom(sequence);
  if (cursor === undefined) return undefined;
  const found: number[] = [];
  for (let bytes = cursor.next(); bytes !== undefined; bytes = cursor.next()) {
    for (let at = 0; at < bytes.length; at += 3 + MESSAGE_BYTES) found.push(bytes[at + 3]);
  }
  assert.equal(cursor.unreadBytes, 0);
  return found;
}

function cursorFrom(stream: MessageStream, sequence: number): MessageCursor {
  const cursor = stream.cursorFrom(sequence);
  assert.ok(cursor !== undefined);
  return cursor;
}

test("messages are read from any that is kept, and what is to come is waited for", () => {
  const stream = new MessageStream({ keptBytesMax: 1_000_000 });
  assert.deepEqual(readFrom(stream, 1), []);
  const cursor = stream.cursorFrom(1);
  append(stream, 100);
  for (const sequence of [1, 2, 50, 100, 101]) {
    const expected = Array.from({ length: 101 - sequence }, (_, i) => sequence + i);
    assert.deepEqual(readFrom(stream, sequence), expected);
  }
  assert.equal(readFrom(stream, 0), undefined);
  assert.equal(readFrom(stream, 102), undefined);
  assert.equal(cursor?.unreadBytes, 100 * (3 + MESSAGE_BYTES));
});

test("the oldest are forgotten, a chunk at a time, and the numbers go on", () => {
  const stream = new MessageStream({ keptBytesMax: 200_000 });
  append(stream, 20_000);
  const first = stream.firstSequence;
  assert.ok(first > 10_000 && first < 20_000);
  assert.ok(stream.keptBytes <= 200_000 + 64 * 1024);
  assert.equal(readFrom(stream, first - 1), undefined);
  assert.equal(readFrom(stream, first)?.length, 20_001 - first);
});

test("a piece does not change while its reader may look at it, however much comes", () => {
  const stream = new MessageStream({ keptBytesMax: 100_000 });
  append(stream, 10);
  const slow = cursorFrom(stream, 1);
  const slowPiece = slow.next();
  const before = slowPiece?.slice();
  const quick = cursorFrom(stream, 1);
  for (let i = 0; i < 100; i++) {
    append(stream, 100);
    quick.release();
    while (quick.next() !== undefined);
  }
  quick.close();
  append(stream, 10_000);
  assert.deepEqual(slowPiece, before);
  const rest: number[] = [];
  for (let piece = slow.next(); piece !== undefined; piece = slow.next()) {
    for (let at = 0; at < piece.length; at += 3 + MESSAGE_BYTES) rest.push(piece[at + 3]);
    slow.release();
  }
  assert.deepEqual(
    rest,
    Array.from({ length: 20_000 }, (_, i) => (i + 11) & 0xff),
  );
});

test("a stream that is read as it grows makes no new memory once it is full", () => {
  const stream = new MessageStream({ keptBytesMax: 200_000 });
  const cursor = cursorFrom(stream, 1);
  const buffers = new Set<ArrayBufferLike>();
  for (let i = 0; i < 1000; i++) {
    append(stream, 100);
    for (let piece = cursor.next(); piece !== undefined; piece = cursor.next()) {
      buffers.add(piece.buffer);
    }
    cursor.release();
  }
  assert.ok(buffers.size < 10, `found ${buffers.size} chunks`);
});

test("what is kept comes back from a snapshot, and goes on", () => {
  const stream = new MessageStream({ keptBytesMax: 100_000 });
  append(stream, 5000);
  const writer = new SnapshotWriter();
  stream.save(writer);
  const restored = new MessageStream({ keptBytesMax: 100_000 });
  restored.load(new SnapshotReader(writer.finish()));
  append(stream, 10);
  append(restored, 10);
  assert.equal(restored.firstSequence, stream.firstSequence);
  assert.deepEqual(readFrom(restored, 4000), readFrom(stream, 4000));
  assert.deepEqual(readFrom(restored, 5005), readFrom(stream, 5005));
});

test("of a stream that has more, the newest come into a snapshot, with whole messages", () => {
  const stream = new MessageStream({ keptBytesMax: 1_000_000, savedBytesMax: 200_000 });
  append(stream, 10_000);
  const writer = new SnapshotWriter();
  stream.save(writer);
  const restored = new MessageStream({ keptBytesMax: 1_000_000, savedBytesMax: 200_000 });
  restored.load(new SnapshotReader(writer.finish()));
  assert.equal(restored.nextSequence, stream.nextSequence);
  assert.ok(restored.firstSequence > stream.firstSequence);
  assert.ok(restored.keptBytes >= 200_000 && restored.keptBytes <= 200_000 + 64 * 1024);
  assert.equal(readFrom(restored, restored.firstSequence - 1), undefined);
  const { firstSequence } = restored;
  assert.deepEqual(readFrom(restored, firstSequence), readFrom(stream, firstSequence));
});
