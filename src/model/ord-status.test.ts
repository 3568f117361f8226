import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ordStatusOf,
} from "./ord-status.ts";

test("an order's status follows from what executed, what is open and how it ended", () => {
  assert.equal(ordStatusOf(0, 5, false), ORD_STATUS_NEW);
  assert.equal(ordStatusOf(2, 3, false), ORD_STATUS_PARTIALLY_FILLED);
  assert.equal(ordStatusOf(5, 0, false), ORD_STATUS_FILLED);
  assert.equal(ordStatusOf(0, 0, true), ORD_STATUS_CANCELED);
  assert.equal(ordStatusOf(2, 0, true), ORD_STATUS_CANCELED);
});

test("an order that was reduced and still works is not canceled", () => {
  assert.equal(ordStatusOf(0, 3, true), ORD_STATUS_NEW);
  assert.equal(ordStatusOf(2, 1, true), ORD_STATUS_PARTIALLY_FILLED);
});
