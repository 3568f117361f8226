import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { watchHealth } from "./health-watch.ts";

test("a service that is well is left running, one that fails ends what runs", async () => {
  let status = 200;
  let asked = 0;
  const service = createServer((_request, response) => {
    if (++asked === 3) status = 503;
    response.writeHead(status).end();
  });
  service.listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/health`;
  const told: string[] = [];
  const watch = watchHealth({ url, millisMax: 30_000 }, (line) => told.push(line));
  await once(watch.signal, "abort");
  watch.end();
  service.close();
  assert.equal(asked, 3);
  assert.deepEqual(told, [`health: ${url} answered 503; stopping`]);
});

test("a service that is silent for longer than its budget ends what runs", async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const watch = watchHealth({ url, millisMax: 50 }, () => undefined);
  await once(watch.signal, "abort");
  watch.end();
  silent.closeAllConnections();
  silent.close();
});
