import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { test } from "node:test";
import { WebSocket } from "ws";
import { startTestGateway, TestSocket } from "./gateway-for-test.ts";

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/tls/${name}`, import.meta.url), "utf8");
}

test("with a certificate REST and WebSocket speak TLS, and nothing else", async (t) => {
  const tls = { cert: fixture("cert.pem"), key: fixture("key.pem") };
  const gateway = await startTestGateway(t, { tls });
  const { url, port } = gateway.server;
  assert.equal(url, `https://127.0.0.1:${port}`);
  const status = await new Promise((resolve, reject) => {
    get(`${url}/health`, { ca: tls.cert, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
  assert.equal(status, 200);
  const webSocket = new WebSocket(`wss://127.0.0.1:${port}/ws`, { ca: tls.cert });
  const socket = new TestSocket(webSocket);
  await new Promise((resolve) => webSocket.once("open", resolve));
  assert.deepEqual(await socket.ask({ op: "ping" }), { id: 1, result: {} });
  webSocket.terminate();
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
});
