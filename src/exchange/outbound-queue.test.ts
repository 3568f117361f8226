import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { writeU64 } from "../base/record-buffer.ts";
import { EVENT_LAST_QTY_LOTS_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../codec/event.ts";
import { OutboundQueue } from "./outbound-queue.ts";

/** More events than one of the queue's chunks holds, in one batch. */
const EVENTS_MAX = 20_000;
const CHUNK_EVENTS = 2048;

/** A batch of `events` events and its end mark, every other word telling whose it is. */
function batchOf(sequence: number, events: number): Int32Array {
  const words = new Int32Array((events + 1) * EVENT_WORDS).fill(sequence);
  const mark = words.length - EVENT_WORDS;
  writeU64(words, mark + EVENT_SEQUENCE_WORD, sequence);
  writeU64(words, mark + EVENT_LAST_QTY_LOTS_WORD, events);
  return words;
}

/** The queue beside a plain list of what it must hold. */
class CheckedQueue {
  readonly queue = new OutboundQueue();
  readonly #waiting: { sequence: number; words: Int32Array }[] = [];
  #sequence = 0;
  #waitingWords = 0;

  get lastSequence(): number {
    return this.#sequence;
  }

  push(events: number): void {
    const words = batchOf(++this.#sequence, events);
    this.queue.push(words, words.length);
    this.#waiting.push({ sequence: this.#sequence, words });
    words.fill(-1); // The queue copies: what happens here later is not its business.
    words.set(batchOf(this.#sequence, events));
    this.#waitingWords += words.length;
    assert.equal(this.queue.waitingWords, this.#waitingWords);
  }

  /** Releases and compares; `whileReading` may push. Returns how many batches came. */
  release(durableSequence: number, whileReading: () => void = () => {}): number {
    let delivered = 0;
    this.queue.release(durableSequence, (words, startWord, endWord) => {
      const expected = this.#waiting.shift();
      assert.ok(expected !== undefined && expected.sequence <= durableSequence);
      this.#waitingWords -= expected.words.length;
      whileReading();
      const found = words.subarray(startWord, endWord);
      assert.ok(Buffer.from(found).equals(Buffer.from(expected.words)), "whole and in order");
      assert.equal(found.length, expected.words.length);
      delivered++;
    });
    const next = this.#waiting[0]?.sequence ?? durableSequence + 1;
    assert.ok(next > durableSequence, "nothing durable is left waiting");
    assert.equal(this.queue.waitingWords, this.#waitingWords);
    return delivered;
  }
}

test("batches wait until their command is durable and leave in order", () => {
  const checked = new CheckedQueue();
  for (const events of [1, 0, 3]) checked.push(events);
  assert.equal(checked.release(0), 0);
  assert.equal(checked.release(2), 2);
  assert.equal(checked.release(2), 0);
  assert.equal(checked.release(99), 1);
  assert.equal(checked.queue.waitingWords, 0);
});

test("a batch larger than a chunk has one of its own", () => {
  const checked = new CheckedQueue();
  checked.push(1);
  checked.push(EVENTS_MAX);
  checked.push(1);
  assert.equal(checked.release(3), 3);
});

test("thousands of batches wait behind a late disk, and leave in parts", () => {
  const checked = new CheckedQueue();
  for (let n = 0; n < 10_000; n++) checked.push(0);
  assert.equal(checked.release(9_000), 9_000);
  for (let n = 0; n < 20_000; n++) {
    checked.push(0);
    checked.release(checked.lastSequence - 500);
  }
  assert.equal(checked.release(checked.lastSequence), 500);
});

test("a reader may enter the next command: the batch in its hands does not move", () => {
  const checked = new CheckedQueue();
  // The third batch ends so near the end of its chunk that a reaction finds room only in the next.
  for (const events of [649, 374, 999]) checked.push(events);
  checked.release(1);
  checked.release(2, () => checked.push(23));
  checked.release(checked.lastSequence);
  assert.equal(checked.queue.waitingWords, 0);
});

test("what waits stays where it was written, however much comes behind it", () => {
  const queue = new OutboundQueue();
  const batch = batchOf(1, 0);
  const places = (): Set<ArrayBufferLike> => {
    for (let n = 0; n < CHUNK_EVENTS * 8; n++) queue.push(batch, batch.length);
    const found = new Set<ArrayBufferLike>();
    queue.release(1, (words) => found.add(words.buffer));
    return found;
  };
  const first = places();
  const second = places();
  assert.equal(first.size, 8, "as many chunks as it takes");
  assert.deepEqual(new Set([...first, ...second]), first, "and the same ones again");
});

test("whatever is pushed and released, every batch leaves once, whole and in order", () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ push: fc.integer({ min: 100, max: 3000 }) }),
    fc.record({ keep: fc.integer({ min: 0, max: 30 }), react: fc.integer({ min: 0, max: 800 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const checked = new CheckedQueue();
      for (const does of steps) {
        if ("push" in does) {
          checked.push(does.push);
          continue;
        }
        const reactions = does.react > 700 ? 3 : 0;
        let left = reactions;
        checked.release(Math.max(0, checked.lastSequence - does.keep), () => {
          if (left-- > 0) checked.push(does.react);
        });
      }
      checked.release(checked.lastSequence);
      assert.equal(checked.queue.waitingWords, 0);
    }),
    { numRuns: 60 },
  );
});
