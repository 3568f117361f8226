import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { verb } from "../cli/verbs/key.ts";
import { bearer, startTestGateway } from "./gateway-for-test.ts";
import { hmacKeyOf, openKeys, shortLoginOf } from "./keys.ts";

test("neither answers nor the log nor metrics repeat a secret, whatever went wrong", async (t) => {
  const lines: string[] = [];
  const gateway = await startTestGateway(t, {
    log: (level, message, fields) => lines.push(JSON.stringify({ level, message, ...fields })),
  });
  const [keyText] = gateway.keyTexts;
  const said: string[] = [];
  const ask = async (method: string, path: string, body?: object, key = keyText) => {
    const { json } = await gateway.askWith(method, path, body, bearer(key));
    said.push(JSON.stringify(json));
  };
  await ask("GET", "/orders");
  await ask("GET", "/orders", undefined, `${keyText}0`);
  await ask("POST", "/orders", { key: keyText });
  await ask("GET", `/orders?key=${keyText.slice(-64)}`);
  await ask("POST", "/operator/deposit", { accountId: 1 });
  const socket = await gateway.connect(0);
  await socket.ask({ op: "login", key: `${keyText} ` });
  await socket.ask({ op: "login", key: keyText });
  await socket.ask({ op: keyText.slice(0, 20) });
  said.push(JSON.stringify(socket.messages), (await gateway.ask("GET", "/metrics")).json["text"]);
  const secret = keyText.slice(-64);
  const secrets = [
    secret,
    shortLoginOf(keyText)?.password ?? "",
    hmacKeyOf(keyText)?.hmacKey ?? "",
  ];
  // A field's name is repeated where nobody knows it, cut to 40 characters: never a whole secret.
  for (const text of [...said, ...lines]) {
    for (const each of secrets) assert.ok(!text.includes(each), text);
  }
});

test("outcry key makes, lists and revokes keys, and keeps no secret", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "outcry-key-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const written: string[] = [];
  t.mock.method(process.stdout, "write", (text: string) => written.push(text) > 0);
  t.mock.method(process.stderr, "write", () => true);
  const run = (...args: string[]) => verb.run([...args, "--data", directory]);
  assert.equal(await run("add", "--account", "7"), 0);
  assert.equal(await run("add", "--role", "operator"), 0);
  const [trader = "", operator = ""] = written.map((line) => line.trim());
  const path = join(directory, "keys.json");
  assert.ok(!readFileSync(path, "utf8").includes(trader.slice(-64)));
  const { keys } = openKeys(path);
  assert.deepEqual([keys.find(trader)?.accountId, keys.find(trader)?.role], [7, "trader"]);
  assert.deepEqual([keys.find(operator)?.accountId, keys.find(operator)?.role], [0, "operator"]);
  const { username = "", password = "" } = shortLoginOf(operator) ?? {};
  assert.equal(keys.findShort(username, password), undefined, "an operator enters no orders");
  written.length = 0;
  const [, keyId = ""] = trader.split("-");
  await run("list");
  assert.equal(written[0], `${keyId} trader account 7\n`);
  assert.equal(await run("revoke", keyId), 0);
  assert.equal(await run("revoke", keyId), 1);
  assert.equal(openKeys(path).keys.find(trader), undefined);
  await assert.rejects(run("add", "--role", "king"), /expected trader, operator, viewer/);
});
