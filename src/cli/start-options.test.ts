// Options that cannot be meant are refused before anything is made.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "./verb.ts";
import { verb } from "./verbs/start.ts";

test("a start with options that cannot be meant says which, and makes nothing", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "outcry-options-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const key = join(directory, "key.pem");
  writeFileSync(key, "no key\n");
  const cases: [args: string[], message: RegExp][] = [
    [["--host", ""], /^--host: expected an address, found an empty text$/],
    [["--data", ""], /^--data: expected a directory, found an empty text$/],
    [["--seal-key", key], /^--seal-key: expected a private Ed25519 key .*, found something else/],
    [["--tls-cert", key, "--tls-key", key], /^--tls-cert: expected a certificate in PEM in /],
    [["--tls-cert", key], /^--tls-cert, --tls-key: expected both, found one of them$/],
    [
      ["--port", "9", "--fix-port", "9"],
      /^--fix-port: expected another port than --port, found 9$/,
    ],
    [
      ["--itch-port", "9", "--ouch-udp-port", "9"],
      /^--ouch-udp-port: .* than --itch-port, found 9$/,
    ],
  ];
  const data = ["--data", join(directory, "data")];
  for (const [args, message] of cases) {
    await assert.rejects(verb.run([...data, ...args]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.deepEqual(readdirSync(directory), ["key.pem"]);
});
