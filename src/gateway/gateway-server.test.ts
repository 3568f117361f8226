import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LIMIT_BUY, startTestGateway } from "./gateway-for-test.ts";
import { startGateway } from "./gateway-server.ts";
import { HistoryForTest } from "./history-for-test.ts";
import { KeyRing } from "./keys.ts";

function pageDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-page-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const page = join(directory, "dist");
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(page, "index.html"), "<title>Outcry</title>");
  writeFileSync(join(page, "assets", "index-abc.js"), "export {};");
  writeFileSync(join(directory, "secret.txt"), "secret");
  return page;
}

test("a port that is taken is named, with the way to choose another", async (t) => {
  const gateway = await startTestGateway(t);
  const { exchange } = gateway;
  const again = startGateway({
    venue: exchange,
    history: new HistoryForTest(exchange),
    keys: new KeyRing([]),
    host: "127.0.0.1",
    port: gateway.server.port,
    webDirectory: "none",
    version: "0.0.0",
  });
  await assert.rejects(again, {
    code: "PORT_IN_USE",
    message: new RegExp(`^port ${gateway.server.port} of 127\\.0\\.0\\.1: .*--port N`),
  });
});

test("the page is served with types and tags, and nothing outside of it", async (t) => {
  const gateway = await startTestGateway(t, { webDirectory: pageDirectory(t) });
  const get = (path: string, headers = {}) => fetch(`${gateway.server.url}${path}`, { headers });

  const index = await get("/");
  assert.deepEqual(
    [index.status, index.headers.get("content-type"), index.headers.get("cache-control")],
    [200, "text/html; charset=utf-8", "no-cache"],
  );
  assert.equal(await index.text(), "<title>Outcry</title>");
  const again = await get("/", { "if-none-match": index.headers.get("etag") ?? "" });
  assert.equal(again.status, 304);
  const script = await get("/assets/index-abc.js");
  assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.match(script.headers.get("cache-control") ?? "", /immutable/);
  const head = await fetch(`${gateway.server.url}/`, { method: "HEAD" });
  assert.deepEqual(
    [head.status, head.headers.get("content-length"), await head.text()],
    [200, "21", ""],
  );

  for (const path of [
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/assets/",
    "//",
  ]) {
    const client = await gateway.dial();
    const answer = await client.endAfter(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 404 /, path);
  }
});

test("without a built page there is a hint, and the API reference in any case", async (t) => {
  const gateway = await startTestGateway(t);
  const read = async (path: string): Promise<string> => {
    const response = await fetch(`${gateway.server.url}${path}`);
    assert.equal(response.status, 200, path);
    return response.text();
  };
  assert.match(await read("/"), /npm run build/);
  const docs = await read("/docs");
  const assets = [...docs.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(assets.length >= 4);
  for (const path of assets) {
    assert.ok(path.startsWith("/docs/"), "nothing is loaded from elsewhere");
    assert.ok((await read(path)).length > 0);
  }
  assert.match(await read("/docs/init.js"), /validatorUrl: "none"/);
});

test("a request that waits for the history is answered before the stop ends it", async (t) => {
  const gateway = await startTestGateway(t);
  gateway.history.hold();
  await gateway.enter({ timeInForce: "ioc" });
  const asked = gateway.ask("GET", "/orders/1");
  while (gateway.history.askedCount === 0) await new Promise(setImmediate);
  const stopped = gateway.server.stop();
  gateway.history.release();
  assert.equal((await asked).json["ordStatus"], "canceled");
  await stopped;
});

test("stopping answers what is under way, then closes every connection", async (t) => {
  const gateway = await startTestGateway(t);
  const socket = await gateway.connect(1);
  const idle = await gateway.dial(); // Has never sent a byte.
  const orders = Array.from({ length: 500 }, () => ({ new: LIMIT_BUY }));
  const overSocket = socket.ask({ op: "batch", orders });
  const overRest = gateway.ask("POST", "/orders/batch", { orders });
  while (gateway.exchange.health().sequence < 1002) await new Promise(setImmediate);
  const stopped = gateway.server.stop(10_000);
  assert.equal((await overSocket)["result"].results.length, 500);
  assert.equal((await overRest).json["results"].length, 500);
  const { code, reason } = await socket.closed;
  assert.deepEqual([code, reason], [1001, "the exchange is stopping"]);
  const started = performance.now();
  await stopped;
  assert.ok(performance.now() - started < 9000, "nothing idle holds the stop up to its deadline");
  await idle.ended;
  await assert.rejects(fetch(`${gateway.server.url}/health`));
});
