// A key that is taken away, or is for something else from now on, ends what is open with it.

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Agent, request } from "node:http";
import { type TestContext, test } from "node:test";
import { type WebSocket, WebSocket as WebSocketClient } from "ws";
import { type EveryPort, startEveryPort } from "./every-port-for-test.ts";
import { dialFix, type FixTrader, logOnTo } from "./fix/fix-for-test.ts";
import { StreamReader } from "./grpc/grpc-for-test.ts";
import { type ApiKey, KEY_REVOKED } from "./keys.ts";
import type { OuchTrader } from "./ouch/ouch-for-test.ts";
import { UdpTrader } from "./ouch/ouch-udp-for-test.ts";

type Connections = {
  readonly socket: WebSocket;
  readonly ouch: OuchTrader;
  readonly udp: UdpTrader;
  readonly fix: FixTrader;
  readonly trade: StreamReader;
  readonly executions: StreamReader;
};

/** One of each kind, logged in for the account. */
async function connectAll(
  t: TestContext,
  { venue, ouchUdp, fix, grpc, grpcDialer }: EveryPort,
  accountId: number,
): Promise<Connections> {
  const authorization = `Bearer ${venue.keyTexts[accountId - 1]}`;
  const url = `${venue.server.url.replace("http", "ws")}/ws`;
  const socket = new WebSocketClient(url, { headers: { authorization } });
  await new Promise((resolve) => socket.once("open", resolve));
  const ouch = await venue.connect(accountId);
  const place = { socket: createSocket("udp4"), port: ouchUdp.port };
  const udp = new UdpTrader({ ...place, ...venue.loginOf(accountId) });
  t.after(() => udp.client.close());
  await udp.until(() => udp.client.isLoggedIn);
  const trader = await logOnTo(await dialFix(fix.port, venue, { accountId }));
  const client = grpcDialer.client("OrderEntry");
  const metadata = grpcDialer.metadata(accountId);
  const before = grpc.streamCount;
  const trade = new StreamReader(client.Trade(metadata));
  const executions = new StreamReader(client.StreamExecutions({}, metadata));
  await executions.until(() => grpc.streamCount === before + 2);
  return { socket, ouch, udp, fix: trader, trade, executions };
}

/** The status of a question with the account's key, over one connection however often. */
function statusOf({ venue }: EveryPort, agent: Agent, accountId: number): Promise<number> {
  const headers = { authorization: `Bearer ${venue.keyTexts[accountId - 1]}` };
  return new Promise((resolve, reject) => {
    const asked = request(`${venue.server.url}/orders`, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function assertEnded({ socket, ouch, udp, fix, trade, executions }: Connections) {
  const [code, reason] = await new Promise<[number, string]>((resolve) =>
    socket.once("close", (closeCode, text) => resolve([closeCode, String(text)])),
  );
  assert.deepEqual([code, reason], [1008, KEY_REVOKED]);
  await ouch.client.closed;
  await udp.until(() => udp.endedFor !== "");
  await fix.ended;
  const last = fix.messages.at(-1);
  assert.deepEqual([last?.[35], last?.[58]], ["5", KEY_REVOKED]);
  for (const stream of [trade, executions]) {
    const { code: status, details } = await stream.ended;
    assert.deepEqual([status, details], [16, KEY_REVOKED]);
  }
}

/** What each key is from now on; undefined: it is none any more. */
function replaceKeys({ venue }: EveryPort, change: (key: ApiKey) => ApiKey | undefined): void {
  const known = venue.keyTexts.map((text) => venue.keys.find(text));
  const changed = known.map((key) => (key === undefined ? undefined : change(key)));
  venue.keys.replace(changed.filter((key) => key !== undefined));
}

const CHANGES: readonly (readonly [string, (key: ApiKey) => ApiKey | undefined, number])[] = [
  [
    "is revoked",
    ({ accountId, ...key }) => (accountId === 1 ? undefined : { ...key, accountId }),
    401,
  ],
  ["has another role", (key) => (key.accountId === 1 ? { ...key, role: "viewer" } : key), 200],
  ["is of another account", (key) => (key.accountId === 1 ? { ...key, accountId: 3 } : key), 200],
];

for (const [what, change, nextStatus] of CHANGES) {
  test(`a key that ${what} ends its connections of every protocol, and no others`, async (t) => {
    const every = await startEveryPort(t);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal(await statusOf(every, agent, 1), 200);
    const own = await connectAll(t, every, 1);
    const other = await connectAll(t, every, 2);
    replaceKeys(every, change);
    await assertEnded(own);
    assert.equal(await statusOf(every, agent, 1), nextStatus);

    assert.equal(other.socket.readyState, other.socket.OPEN);
    assert.ok(other.ouch.client.isLoggedIn);
    assert.equal(other.udp.endedFor, "");
    await other.fix.settle();
    assert.equal(every.grpc.streamCount, 2);
    agent.destroy();
    other.socket.terminate();
    other.ouch.client.close();
    await other.fix.cut();
  });
}
