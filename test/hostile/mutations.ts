// Valid traffic made wrong, by one seed: cut, split, and changed at random.

import type { Prng } from "../../src/base/prng.ts";

/** What numbers at the limits of lengths and counts look like. */
const EDGES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
const EDITS_MAX = 4;
const RUN_MAX = 8;

/** Every truncation of a message that is made anew each time, from nothing to all of it. */
export function* truncationsOf(make: () => Buffer): Generator<Buffer[]> {
  for (let length = 0, bytes = make(); length <= bytes.length; length++, bytes = make()) {
    yield [bytes.subarray(0, length)];
  }
}

/** Every way to send it in two pieces. */
export function* splitsOf(make: () => Buffer): Generator<Buffer[]> {
  for (let at = 1, bytes = make(); at < bytes.length; at++, bytes = make()) {
    yield splitAt(bytes, at);
  }
}

export function splitAt(bytes: Buffer, at: number): Buffer[] {
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** Some edits of the bytes, in one to three pieces. */
export function mutated(bytes: Buffer, prng: Prng): Buffer[] {
  let changed: Buffer = Buffer.from(bytes);
  // Mostly few: what comes behind them is to be read too.
  const edits = prng.nextBetween(1, prng.nextBetween(1, EDITS_MAX));
  for (let edit = 0; edit < edits; edit++) changed = edited(changed, prng);
  const pieces: Buffer[] = [];
  for (let cuts = prng.nextBelow(3); cuts > 0 && changed.length > 1; cuts--) {
    const at = prng.nextBetween(1, changed.length - 1);
    pieces.push(changed.subarray(0, at));
    changed = changed.subarray(at);
  }
  return [...pieces, changed];
}

function edited(bytes: Buffer, prng: Prng): Buffer {
  if (bytes.length === 0) return Buffer.of(prng.nextBelow(256));
  const at = prng.nextBelow(bytes.length);
  const end = Math.min(bytes.length, at + prng.nextBetween(1, RUN_MAX));
  const [before, run, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, end),
    bytes.subarray(end),
  ];
  switch (prng.nextBelow(9)) {
    case 0:
      return Buffer.concat([before, Buffer.of(prng.nextBelow(256)), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([
        before,
        Buffer.of(bytes[at] ^ (1 << prng.nextBelow(8))),
        bytes.subarray(at + 1),
      ]);
    case 2:
      return Buffer.concat([
        before,
        Buffer.of(EDGES[prng.nextBelow(EDGES.length)]),
        bytes.subarray(at + 1),
      ]);
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, run, run, after]);
    case 5:
      return Buffer.concat([before, Buffer.from(run).fill(prng.nextBelow(256)), after]);
    case 6:
    case 7: // What is elsewhere in the message is likely to be understood.
      return Buffer.concat([
        before,
        Buffer.of(bytes[prng.nextBelow(bytes.length)]),
        bytes.subarray(at + 1),
      ]);
    default:
      return bytes.subarray(0, at);
  }
}
