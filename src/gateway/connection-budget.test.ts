import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { ConnectionBudget, connectionsOf } from "./connection-budget.ts";
import { type EveryPortOptions, startEveryPort } from "./every-port-for-test.ts";
import { FixTrader, logOnTo } from "./fix/fix-for-test.ts";
import { TlsCertificate } from "./tls-certificate.ts";

test("connections leave files to the rest, and are never none", () => {
  assert.deepEqual([20_000, 2048, 1024].map(connectionsOf), [18_976, 1024, 512]);
  assert.equal(connectionsOf(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
});

test("one connection too many is answered or closed at every port, and others go on", async (t) => {
  const connections = new ConnectionBudget(2);
  const { venue, fix, grpc } = await startEveryPort(t, { connections });
  const one = await venue.connect(1);
  const two = await venue.connect(2);
  const heardFrom = (port: number): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes;
    });
    socket.on("error", () => {});
    return new Promise((resolve) => socket.on("close", () => resolve(heard)));
  };
  const answer = await heardFrom(venue.server.port);
  assert.match(answer, /^HTTP\/1.1 503 .*"code":"TOO_MANY_CONNECTIONS"/s);
  for (const port of [venue.gateway.port, fix.port, grpc.port]) {
    assert.equal(await heardFrom(port), "");
  }
  assert.deepEqual([connections.count, connections.refusedCount], [2, 4]);

  two.client.close();
  await two.client.closed;
  while (connections.count === 2) await new Promise((wake) => setImmediate(wake));
  assert.equal((await venue.ask("GET", "/health")).status, 200);
  assert.ok(one.client.isLoggedIn);
});

const LIMIT_BUY = { symbol: "ACME", side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT", price: "100" };

/** Logs in at OUCH, FIX and gRPC, floods their ports and REST's with silent connections. */
async function floodAround(t: TestContext, options: EveryPortOptions): Promise<ConnectionBudget> {
  const connections = new ConnectionBudget(6);
  const { venue, fix, grpc, grpcDialer } = await startEveryPort(t, { ...options, connections });
  const ca = options.tls?.cert;
  const place = { host: "127.0.0.1", port: fix.port };
  const link = ca === undefined ? connect(place) : connectTls({ ...place, ca });
  const ouch = await venue.connect(1);
  const trader = await logOnTo(new FixTrader(link, venue, {}));
  const enter = () => grpcDialer.ask("NewOrder", { ...LIMIT_BUY, orderQty: "1" });
  await enter();

  const ports = [venue.server.port, venue.gateway.port, fix.port, grpc.port];
  const strangers: Socket[] = [];
  const gone: Promise<unknown>[] = [];
  for (let i = 0; i < 40; i++) {
    const stranger = connect(ports[i % ports.length], "127.0.0.1").on("error", () => {});
    gone.push(new Promise((resolve) => stranger.resume().once("close", resolve)));
    await new Promise((resolve) => stranger.once("connect", resolve));
    strangers.push(stranger);
  }
  await Promise.all(gone.slice(0, -3));
  assert.equal((await enter())["report"].ordStatus, "ORD_STATUS_NEW");
  assert.ok(ouch.client.isLoggedIn);
  const later = await venue.connect(2);
  assert.ok(later.client.isLoggedIn);
  later.client.close();
  await trader.cut();
  for (const each of strangers) each.destroy();
  return connections;
}

test("who has not logged in makes way at every port for who comes later", async (t) => {
  const { count, refusedCount, evictedCount } = await floodAround(t, {});
  assert.deepEqual([refusedCount, count <= 6, evictedCount >= 37], [0, true, true]);
});

test("and where handshakes of TLS are left half open", async (t) => {
  const fixture = (name: string): string => {
    return readFileSync(new URL(`../../test/fixtures/tls/${name}`, import.meta.url), "utf8");
  };
  const tls = new TlsCertificate({ cert: fixture("cert.pem"), key: fixture("key.pem") });
  const { count, refusedCount, evictedCount } = await floodAround(t, { tls });
  assert.deepEqual([refusedCount, count <= 6, evictedCount >= 37], [0, true, true]);
});

test("connections of an account beyond its share make way as those of nobody", () => {
  const places = new ConnectionBudget(3).ofPort(10, 2);
  const closed: number[] = [];
  const take = (remotePort: number): boolean =>
    places.tryTake({
      ...{ remoteAddress: "10.0.0.1", remotePort, once: () => {} },
      destroy: () => closed.push(remotePort),
    });
  for (const port of [1, 2, 3]) {
    assert.ok(take(port));
    places.know(`10.0.0.1:${port}`, 7);
  }
  assert.ok(take(4));
  assert.deepEqual(closed, [3]);
  places.know("10.0.0.1:4", 8);
  assert.ok(!take(5));
  assert.deepEqual(closed, [3]);
});
