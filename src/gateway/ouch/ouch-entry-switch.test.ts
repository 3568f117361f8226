// Disable and Enable Order Entry: an account stops itself, over every protocol and any restart.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cancelRequest, entrySwitchRequest, replaceRequest } from "../../client/ouch-requests.ts";
import { writeSetKillSwitch } from "../../codec/guard-command.ts";
import { KILL_ACCOUNT } from "../../model/guard.ts";
import { reasonName } from "../../model/reasons.ts";
import { startEveryPort } from "../every-port-for-test.ts";
import { protocolsOf } from "../protocols-for-test.ts";
import { AT_100, BUY, type OuchTrader, startOuchVenue } from "./ouch-for-test.ts";

/** Why the account's orders were refused, by number. */
function refusals({ reports }: OuchTrader): (readonly [number | undefined, string])[] {
  const rejected = reports.filter(({ type }) => type === "J");
  return rejected.map(
    ({ userRefNum, reason = 0 }) => [userRefNum, reasonName(Number(reason))] as const,
  );
}

test("order entry that is disabled takes cancels alone, until it is enabled", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const replaced = { origUserRefNum: 1, userRefNum: 4, quantity: 5, price: AT_100 };
  trader.enter({ ...BUY, userRefNum: 1 });
  trader.client.send(entrySwitchRequest(2, false));
  trader.enter({ ...BUY, userRefNum: 3 });
  trader.client.send(replaceRequest(replaced));
  trader.client.send(cancelRequest(1));
  trader.client.send(entrySwitchRequest(5, true));
  trader.client.send(entrySwitchRequest(5, false)); // Used.
  trader.enter({ ...BUY, userRefNum: 6 });
  await trader.first(6);
  assert.equal(trader.story, "S A1 J3 J4 C1 A6");
  assert.deepEqual(refusals(trader), [
    [3, "ENTRY_DISABLED"],
    [4, "ENTRY_DISABLED"],
  ]);
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum }) => [type, userRefNum]),
    [
      ["G", 2],
      ["K", 5],
    ],
  );
});

test("an account that is disabled is so over every protocol, and nobody else is", async (t) => {
  const every = await startEveryPort(t);
  const trader = await every.venue.connect();
  const protocols = await protocolsOf(t, every);
  trader.client.send(entrySwitchRequest(1, false));
  await trader.until(() => trader.answers.length === 1);
  let id = 10;
  for (const { name, enter } of protocols) {
    assert.equal(await enter(id++, 10), "ENTRY_DISABLED", name);
  }
  const other = await every.venue.connect(2);
  other.enter({ ...BUY, userRefNum: 1 });
  await other.first(2);
  assert.equal(other.story, "S A1");
  trader.client.send(entrySwitchRequest(id++, true));
  await trader.until(() => trader.answers.length === 2);
  for (const { name, enter } of protocols) assert.equal(await enter(id++, 10), "", name);
});

test("Enable lifts no kill switch of the operator, nor the operator the client's", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const operatorSays = (isOn: boolean): Promise<void> => {
    const killed = { level: KILL_ACCOUNT, targetId: 1, isOn, cancels: false };
    return venue.enterAsOperator((record, sessionId) =>
      writeSetKillSwitch(record, 0, sessionId, killed),
    );
  };
  const enterAfter = async (userRefNum: number): Promise<void> => {
    trader.enter({ ...BUY, userRefNum });
    await trader.until(() => trader.reports.some((each) => each.userRefNum === userRefNum));
  };
  await operatorSays(true);
  trader.client.send(entrySwitchRequest(1, false));
  trader.client.send(entrySwitchRequest(2, true));
  await enterAfter(3);
  trader.client.send(entrySwitchRequest(4, false));
  await trader.until(() => trader.answers.length === 3);
  await operatorSays(false);
  await enterAfter(5);
  trader.client.send(entrySwitchRequest(6, true));
  await enterAfter(7);
  assert.equal(trader.story, "S J3 J5 A7");
  assert.deepEqual(refusals(trader), [
    [3, "KILLED_ACCOUNT"],
    [5, "ENTRY_DISABLED"],
  ]);
});

test("order entry that was disabled is so after a restart", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.client.send(entrySwitchRequest(1, false));
  await trader.until(() => trader.answers.length === 1);
  // As after a kill: another process finds only what is on the disk.
  const directory = mkdtempSync(join(tmpdir(), "outcry-ouch-switch-"));
  await venue.stop();
  cpSync(venue.directory, directory, { recursive: true });
  const restarted = await startOuchVenue(t, { directory, keyTexts: venue.keyTexts });
  const again = await restarted.connect();
  again.enter({ ...BUY, userRefNum: 2 });
  again.client.send(entrySwitchRequest(3, true));
  again.enter({ ...BUY, userRefNum: 4 });
  await again.until(() => again.reports.length >= 2);
  assert.equal(again.story.replace("S ", ""), "J2 A4");
  assert.deepEqual(refusals(again), [[2, "ENTRY_DISABLED"]]);
});
