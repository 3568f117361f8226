import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { WebSocket } from "ws";
import { OuchClient } from "../client/index.ts";
import { startEveryPort } from "./every-port-for-test.ts";
import { dialFix, FixTrader, logOnTo } from "./fix/fix-for-test.ts";
import { startTestGateway, TestSocket } from "./gateway-for-test.ts";
import { GrpcDialer } from "./grpc/grpc-for-test.ts";
import { BUY } from "./ouch/ouch-for-test.ts";

const LIMIT_BUY = { symbol: "ACME", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", price: "100" };

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/tls/${name}`, import.meta.url), "utf8");
}

const TLS = { cert: fixture("cert.pem"), key: fixture("key.pem") };

test("with a certificate REST and WebSocket speak TLS, and nothing else", async (t) => {
  const gateway = await startTestGateway(t, { tls: TLS });
  const { url, port } = gateway.server;
  assert.equal(url, `https://127.0.0.1:${port}`);
  const status = await new Promise((resolve, reject) => {
    get(`${url}/health`, { ca: TLS.cert, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
  assert.equal(status, 200);
  const webSocket = new WebSocket(`wss://127.0.0.1:${port}/ws`, { ca: TLS.cert });
  const socket = new TestSocket(webSocket);
  await new Promise((resolve) => webSocket.once("open", resolve));
  assert.deepEqual(await socket.ask({ op: "ping" }), { id: 1, result: {} });
  webSocket.terminate();
  await assert.rejects(fetch(`http://127.0.0.1:${port}/health`));
});

test("with a certificate OUCH, FIX and gRPC speak TLS, and nothing else", async (t) => {
  const { venue, fix, grpc, grpcDialer } = await startEveryPort(t, { tls: TLS });
  const ouch = await venue.connect();
  ouch.enter({ ...BUY, userRefNum: 1 });
  await ouch.until(() => ouch.story.endsWith("A1"));
  const link = connectTls({ host: "127.0.0.1", port: fix.port, ca: TLS.cert });
  const trader = await logOnTo(new FixTrader(link, venue, {}));
  trader.enter("ouch:2", "55=ACME 54=1 40=2 59=1 38=10 44=100.00");
  assert.equal((await trader.until((each) => each[11] === "ouch:2"))[150], "0");
  const { report } = await grpcDialer.ask("NewOrder", { ...LIMIT_BUY, orderQty: "10" });
  assert.equal(report.ordStatus, "ORD_STATUS_NEW");

  const plain = { host: "127.0.0.1", port: venue.gateway.port, redialMillis: 0 };
  await assert.rejects(OuchClient.connect({ ...plain, ...venue.loginOf(1), onReport: () => {} }));
  await (await dialFix(fix.port, venue)).logOn().ended;
  const plainDialer = new GrpcDialer(grpc.port, venue.keyTexts);
  await assert.rejects(plainDialer.ask("NewOrder", LIMIT_BUY), /UNAVAILABLE/);
  plainDialer.closeClients();
  await trader.cut();
});
