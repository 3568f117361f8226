import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { connect as connectTls, createServer as createTlsServer } from "node:tls";
import { WebSocket } from "ws";
import { OuchClient } from "../client/index.ts";
import { startEveryPort } from "./every-port-for-test.ts";
import { dialFix, FixTrader, logOnTo } from "./fix/fix-for-test.ts";
import { startTestGateway, TestSocket } from "./gateway-for-test.ts";
import { GrpcDialer } from "./grpc/grpc-for-test.ts";
import { BUY } from "./ouch/ouch-for-test.ts";
import { TlsCertificate } from "./tls-certificate.ts";

const LIMIT_BUY = { symbol: "ACME", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", price: "100" };

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/tls/${name}`, import.meta.url), "utf8");
}

const TLS = new TlsCertificate({ cert: fixture("cert.pem"), key: fixture("key.pem") });

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

test("a handshake that takes too long ends its connection", async (t) => {
  const server = createTlsServer({ handshakeTimeout: 1 });
  TLS.serve(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const silent = connect(port, "127.0.0.1").on("error", () => {});
  await new Promise((resolve) => silent.resume().once("close", resolve));
});

test("a renewed certificate is that of the next connections to every port", async (t) => {
  const tls = new TlsCertificate(TLS);
  const { venue, fix, grpc } = await startEveryPort(t, { tls });
  const ports = [venue.server.port, venue.gateway.port, fix.port, grpc.port];
  const cert = fixture("renewed-cert.pem");
  const names = (ca: string): Promise<string[]> => {
    return Promise.all(ports.map((port) => subjectAt(port, ca)));
  };
  const open = connectTls({ host: "127.0.0.1", port: ports[1], ca: TLS.cert });
  await new Promise((resolve) => open.once("secureConnect", resolve));
  assert.deepEqual(new Set(await names(TLS.cert)), new Set(["localhost"]));
  tls.replace({ cert, key: fixture("renewed-key.pem") });
  assert.deepEqual(new Set(await names(cert)), new Set(["renewed"]));
  assert.ok(!open.destroyed);
  open.destroy();
});

/** Whose the certificate is that a port shows. */
function subjectAt(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, ca, ALPNProtocols: ["h2", "http/1.1"] });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
  });
}
