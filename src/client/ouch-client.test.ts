import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { OuchClient } from "./ouch-client.ts";

test("a connection that says nothing is given up", async (t) => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const each of sockets) each.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const login = { host: "127.0.0.1", port, username: "trader", password: "secret" };
  const options = { ...login, redialMillis: 0, silentMillisMax: 50, onReport: () => {} };
  await assert.rejects(OuchClient.connect(options), /found the end of the connection/);
});
