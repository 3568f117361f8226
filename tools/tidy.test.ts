// Every rule of tidy with a planted violation, on a small project in memory.

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatFinding } from "./tidy/finding.ts";
import { inspect } from "./tidy/inspect.ts";

const TIDY_PROJECT: Readonly<Record<string, string>> = {
  "package.json": '{"exports":{"./book":{"outcry-source":"./src/book/index.ts"}}}',
  "README.md": "# Title\n\nSee [the book](src/book/index.ts) and [above](#title).\n",
  "src/base/assert.ts": "export const one = 1;\n",
  "src/book/index.ts": 'import { one } from "../base/assert.ts";\nexport const two = one + one;\n',
  "src/cli/main.ts": 'import "../exchange/exchange.ts";\nimport "../gateway/rest.ts";\n',
  "src/exchange/exchange.ts": 'import { two } from "../book/index.ts";\nexport const four = two;\n',
  "src/gateway/rest.ts": 'import { createServer } from "node:http";\ncreateServer();\n',
};

/** What tidy says when `changes` are made to a project that has no fault. */
function findingsWith(changes: Record<string, string>): string[] {
  const files = new Map(Object.entries({ ...TIDY_PROJECT, ...changes }));
  return inspect(files).findings.map(formatFinding);
}

test("a project without faults has no finding, and its files are counted", () => {
  const { findings, exceptions, inspectedCount } = inspect(new Map(Object.entries(TIDY_PROJECT)));
  assert.deepEqual(findings, []);
  assert.deepEqual(exceptions, []);
  assert.equal(inspectedCount, 6);
});

test("an empty project inspects nothing, which the fence takes for a failure", () => {
  assert.equal(inspect(new Map()).inspectedCount, 0);
});

test("a gateway may not import the engine's side, not even its types", () => {
  const rest = 'import type { four } from "../exchange/exchange.ts";\n';
  assert.deepEqual(findingsWith({ "src/gateway/rest.ts": rest }), [
    "src/gateway/rest.ts:1: src/gateway may import base, model, codec, ops; " +
      "found src/exchange/exchange.ts",
  ]);
});

test("nobody but the command line imports the lab", () => {
  const changes = { "src/lab/load.ts": "export const load = 1;\n" };
  const exchange = `${TIDY_PROJECT["src/exchange/exchange.ts"]}export * from "../lab/load.ts";\n`;
  assert.equal(findingsWith({ ...changes, "src/exchange/exchange.ts": exchange }).length, 1);

  const main = `${TIDY_PROJECT["src/cli/main.ts"]}import "../lab/load.ts";\n`;
  assert.deepEqual(findingsWith({ ...changes, "src/cli/main.ts": main }), []);
});

test("a room touches only the built-in modules and packages that it is for", () => {
  const rest = 'import fs from "node:fs/promises";\nimport { Pool } from "pg";\n';
  assert.deepEqual(findingsWith({ "src/gateway/rest.ts": rest }), [
    "src/gateway/rest.ts:1: src/gateway may touch node:dgram, node:http, node:http2, node:https, " +
      "node:net, node:stream, node:tls, node:crypto, node:zlib; found node:fs/promises",
    "src/gateway/rest.ts:2: src/gateway may use @grpc/grpc-js, @grpc/proto-loader, " +
      "@grpc/reflection, grpc-health-check, ws; found the package pg",
  ]);
  const base = 'import { readFileSync } from "node:fs";\n';
  assert.deepEqual(findingsWith({ "src/base/assert.ts": base }), [
    "src/base/assert.ts:1: src/base may touch none; found node:fs",
  ]);
});

test("a folder that is no room is a finding", () => {
  const test = 'import "./thing.ts";\n';
  const changes = { "src/utils/thing.ts": 'import "../base/assert.ts";\n' };
  const [finding] = findingsWith({ ...changes, "src/utils/thing.test.ts": test });
  assert.match(finding, /^src\/utils\/thing\.ts:1: expected a room of src \(base, model, /);
});

test("the page imports nothing of the exchange and nothing of Node", () => {
  const page = 'import "../../src/base/assert.ts";\nimport "node:fs";\nimport "./other.ts";\n';
  assert.deepEqual(findingsWith({ "web/src/page.ts": page, "web/src/other.ts": "" }), [
    "web/src/page.ts:1: the page may import web; found src/base/assert.ts",
    "web/src/page.ts:2: the page has no Node; found node:fs",
  ]);
});

test("a pure room never waits, reads no clock, takes no chance and no inexact arithmetic", () => {
  const faults = [
    "export async function wait() {}",
    "export const later = Promise.resolve();",
    "export const now = Date.now();",
    "export const chance = Math.random();",
    "export const power = Math.pow(2, 0.5);",
    "export const square = 3 ** 2;",
    "export const order = a.localeCompare(b);",
  ];
  for (const fault of faults) {
    const source = `export const one = 1;\n${fault}\n`;
    const findings = findingsWith({ "src/base/assert.ts": source });
    assert.equal(findings.length, 1, fault);
    assert.match(findings[0], /^src\/base\/assert\.ts:2: expected no .* in src\/base: /);
  }
  const exact = "export const floor = Math.floor(1.5) + Math.sqrt(4);\n";
  assert.deepEqual(findingsWith({ "src/base/assert.ts": exact }), []);
});

test("words in comments, texts, templates and regular expressions are not code", () => {
  const source = [
    "// Date, and await in a comment",
    "/* Math.random",
    " * Promise */",
    'export const one = "Date" + \'await\' + "\\"Date";',
    "export const template = `Date ${one} Promise`;",
    "export const pattern = /[/\"] Date '/;",
    "",
  ].join("\n");
  assert.deepEqual(findingsWith({ "src/base/assert.ts": source }), []);

  const placeholder = "export const text = `at ${`${Date.now()}`} Date`;\n";
  assert.deepEqual(findingsWith({ "src/base/assert.ts": placeholder }).length, 1);
  const afterRegex = "export const half = 1 / 2; // '\nexport const now = Date.now();\n";
  assert.deepEqual(findingsWith({ "src/base/assert.ts": afterRegex }).length, 1);
});

test("proofs beside the code may wait and import anything", () => {
  const proof = 'import "node:fs";\nimport "../exchange/exchange.ts";\nawait Promise.resolve();\n';
  assert.deepEqual(findingsWith({ "src/base/assert.test.ts": proof }), []);
});

test("a file that nothing leads to is dead", () => {
  assert.deepEqual(findingsWith({ "src/base/ring.ts": "export const ring = 1;\n" }), [
    "src/base/ring.ts:1: expected a way here from src/cli/main.ts, a package export or a test, " +
      "found none",
  ]);
});

test("lazy imports, threads and module URLs lead to a file as imports do", () => {
  const ways = [
    'await import("./ring.ts");\n',
    'new Worker(workerUrl(import.meta.url, "ring"));\n',
    'fork(new URL("./ring.ts", import.meta.url));\n',
  ];
  for (const way of ways) {
    const changes = { "src/exchange/ring.ts": "export const ring = 1;\n" };
    const exchange = `${TIDY_PROJECT["src/exchange/exchange.ts"]}${way}`;
    assert.deepEqual(findingsWith({ ...changes, "src/exchange/exchange.ts": exchange }), [], way);
  }
});

test("the limits of a file: 600 lines, 100 columns", () => {
  const long = "export const one = 1;\n".repeat(601);
  assert.deepEqual(findingsWith({ "src/base/assert.ts": long }), [
    "src/base/assert.ts:1: expected at most 600 lines in a file, found 601",
  ]);
  const wide = `export const one = 1; // ${"x".repeat(80)}\n`;
  assert.deepEqual(findingsWith({ "src/base/assert.ts": wide }), [
    "src/base/assert.ts:1: expected at most 100 columns, found 105",
  ]);
});

test("promises of later work and limits named backwards are findings", () => {
  const limits = "export const MAX_ORDERS = 1;\nexport const ORDERS_MAX = 1;\n";
  const source = `// ${"TO"}${"DO"}: later\n${limits}`;
  assert.deepEqual(findingsWith({ "src/base/assert.ts": source }), [
    `src/base/assert.ts:1: expected finished work or an issue, found ${"TO"}${"DO"}`,
    "src/base/assert.ts:2: expected the noun first and MAX last in a limit",
  ]);
});

test("an exception excuses its line and is listed; one that excuses nothing is a finding", () => {
  const note = "// tidy: a clock";
  const files = new Map(
    Object.entries({
      ...TIDY_PROJECT,
      "src/base/assert.ts": `export const now = Date.now(); ${note}, for the log\n`,
      "src/book/index.ts": `import "../base/assert.ts"; ${note}\n`,
    }),
  );
  const { findings, exceptions } = inspect(files);
  assert.deepEqual(exceptions, [
    "src/base/assert.ts:1: a clock, for the log",
    "src/book/index.ts:1: a clock",
  ]);
  assert.deepEqual(findings.map(formatFinding), [
    "src/book/index.ts:1: expected a broken rule to excuse, found none",
  ]);
});

test("a page of Markdown has one title; code is not Markdown", () => {
  const twice = "# One\n\n# Two\n";
  assert.deepEqual(findingsWith({ "docs/twice.md": twice }), [
    "docs/twice.md:3: expected one title (# ...), found lines 1, 3",
  ]);
  assert.deepEqual(findingsWith({ "docs/none.md": "text\n" }), [
    "docs/none.md:1: expected one title (# ...), found none",
  ]);
  const code = "# One\n\n```sh\n# a comment\n[no](link.md)\n```\n\nand `[no](link.md)`\n";
  assert.deepEqual(findingsWith({ "docs/code.md": code }), []);
});

test("relative links of a page lead to a file, a folder or a heading", () => {
  const page = [
    "# Page",
    "[file](../README.md) [heading](../README.md#title) [folder](../src/book/) [self](#page)",
    "[site](https://example.com/x) [gone](gone.md) [no heading](../README.md#gone)",
    "",
  ].join("\n");
  assert.deepEqual(findingsWith({ "docs/page.md": page }), [
    "docs/page.md:3: expected a file at docs/gone.md, found none",
    "docs/page.md:3: expected a heading #gone in README.md",
  ]);
});
