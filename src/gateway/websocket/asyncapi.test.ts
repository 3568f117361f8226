import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type TestContext, test } from "node:test";
import { Ajv } from "ajv";
import { type Json, LIMIT_BUY, startTestGateway, type TestGateway } from "../gateway-for-test.ts";
import { answerName, streamName } from "./asyncapi.ts";
import { SOCKET_OPS } from "./socket-ops.ts";

const require = createRequire(import.meta.url);

function schemaOfAsyncApi(): object {
  const path = require.resolve("@asyncapi/specs/schemas/3.0.0.json");
  return JSON.parse(readFileSync(path, "utf8"));
}

async function documentOf(gateway: TestGateway): Promise<Json> {
  return (await gateway.ask("GET", "/asyncapi.json", undefined, 0)).json;
}

/** Says what of a message does not fit its place in the document; "" where all of it does. */
async function faultsBy(
  t: TestContext,
): Promise<[TestGateway, (name: string, value: Json) => string]> {
  const gateway = await startTestGateway(t);
  const ajv = new Ajv({ strict: false });
  ajv.addSchema(await documentOf(gateway), "document");
  const faultsOf = (name: string, value: Json): string => {
    const validate = ajv.getSchema(`document#/components/messages/${name}/payload`);
    assert.ok(validate !== undefined, name);
    return validate(value) ? "" : `${name}: ${ajv.errorsText(validate.errors)}`;
  };
  return [gateway, faultsOf];
}

test("the document of the WebSocket is valid AsyncAPI 3.0", async (t) => {
  const gateway = await startTestGateway(t);
  const ajv = new Ajv({
    ...{ strict: false, validateFormats: false },
    ...{ meta: false, validateSchema: false }, // It brings its own copy of draft-07.
  });
  const validate = ajv.compile(schemaOfAsyncApi());
  assert.equal(validate(await documentOf(gateway)), true, ajv.errorsText(validate.errors));
  assert.equal(validate({ asyncapi: "3.0.0" }), false, "and the schema minds what is missing");
});

test("the document and the table of json.md list the same requests", () => {
  const page = readFileSync(new URL("../../../docs/protocols/json.md", import.meta.url), "utf8");
  const [, socket] = page.split("## WebSocket");
  const rows = socket.split("\n").filter((line) => /^\| `(?!op`)/.test(line));
  const written = rows.flatMap((row) =>
    [...row.split("|")[1].matchAll(/`(\w+)`/g)].map(([, op]) => op),
  );
  assert.deepEqual(written.toSorted(), Object.keys(SOCKET_OPS).toSorted());
});

test("requests, answers, errors and streams are as the document says", async (t) => {
  const [gateway, faultsOf] = await faultsBy(t);
  const socket = await gateway.connect();
  const order = { ...LIMIT_BUY, clOrdId: "a", displayQty: "0.5" };
  const oco = {
    listType: "oco",
    symbol: "BTC-USD",
    orders: [
      { side: "sell", ordType: "limit", price: "110", orderQty: "1" },
      { side: "sell", ordType: "stop", stopPx: "90", orderQty: "1" },
    ],
  };
  const streams = ["orders", "top:BTC-USD", "depth:BTC-USD", "trades:BTC-USD", "status:BTC-USD"];
  const requests: Json[] = [
    { op: "login", key: gateway.keyTexts[0] },
    { op: "receipts", on: true },
    { op: "subscribe", streams },
    { op: "new", order },
    { op: "preview", cancel: { clOrdId: "a" } },
    { op: "amend", clOrdId: "a", price: "99" },
    { op: "status", clOrdId: "a" },
    { op: "batch", orders: [{ new: LIMIT_BUY }, { cancel: { orderId: 999 } }] },
    { op: "list", list: oco },
    { op: "openOrders" },
    { op: "cancelOnDisconnect", on: false },
    { op: "deadMan", timeoutMillis: 0 },
    { op: "cancel", clOrdId: "a" },
    { op: "cancelAll", side: "buy" },
    { op: "unsubscribe", streams: ["top:BTC-USD"] },
    { op: "ping" },
  ];
  assert.deepEqual(new Set(requests.map(({ op }) => op)), new Set(Object.keys(SOCKET_OPS)));
  for (const [op, { needs = [] }] of Object.entries(SOCKET_OPS)) {
    if (needs.length === 0) continue;
    const { error } = await socket.ask({ op });
    assert.equal(error["code"], "MISSING_FIELD", op);
    assert.notEqual(faultsOf(op, { id: 1, op }), "", op);
  }
  for (const request of requests) {
    const op = String(request["op"]);
    assert.equal(faultsOf(op, { id: 1, ...request }), "");
    assert.equal(faultsOf(answerName(op), await socket.ask(request)), "");
  }
  assert.equal(faultsOf("error", await socket.ask({ op: "cancel", orderId: 999 })), "");
  await gateway.operate("setAccount", { accountId: 1 });
  await gateway.enter({ side: "sell", price: "1" }, 2);
  await gateway.enter({ price: "110" });
  const { tradeId } = await socket.until(({ stream }) => stream === "trades:BTC-USD");
  await gateway.operate("bustTrade", { tradeId });
  await socket.until(({ type }) => type === "tradeChange");
  const messages = socket.messages.filter(({ stream }) => stream !== undefined);
  assert.deepEqual(
    new Set(messages.map(({ stream }) => String(stream).split(":")[0])),
    new Set(["orders", "top", "depth", "trades", "status"]),
  );
  for (const message of messages) {
    const [kind] = String(message["stream"]).split(":");
    const name = message["type"] === "tradeChange" ? "tradeChanges" : kind;
    assert.equal(faultsOf(streamName(name), message), "");
  }
});
