import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createRingProducer, RING_RECORD_WORDS, RingConsumer, ringBytes } from "./ring.ts";
import type { ProducerTask } from "./ring-producer-for-test.ts";

/** Head and tail, in words of the ring's header. */
const HEAD = 0;
const TAIL = 16;

function ringAt(recordsMax: number, position: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(ringBytes(recordsMax));
  const control = new Int32Array(shared);
  control[HEAD] = position;
  control[TAIL] = position;
  return shared;
}

/** Ends with the test: a producer whose consumer has failed would spin for ever. */
function startProducer(t: TestContext, task: ProducerTask): Worker {
  const url = new URL("./ring-producer-for-test.ts", import.meta.url);
  const worker = new Worker(url, { workerData: task });
  t.after(() => worker.terminate());
  return worker;
}

/** Drains until `records` came, checking each; gives way whenever the ring is empty. */
async function drainNumbered(consumer: RingConsumer, records: number, room: number): Promise<void> {
  const target = new Int32Array(room * RING_RECORD_WORDS);
  let count = 0;
  while (count < records) {
    const drained = consumer.drainTo(target, 0);
    if (drained === 0) await setImmediate();
    for (let i = 0; i < drained; i++, count++) {
      const at = i * RING_RECORD_WORDS;
      const last = at + RING_RECORD_WORDS - 1;
      if (target[at] !== count || target[last] !== count + RING_RECORD_WORDS - 1) {
        assert.fail(`expected record ${count}, found words ${target[at]} to ${target[last]}`);
      }
    }
  }
  assert.equal(count, records);
  assert.equal(consumer.drainTo(target, 0), 0);
}

test("a million records cross between two threads in order, each once and whole", async (t) => {
  const recordsMax = 4096;
  const shared = ringAt(recordsMax, 0);
  startProducer(t, { shared, records: 1_000_000 });
  await drainNumbered(new RingConsumer(shared), 1_000_000, recordsMax);
});

test("positions pass 2^31 without losing a record", async (t) => {
  const recordsMax = 128;
  const shared = ringAt(recordsMax, 2_147_483_647 - 1000);
  startProducer(t, { shared, records: 20_000 });
  await drainNumbered(new RingConsumer(shared), 20_000, recordsMax);
});

for (const start of [0, 2_147_483_648 - 64]) {
  test(`a full ring makes the producer wait, from position ${start}`, async (t) => {
    const recordsMax = 128;
    const shared = ringAt(recordsMax, start);
    const control = new Int32Array(shared);
    const full = (start + recordsMax) | 0;
    const worker = startProducer(t, { shared, records: recordsMax + 1 });
    let isDone = false;
    const done = once(worker, "message").then(([position]) => {
      isDone = true;
      return position;
    });
    while (Atomics.load(control, HEAD) !== full && !isDone) await setImmediate();
    for (let turn = 0; turn < 100; turn++) await setImmediate();
    assert.equal(Atomics.load(control, HEAD), full);
    assert.equal(isDone, false);

    const consumer = new RingConsumer(shared);
    const target = new Int32Array(recordsMax * RING_RECORD_WORDS);
    let drained = 0;
    while (drained < recordsMax) {
      drained += consumer.drainTo(target, drained * RING_RECORD_WORDS);
    }
    assert.equal(target[(recordsMax - 1) * RING_RECORD_WORDS], recordsMax - 1);
    assert.equal(await done, (full + 1) | 0);
    assert.equal(consumer.drainTo(target, 0), 1);
    assert.equal(target[0], recordsMax);
  });
}

test("records show when 64 are claimed or on flush, and a drain stops at the ring's end", () => {
  const shared = ringAt(128, 100);
  const producer = createRingProducer(shared);
  const consumer = new RingConsumer(shared);
  const target = new Int32Array(128 * RING_RECORD_WORDS);
  for (let i = 0; i < 28; i++) producer.words[producer.claim()] = i;
  assert.equal(consumer.drainTo(target, 0), 0);
  producer.words[producer.claim()] = 28; // Position 128: a multiple of 64.
  assert.equal(consumer.drainTo(target, 0), 28);
  producer.words[producer.claim()] = 29;
  assert.equal(producer.flush(), 130);
  assert.equal(consumer.drainTo(target, RING_RECORD_WORDS), 2);
  assert.deepEqual([target[8], target[16]], [28, 29]);
});

test("a ring whose records are no power of two is a bug", () => {
  assert.throws(() => createRingProducer(new SharedArrayBuffer(ringBytes(100))));
});
