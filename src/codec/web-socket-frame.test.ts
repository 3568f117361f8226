import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FRAME_HEAD_BYTES_MAX,
  frameBodyBytes,
  frameHeadBytes,
  TEXT_FRAME,
  writeFrameHead,
} from "./web-socket-frame.ts";

test("the head of a frame has the shortest length that RFC 6455 asks for", () => {
  for (const [length, head] of [
    [0, [0x81, 0]],
    [5, [0x81, 5]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [256, [0x81, 126, 1, 0]],
    [65_535, [0x81, 126, 0xff, 0xff]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [2 ** 32 + 3, [0x81, 127, 0, 0, 0, 1, 0, 0, 0, 3]],
  ] as const) {
    const bytes = new Uint8Array(3 + FRAME_HEAD_BYTES_MAX);
    const end = writeFrameHead(bytes, 3, length);
    assert.deepEqual([...bytes.subarray(3, end)], head);
    assert.deepEqual([bytes[3], frameHeadBytes(bytes, 3)], [TEXT_FRAME, head.length]);
    assert.equal(frameBodyBytes(bytes, 3), length);
  }
});
