// The load generator against a whole exchange in a process of its own, by each protocol that it
// speaks: every planned order is answered, and answered right, and the books are empty afterwards.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startVenueProcess, type VenueProcess } from "../../src/lab/bench/venue-process.ts";
import type { OrderTemplate } from "../../src/lab/load/drivers/order-template.ts";
import type { Drive, LoadOptions } from "../../src/lab/load/load-options.ts";
import { USUAL_MIX } from "../../src/lab/load/mix.ts";
import { runLoad } from "../../src/lab/load/run-load.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const HOST = "127.0.0.1";

const SHORT: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 300, replacePercent: 0 } },
  pace: { kind: "open", shape: "poisson", perSecond: 100, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0.1,
  seconds: 0.4,
  seed: 1,
  drainSeconds: 60,
};

const folder = mkdtempSync(join(tmpdir(), "outcry-protocols-"));
let venue: VenueProcess;

before(async () => {
  venue = await startVenueProcess(1, [], MAIN);
});

after(async () => {
  await venue.stop();
  rmSync(folder, { recursive: true });
});

/** Our REST as a user would describe their own. */
function templateOfRest(): string {
  const template: OrderTemplate = {
    url: `http://${HOST}:${venue.port}`,
    headers: { authorization: `Bearer ${venue.key}` },
    instruments: ["ACME"],
    ticksPerUnit: 100,
    new: {
      path: "/orders",
      body: {
        symbol: "{symbol}",
        side: "{side}",
        ordType: "limit",
        price: "{price}",
        orderQty: "{qty}",
        timeInForce: "{tif}",
        clOrdId: "{id}",
      },
    },
    cancel: { method: "DELETE", path: "/orders/by-cl-ord-id/{id}" },
    executed: '"cumQty":"(\\d+)"',
  };
  const path = join(folder, "rest.json");
  writeFileSync(path, JSON.stringify(template));
  return path;
}

const DRIVES: Readonly<Record<string, () => Drive>> = {
  REST: () => ({ kind: "http", url: `http://${HOST}:${venue.port}`, key: venue.key }),
  WebSocket: () => ({ kind: "websocket", url: `ws://${HOST}:${venue.port}/ws`, key: venue.key }),
  OUCH: () => ({ kind: "ouch", address: { host: HOST, port: venue.ouchPort }, key: venue.key }),
  "a template over HTTP": () => ({ kind: "template", path: templateOfRest() }),
};

for (const [protocol, driveOf] of Object.entries(DRIVES)) {
  test(`an exchange is driven by ${protocol}, twice, and answers every order right`, async () => {
    const drive = driveOf();
    for (const seconds of [0.4, 0.2]) {
      const result = await runLoad({ ...SHORT, seconds, drive });
      assert.equal(result.failure, "");
      assert.equal(result.wrong, 0, result.firstWrong);
      assert.equal(result.unanswered, 0);
      assert.ok(result.answered > 0);
    }
  });
}
