// A log of each format version ever released, as it was written then: every later program reads it.
// A new version adds a directory and a line here; none is ever changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { exportLog } from "../../src/cli/log-export.ts";
import { segmentLines } from "../../src/cli/log-inspect.ts";

type Line = { readonly sequence: number; readonly kind: string; readonly clOrdId?: string };

test("a log of format version 1 is read as it was written", () => {
  const directory = fileURLToPath(new URL("log-v1", import.meta.url));
  const lines: Line[] = [];
  const range = { fromSequence: 1, toSequence: Number.MAX_SAFE_INTEGER };
  exportLog({ directory, ...range, what: "commands", format: "jsonl" }, (line) => {
    lines.push(JSON.parse(line));
  });
  assert.deepEqual(
    lines.map(({ sequence, kind, clOrdId }) => [sequence, kind, clOrdId]),
    [
      [1, "create instrument", undefined],
      ...[1, 2, 3, 4, 5, 6].map((n) => [n + 1, "new order", `o${n}`]),
      [8, "cancel", "o1"],
    ],
  );
  assert.ok(segmentLines(directory).length > 1, "over several segments, one chain");
});
