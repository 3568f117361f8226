import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { listeningPorts, portsIn } from "./listening-ports.ts";

/** /proc/net/tcp of Linux 6.18: a listener, another process's listener, a connection. */
const TABLE = `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
   0: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1
   2: 0100007F:240D 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4713 1
`;

test("only the process's own listening sockets are its ports", () => {
  assert.deepEqual(portsIn(TABLE, new Set(["4711", "4713"])), [9229]);
});

test("a port is there while its server is", {
  skip: existsSync("/proc/self/fd") ? false : "/proc is missing: Linux has it",
}, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  assert.ok(listeningPorts(process.pid).has(port));
  server.close();
  await once(server, "close");
  assert.ok(!listeningPorts(process.pid).has(port));
});
