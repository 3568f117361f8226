import assert from "node:assert/strict";
import { test } from "node:test";
import { Marked } from "marked";
import { table } from "./markdown.ts";

test("names with template arguments are read as they are, in code and outside of it", () => {
  const name = "std::map<int, Order>::find";
  const markdown = table(["function", "said"], [[`\`${name}\``, `make ${name} cheaper`]]);
  const page = new Marked().parse(markdown, { async: false });
  const read = page.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  assert.match(read, /<code>std::map<int, Order>::find<\/code>/);
  assert.match(read, /make std::map<int, Order>::find cheaper/);
});
