import assert from "node:assert/strict";
import { test } from "node:test";
import { workerUrl } from "./worker-url.ts";

test("a worker's file is TypeScript beside sources and JavaScript beside the build", () => {
  const source = workerUrl("file:///outcry/src/store/history.ts", "store-thread");
  assert.equal(source.href, "file:///outcry/src/store/store-thread.ts");

  const built = workerUrl("file:///outcry/dist/store/history.js", "store-thread");
  assert.equal(built.href, "file:///outcry/dist/store/store-thread.js");
});
