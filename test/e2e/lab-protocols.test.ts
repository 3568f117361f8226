// The load generator against a whole exchange in a process of its own, by each protocol that it
// speaks: every planned order is answered, and answered right, and the books are empty afterwards.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startVenueProcess, type VenueProcess } from "../../src/lab/bench/venue-process.ts";
import type { OrderTemplate } from "../../src/lab/load/drivers/order-template.ts";
import type { Drive, LoadOptions } from "../../src/lab/load/load-options.ts";
import { USUAL_MIX } from "../../src/lab/load/mix.ts";
import { runLoad } from "../../src/lab/load/run-load.ts";
import { OUR_COMP_ID } from "../../src/lab/target/target-spec.ts";
import { DESK_PROTO, type DeskServer, startDeskServer } from "../fixtures/engines/desk-server.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const OUR_PROTOS = fileURLToPath(new URL("../../proto", import.meta.url));
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
let desk: DeskServer;

before(async () => {
  venue = await startVenueProcess(1, ["--fix-port", "0", "--grpc-port", "0"], MAIN);
  desk = await startDeskServer();
});

after(async () => {
  desk.stop();
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
  return written("rest.json", template);
}

/** Somebody else's gRPC, in words and numbers that are not ours. */
function templateOfDesk(): string {
  return written("desk.json", {
    url: `grpc://${HOST}:${desk.port}`,
    proto: relative(folder, DESK_PROTO),
    service: "elsewhere.Desk",
    instruments: ["gold"],
    sides: ["WAY_BUY", "WAY_SELL"],
    timesInForce: ["true", "false"],
    new: {
      call: "Place",
      body: {
        number: "{#number}",
        market: "{symbol}",
        way: "{side}",
        limit: "{#ticks}",
        lots: "{#qty}",
        keep: "{#tif}",
      },
    },
    cancel: { call: "Withdraw", body: { number: "{#number}", market: "{symbol}" } },
    null: { call: "Hello" },
    executed: '"filled":(\\d+)',
  });
}

/** Our gRPC's calls of one order, whose refusals are answers. */
function templateOfOurGrpc(): string {
  return written("grpc.json", {
    url: `grpc://${HOST}:${venue.grpcPort}`,
    proto: relative(folder, join(OUR_PROTOS, "outcry/v1/order_entry.proto")),
    include: relative(folder, OUR_PROTOS),
    service: "outcry.v1.OrderEntry",
    headers: { authorization: `Bearer ${venue.key}` },
    instruments: ["ACME"],
    ticksPerUnit: 100,
    sides: ["SIDE_BUY", "SIDE_SELL"],
    timesInForce: ["TIME_IN_FORCE_GTC", "TIME_IN_FORCE_IOC"],
    new: {
      call: "NewOrder",
      body: {
        symbol: "{symbol}",
        side: "{side}",
        ord_type: "ORD_TYPE_LIMIT",
        price: "{price}",
        order_qty: "{qty}",
        time_in_force: "{tif}",
        cl_ord_id: "{id}",
      },
    },
    cancel: { call: "CancelOrder", body: { order: { cl_ord_id: "{id}" } } },
    executed: '"cum_qty":"(\\d+)"',
    refused: '"answer":"refusal"|"ord_status":"ORD_STATUS_REJECTED"',
  });
}

function written(name: string, template: OrderTemplate): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(template));
  return path;
}

const DRIVES: Readonly<Record<string, () => Drive>> = {
  REST: () => ({ kind: "http", url: `http://${HOST}:${venue.port}`, key: venue.key }),
  WebSocket: () => ({ kind: "websocket", url: `ws://${HOST}:${venue.port}/ws`, key: venue.key }),
  FIX: () => ({
    kind: "fix",
    address: { host: HOST, port: venue.fixPort },
    targetCompId: OUR_COMP_ID,
    key: venue.key,
  }),
  gRPC: () => ({ kind: "grpc", address: `${HOST}:${venue.grpcPort}`, key: venue.key }),
  OUCH: () => ({ kind: "ouch", address: { host: HOST, port: venue.ouchPort }, key: venue.key }),
  "a template over HTTP": () => ({ kind: "template", path: templateOfRest() }),
  "a template over gRPC": () => ({ kind: "template", path: templateOfOurGrpc() }),
  "a template over gRPC with a proto of somebody else": () => ({
    kind: "template",
    path: templateOfDesk(),
  }),
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

for (const [protocol, driveOf] of Object.entries(DRIVES)) {
  if (protocol.startsWith("a template") && !protocol.includes("somebody else")) continue;
  test(`null operations go to an exchange by ${protocol} and come back`, async () => {
    const lap = { kind: "null", commands: 100 } as const;
    const result = await runLoad({ ...SHORT, lap, drive: driveOf() });
    assert.equal(result.failure, "");
    assert.equal(result.wrong, 0, result.firstWrong);
    assert.ok(result.answered > 0);
  });
}
