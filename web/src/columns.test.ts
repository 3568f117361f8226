import assert from "node:assert/strict";
import { test } from "node:test";
import { allot, shortText } from "./columns.ts";

test("columns get what they need and share what is left", () => {
  assert.deepEqual(allot([3, 8, 5, 5], [1], 25), [4, 9, 6, 6]);
});

test("where the room is too small the exact column keeps what it needs", () => {
  assert.deepEqual(allot([10, 8, 10, 11], [1], 33), [8, 8, 8, 8]);
  assert.deepEqual(allot([0, 8, 4, 13], [1], 20), [0, 8, 4, 9]);
});

test("a number that does not fit is shortened with a mark and keeps its size", () => {
  assert.equal(shortText("3.12345678", 10), "3.12345678");
  assert.equal(shortText("36.24691345", 9), "36.2469…");
  assert.equal(shortText("2876543210985", 9), "2.88T");
  assert.equal(shortText("1234567.25", 9), "1.23M");
  assert.equal(shortText("-1234567890", 9), "-1.23B");
});
