import assert from "node:assert/strict";
import { test } from "node:test";
import { Marked } from "marked";
import { gainText, table } from "./markdown.ts";

test("names with template arguments are read as they are, in code and outside of it", () => {
  const name = "std::map<int, Order>::find";
  const markdown = table(["function", "said"], [[`\`${name}\``, `make ${name} cheaper`]]);
  const page = new Marked().parse(markdown, { async: false });
  const read = page.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  assert.match(read, /<code>std::map<int, Order>::find<\/code>/);
  assert.match(read, /make std::map<int, Order>::find cheaper/);
});

test("a gain without a bound is not told as a number", () => {
  assert.equal(gainText({ low: 1.52, high: 2 ** 53 }), "1.52 to no bound");
  assert.equal(gainText({ low: 1, high: 1.5 }), "1.00 to 1.50");
});
