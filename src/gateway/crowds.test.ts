import assert from "node:assert/strict";
import { test } from "node:test";
import { Crowds, originOf } from "./crowds.ts";

test("the oldest of the largest crowd makes way, and who comes alone stays", () => {
  const crowds = new Crowds<string>();
  crowds.add("alone", "a");
  for (const each of ["b1", "b2", "b3"]) crowds.add(each, "b");
  for (const each of ["c1", "c2"]) crowds.add(each, "c");
  const gone: string[] = [];
  for (let i = 0; i < 6; i++) {
    const oldest = crowds.oldestOfLargest();
    assert.ok(oldest !== undefined);
    gone.push(oldest);
    crowds.delete(oldest, oldest === "alone" ? "a" : oldest.slice(0, 1));
  }
  assert.deepEqual(gone.slice(0, 3), ["b1", "c1", "b2"]);
  assert.deepEqual([crowds.count, crowds.oldestOfLargest()], [0, undefined]);
});

test("a member that is not there is not taken away", () => {
  const crowds = new Crowds<string>();
  crowds.add("one", "a");
  crowds.delete("other", "a");
  crowds.delete("one", "b");
  assert.deepEqual([crowds.count, crowds.oldestOfLargest()], [1, "one"]);
});

test("an IPv6 network is one origin, and an IPv4 address however it is written", () => {
  assert.equal(originOf("10.0.0.1"), "10.0.0.1");
  assert.equal(originOf("::ffff:10.0.0.1"), "10.0.0.1");
  assert.equal(originOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
  assert.equal(originOf("2001:db8:1:2::6"), "2001:db8:1:2");
  assert.equal(originOf("2001:db8::1"), originOf("2001:db8::9:9"));
  assert.equal(originOf("::1"), "0:0:0:0");
  assert.equal(originOf(""), "");
});
