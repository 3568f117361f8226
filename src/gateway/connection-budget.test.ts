import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { ConnectionBudget, connectionsOf } from "./connection-budget.ts";
import { startEveryPort } from "./every-port-for-test.ts";

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
