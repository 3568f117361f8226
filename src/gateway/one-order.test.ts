// One order, every protocol: whoever enters, amends and cancels it, its story is the same. A
// protocol is one entry of protocolsOf.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { RestClient, SocketClient, type WireFields } from "../client/index.ts";
import { replaceRequest } from "../client/ouch-requests.ts";
import { type EveryPort, startEveryPort } from "./every-port-for-test.ts";
import { dialFix, logOnTo } from "./fix/fix-for-test.ts";
import { AT_100, BUY } from "./ouch/ouch-for-test.ts";
import { NO_REASON, protocolsOf } from "./protocols-for-test.ts";

/** What the account's stream tells of each order, by its number. */
class Watcher {
  readonly #executions: WireFields[] = [];
  #socket: SocketClient | undefined;

  async begin(t: TestContext, { venue }: EveryPort): Promise<this> {
    this.#socket = await SocketClient.connect({
      ...{ url: venue.server.url, key: venue.keyTexts[0] },
      onStream: (message) => this.#executions.push(message),
    });
    t.after(() => this.#socket?.close());
    await this.#socket.subscribe("orders");
    return this;
  }

  /** Of everything since the last question, but for numbers and times. */
  async story(): Promise<string[]> {
    await this.#socket?.ask("ping"); // Behind the executions.
    return this.#executions
      .splice(0)
      .map(({ execType, ordStatus, orderQty, leavesQty, reason }) => {
        return `${execType} ${ordStatus} ${leavesQty}/${orderQty} ${reason}`;
      });
  }
}

test("whoever enters, amends and cancels an order, its story is the same", async (t) => {
  const every = await startEveryPort(t);
  const protocols = await protocolsOf(t, every);
  const watcher = await new Watcher().begin(t, every);
  let id = 1;
  let stories = 0;
  for (const enters of protocols) {
    for (const amends of protocols) {
      for (const cancels of protocols) {
        const who = `${enters.name}, ${amends.name}, ${cancels.name}`;
        assert.equal(await enters.enter(id, 10), "", who);
        assert.equal(await amends.amend(id, 7), "", who);
        assert.equal(await cancels.cancel(amends.renames ? id + 1 : id), "", who);
        const story = ["new new 10/10 ", "replaced new 7/7 ", "canceled canceled 0/7 REQUESTED"];
        assert.deepEqual(await watcher.story(), story, who);
        id += 2;
        stories++;
      }
    }
  }
  assert.equal(stories, 6 ** 3);
});

test("whoever enters an order, it is filled alike", async (t) => {
  const every = await startEveryPort(t);
  const protocols = await protocolsOf(t, every);
  const watcher = await new Watcher().begin(t, every);
  const { server, keyTexts } = every.venue;
  const other = new RestClient({ url: server.url, key: keyTexts[1] });
  const sell = { symbol: "ACME", side: "sell", ordType: "limit", price: "100.00" };
  let id = 1;
  for (const { name, enter } of protocols) {
    assert.equal(await enter(id++, 10), "", name);
    await other.enter({ ...sell, orderQty: "4" });
    await other.enter({ ...sell, orderQty: "6" });
    const story = ["new new 10/10 ", "trade partiallyFilled 6/10 ", "trade filled 0/10 "];
    assert.deepEqual(await watcher.story(), story, name);
  }
});

test("what cannot be is refused with the same reason in every protocol", async (t) => {
  const every = await startEveryPort(t);
  let id = 1;
  for (const { name, enter, amend, cancel } of await protocolsOf(t, every)) {
    /** OUCH has no room for the reason why a cancel or amend is refused. */
    const isSaid = async (answer: Promise<string>, reason: string): Promise<void> => {
      const expected = name.startsWith("OUCH") ? NO_REASON : reason;
      assert.equal(await answer, expected, `${name}: ${reason}`);
    };
    assert.equal(await enter(id++, 2_000_000), "QTY_OUT_OF_RANGE", name);
    await isSaid(amend(id, 7), "UNKNOWN_ORDER");
    await isSaid(cancel(id), "UNKNOWN_ORDER");
    assert.equal(await enter(id, 10), "", name);
    await isSaid(amend(id, 2_000_000), "QTY_OUT_OF_RANGE");
    assert.equal(await cancel(id), "", name);
    await isSaid(cancel(id), "UNKNOWN_ORDER");
    id += 2;
  }
});

test("a price that is none in ticks is told by no protocol", async (t) => {
  const every = await startEveryPort(t);
  const { venue } = every;
  const fix = await logOnTo(await dialFix(every.fix.port, venue));
  const executions: WireFields[] = [];
  const { url } = venue.server;
  const onStream = (message: WireFields): unknown => executions.push(message);
  const socket = await SocketClient.connect({ url, key: venue.keyTexts[0], onStream });
  t.after(() => socket.close());
  await socket.subscribe("orders");
  const trader = await venue.connect();
  const cases = [
    [AT_100 + 1, "OFF_GRID", 1034],
    [10 ** 14, "PRICE_OUT_OF_RANGE", 16],
  ] as const;
  for (const [index, [price, name, number]] of cases.entries()) {
    const userRefNum = index + 1;
    trader.enter({ ...BUY, userRefNum, price });
    await trader.until(() => trader.reports.some((each) => each.userRefNum === userRefNum));
    const [rejected] = trader.reports.slice(-1);
    assert.deepEqual([rejected.type, rejected.reason], ["J", number]);
    const told = await fix.until((each) => each[11] === `ouch:${userRefNum}`);
    assert.deepEqual([told[150], told[40], told[44]], ["8", "2", undefined]);
    assert.equal(told[58], `${number} ${name}`);
    await socket.ask("ping");
    const [execution] = executions.slice(-1);
    assert.deepEqual([execution["price"], execution["reason"]], [null, name]);
    const { json } = await venue.ask("GET", `/orders/by-cl-ord-id/ouch:${userRefNum}`);
    assert.deepEqual([json.price, json.reason, json.ordType], [null, name, "limit"]);
    fix.send("H", `11=ouch:${userRefNum} 55=ACME 54=1 790=${userRefNum}`);
    const state = await fix.until((each) => each[790] === `${userRefNum}`);
    assert.deepEqual([state[39], state[44], state[58]], ["8", undefined, `${number} ${name}`]);
  }
  trader.enter({ ...BUY, userRefNum: 3 });
  const replace = { origUserRefNum: 3, userRefNum: 4, quantity: 8, price: AT_100 + 1 };
  trader.client.send(replaceRequest(replace));
  trader.client.send(replaceRequest({ ...replace, userRefNum: 5, price: 10 ** 14 }));
  await trader.until(() => trader.reports.some((each) => each.userRefNum === 5));
  assert.deepEqual(
    trader.reports.slice(-2).map(({ type, reason }) => [type, reason]),
    [
      ["J", 1034],
      ["J", 16],
    ],
  );
});
