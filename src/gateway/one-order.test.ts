// One order, every protocol: whoever enters, amends and cancels it, its story is the same. A
// protocol is one entry of protocolsOf.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { cancelRequest, RestClient, SocketClient, type WireFields } from "../client/index.ts";
import { modifyRequest } from "../client/ouch-requests.ts";
import { Refused } from "../client/rest-client.ts";
import { reasonName } from "../model/reasons.ts";
import { AT_100, BUY, type OuchTestVenue, startOuchVenue } from "./ouch/ouch-for-test.ts";

/** What a protocol says that became of a request: a reason's name, "" where it was done. */
type Answer = Promise<string>;

/** Orders are known by one number everywhere: OUCH's UserRefNum, `ouch:NUMBER` in JSON. */
type Protocol = {
  readonly name: string;
  enter(id: number, quantity: number): Answer;
  /** To a new total. */
  amend(id: number, quantity: number): Answer;
  cancel(id: number): Answer;
};

function orderOf(id: number, quantity: number): WireFields {
  const clOrdId = `ouch:${id}`;
  const price = "100.00";
  const order = { symbol: "ACME", side: "buy", ordType: "limit", price, clOrdId };
  return { ...order, orderQty: String(quantity) };
}

async function reasonOf(request: Promise<unknown>): Answer {
  try {
    await request;
    return "";
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

function rest(client: RestClient): Protocol {
  const named = (id: number) => ({ clOrdId: `ouch:${id}` });
  return {
    name: "REST",
    enter: (id, quantity) => reasonOf(client.enter(orderOf(id, quantity))),
    amend: (id, quantity) => reasonOf(client.amend(named(id), { orderQty: String(quantity) })),
    cancel: (id) => reasonOf(client.cancel(named(id))),
  };
}

function webSocket(client: SocketClient): Protocol {
  const clOrdId = (id: number) => `ouch:${id}`;
  return {
    name: "WebSocket",
    enter: (id, quantity) => reasonOf(client.ask("new", { order: orderOf(id, quantity) })),
    amend: (id, quantity) =>
      reasonOf(client.ask("amend", { clOrdId: clOrdId(id), orderQty: String(quantity) })),
    cancel: (id) => reasonOf(client.ask("cancel", { clOrdId: clOrdId(id) })),
  };
}

async function ouch(venue: OuchTestVenue): Promise<Protocol> {
  const trader = await venue.connect();
  /** The report that answers what is sent: of this order, of one of these types. */
  const answerTo = async (id: number, types: string, send: () => void): Answer => {
    const before = trader.reports.length;
    const find = () =>
      trader.reports
        .slice(before)
        .find(({ type, userRefNum }) => userRefNum === id && types.includes(type));
    send();
    await trader.until(() => find() !== undefined);
    const found = find();
    return found?.type === "J" ? reasonName(Number(found.reason)) : "";
  };
  return {
    name: "OUCH",
    enter: (id, quantity) =>
      answerTo(id, "AJ", () => trader.enter({ ...BUY, price: AT_100, quantity, userRefNum: id })),
    amend: (id, quantity) =>
      answerTo(id, "M", () => trader.client.send(modifyRequest(id, "B", quantity))),
    cancel: (id) => answerTo(id, "C", () => trader.client.send(cancelRequest(id))),
  };
}

async function protocolsOf(t: TestContext, venue: OuchTestVenue): Promise<readonly Protocol[]> {
  const options = { url: venue.server.url, key: venue.keyTexts[0] };
  const socket = await SocketClient.connect(options);
  t.after(() => socket.close());
  return [rest(new RestClient(options)), webSocket(socket), await ouch(venue)];
}

/** What the account's stream tells, but for numbers and times. */
function storyOf(executions: readonly WireFields[]): string[] {
  return executions.map(
    ({ execType, ordStatus, orderQty, leavesQty, reason }) =>
      `${execType} ${ordStatus} ${leavesQty}/${orderQty} ${reason}`,
  );
}

test("whoever enters, amends and cancels an order, its story is the same", async (t) => {
  const venue = await startOuchVenue(t);
  const protocols = await protocolsOf(t, venue);
  const executions: WireFields[] = [];
  const watcher = await SocketClient.connect({
    ...{ url: venue.server.url, key: venue.keyTexts[0] },
    onStream: (message) => executions.push(message),
  });
  t.after(() => watcher.close());
  await watcher.subscribe("orders");
  let id = 0;
  for (const enters of protocols) {
    for (const amends of protocols) {
      for (const cancels of protocols) {
        const who = `${enters.name}, ${amends.name}, ${cancels.name}`;
        id++;
        assert.equal(await enters.enter(id, 10), "", who);
        assert.equal(await amends.amend(id, 7), "", who);
        assert.equal(await cancels.cancel(id), "", who);
        await watcher.ask("ping"); // Behind the executions.
        const own = executions.filter(({ clOrdId }) => String(clOrdId) === `ouch:${id}`);
        assert.deepEqual(
          storyOf(own),
          ["new new 10/10 ", "replaced new 7/7 ", "canceled canceled 0/7 REQUESTED"],
          who,
        );
      }
    }
  }
  assert.equal(id, protocols.length ** 3);
});

test("what cannot be is refused with the same reason in every protocol", async (t) => {
  const venue = await startOuchVenue(t);
  const protocols = await protocolsOf(t, venue);
  let id = 0;
  for (const protocol of protocols) {
    id += 2;
    assert.equal(await protocol.enter(id, 2_000_000), "QTY_OUT_OF_RANGE", protocol.name);
  }
});
