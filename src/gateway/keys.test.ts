import assert from "node:assert/strict";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { changeKeys, newKey, openKeys } from "./keys.ts";

function keysPath(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-keys-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, "keys.json");
}

test("the first start makes one trader's key and keeps no secret", (t) => {
  const path = keysPath(t);
  const { keys, firstKey } = openKeys(path);
  assert.match(firstKey, /^outcry-[0-9a-f]{12}-[0-9a-f]{64}$/);
  assert.deepEqual([keys.find(firstKey)?.accountId, keys.find(firstKey)?.role], [1, "trader"]);
  assert.ok(!readFileSync(path, "utf8").includes(firstKey.slice(-64)));
  assert.equal(statSync(path).mode & 0o777, 0o600);

  const again = openKeys(path);
  assert.equal(again.firstKey, "");
  assert.equal(again.keys.find(firstKey)?.accountId, 1);
});

test("a key with one digit changed, cut or wrapped is nobody's", (t) => {
  const { keys, firstKey } = openKeys(keysPath(t));
  const lastDigit = firstKey.endsWith("0") ? "1" : "0";
  const wrong = [
    firstKey.slice(0, -1) + lastDigit,
    firstKey.slice(0, -1),
    ` ${firstKey}`,
    firstKey.toUpperCase(),
    firstKey.replace(/-[0-9a-f]{12}-/, "-000000000000-"),
    "",
    "outcry--",
  ];
  for (const text of wrong) assert.equal(keys.find(text), undefined, text);
});

test("a damaged key file stops the start and says what was expected", (t) => {
  const path = keysPath(t);
  const cases: [string, RegExp][] = [
    ["", /expected JSON/],
    ["[]", /expected \{"keys": \[\.\.\.\]\}/],
    ['{"keys":[{"keyId":"abc"}]}', /keys\[0\]: expected keyId, secretSha256, accountId and role/],
    ['{"keys":[null]}', /keys\[0\]/],
  ];
  for (const [text, message] of cases) {
    writeFileSync(path, text);
    assert.throws(() => openKeys(path), { code: "KEYS_DAMAGED", message });
  }
});

test("a lock that a crash left is taken over, and no file of it stays", (t) => {
  const path = keysPath(t);
  const { firstKey } = openKeys(path);
  writeFileSync(`${path}.lock`, "");
  utimesSync(`${path}.lock`, 0, 0);
  const { key, keyText } = newKey({ accountId: 2, role: "trader" });
  changeKeys(path, (keys = []) => [...keys, key]);
  const { keys } = openKeys(path);
  assert.deepEqual([keys.find(firstKey)?.accountId, keys.find(keyText)?.accountId], [1, 2]);
  assert.deepEqual(readdirSync(dirname(path)), ["keys.json"]);
});
