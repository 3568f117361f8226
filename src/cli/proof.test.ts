import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cancelRecord, newRecord } from "../codec/record-for-test.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { openListedExchange, TestSession, until } from "../exchange/exchange-for-test.ts";
import { SnapshotTaker } from "../exchange/snapshot-taker.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { KEEP_ALL } from "../log/retention.ts";
import { sealSignerOf } from "../log/seal.ts";
import { readSeals, sealsPath } from "../log/seal-file.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { systemClock } from "../ops/clock.ts";
import { verifyLog } from "./log-verify.ts";
import { checkProof, isProof, type Proof, proveOrder } from "./proof.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const signer = sealSignerOf(privateKey);

function takerOf(directory: string): SnapshotTaker {
  return new SnapshotTaker({
    ...{ directory, disk: nodeDisk, limits: ENGINE_LIMITS, retention: KEEP_ALL, signer },
    clock: systemClock,
  });
}

/**
 * Order 1 is entered, traded 100 commands later and the rest of it canceled at the end; signed
 * twice, by two threads one after the other, with a snapshot between.
 */
async function sealedLog(t: TestContext) {
  const opened = await openListedExchange(t);
  const { exchange, directory } = opened;
  const session = new TestSession(exchange);
  let entered = 0;
  const enter = async (record: Parameters<TestSession["enter"]>[0]): Promise<void> => {
    session.enter(record);
    entered++;
    await until("it is durable", () => session.answers.length === entered);
  };
  const sell = (clOrdId: string, priceTicks: number) =>
    newRecord({ clOrdId, side: SIDE_SELL, orderQtyLots: 2, priceTicks, accountId: 2 });
  await enter(newRecord({ clOrdId: "mine", side: SIDE_BUY, orderQtyLots: 5, priceTicks: 100 }));
  for (let n = 0; n < 99; n++) await enter(sell(`far-${n}`, 200 + n));
  const first = takerOf(directory);
  assert.equal((await first.seal(exchange.health().durableSequence))?.lastSequence, 101);
  await enter(sell("near", 100));
  const { durableSequence } = exchange.health();
  await first.take(durableSequence, durableSequence);
  first.close();
  for (let n = 0; n < 80; n++) await enter(sell(`later-${n}`, 200 + n));
  const second = takerOf(directory);
  assert.equal((await second.seal(exchange.health().durableSequence))?.firstSequence, 102);
  await enter(cancelRecord({ clOrdId: "mine" }));
  return { ...opened, second };
}

test("an order's signed events are proven to whoever has the public key alone", async (t) => {
  const { exchange, directory, second } = await sealedLog(t);
  const early = proveOrder(directory, 1);
  assert.equal(early.unsealedEvents, 1, "the cancel is not signed yet");
  await second.seal(exchange.health().durableSequence);
  second.close();
  const { proof, unsealedEvents } = proveOrder(directory, 1);
  assert.equal(unsealedEvents, 0);
  const told = checkProof(JSON.parse(JSON.stringify(proof)), publicKey);
  assert.deepEqual(
    told.map(({ command, events }) => [command["sequence"], events.map(({ kind }) => kind)]),
    [
      [2, ["accepted"]],
      [102, ["traded"]],
      [183, ["canceled"]],
    ],
  );
});

test("any byte of a proof changed, and it proves nothing", async (t) => {
  const { directory, second } = await sealedLog(t);
  second.close();
  const { proof } = proveOrder(directory, 1);
  const text = JSON.stringify(proof);
  assert.equal(checkProof(proof, publicKey).length, 2);
  const other = generateKeyPairSync("ed25519");
  assert.throws(() => checkProof(proof, other.publicKey), /signature/);
  const changed = (at: number): string => {
    const present = text.charCodeAt(at);
    return text.slice(0, at) + String.fromCharCode(present ^ 1) + text.slice(at + 1);
  };
  const stepCharacters = 37; // Coprime to the lengths of all fields: every kind of place is met.
  for (let at = 0; at < text.length; at += stepCharacters) {
    const told = (): unknown => checkProof(JSON.parse(changed(at)) as Proof, publicKey);
    assert.throws(told, `character ${at}: ${text.slice(at - 20, at + 20)}`);
  }
});

test("what has not the form of a proof is none", async (t) => {
  const { directory, second } = await sealedLog(t);
  second.close();
  const { proof } = proveOrder(directory, 1);
  assert.ok(isProof(JSON.parse(JSON.stringify(proof))));
  const [leaf] = proof.leaves;
  const forms = [null, 1, {}, { orderId: 1 }, { orderId: "1", leaves: [] }, { leaves: [leaf] }];
  const leaves = [null, {}, { ...leaf, path: [1] }, { ...leaf, seal: null }, { ...leaf, bytes: 1 }];
  const all = [...forms, ...leaves.map((each) => ({ orderId: 1, leaves: [each] }))];
  assert.deepEqual(
    all.map(isProof),
    all.map(() => false),
  );
});

test("a log changed after it was signed cannot prove anything", async (t) => {
  const { directory, second } = await sealedLog(t);
  second.close();
  const seals = readSeals(nodeDisk, directory);
  const [first] = seals;
  assert.ok(first !== undefined && seals.length === 2);
  // A forger who can sign nothing changes the root to that of the history that he would like.
  const path = sealsPath(directory);
  const text = readFileSync(path, "utf8");
  const forged = first.root.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  writeFileSync(path, text.replace(first.root, forged));
  assert.throws(() => proveOrder(directory, 1), /LOG_DAMAGED|expected (a seal|the sealed root)/);
});

test("damaged seals end sealing, not snapshots, and every tool names their place", async (t) => {
  const { directory, exchange, second } = await sealedLog(t);
  second.close();
  assert.equal(verifyLog(directory, true).seals, "whole");
  const path = sealsPath(directory);
  const text = readFileSync(path, "utf8");
  const root = readSeals(nodeDisk, directory)[1]?.root ?? "";
  const { durableSequence } = exchange.health();
  const trials: [text: string, why: RegExp][] = [
    [text.replace("version", "vers\x01on"), /seals\.jsonl, byte 0: expected a seal as line 1,/],
    [`${text}garbage\n`, /seals\.jsonl, byte \d+: expected a seal as line 3, found other text/],
    [
      text.replace(root, "0".repeat(64)),
      /byte [1-9]\d+: expected line 2, the seal of 182, as this key signed it/,
    ],
  ];
  for (const [changed, why] of trials) {
    writeFileSync(path, changed);
    const taker = takerOf(directory);
    await assert.rejects(taker.seal(durableSequence), { code: "LOG_DAMAGED", message: why });
    assert.equal((await taker.take(durableSequence, 0)).sequence, durableSequence);
    taker.close();
    const { verdict, seals } = verifyLog(directory, true);
    assert.equal(verdict, "damaged");
    assert.match(seals, /expected (a seal as line|the sealed root)/);
    assert.throws(() => proveOrder(directory, 1), /expected (a seal as line|the sealed root)/);
  }
});

test("a seal cut off by a crash is written anew, and the chain goes on", async (t) => {
  const { directory, exchange, second } = await sealedLog(t);
  second.close();
  const path = sealsPath(directory);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.slice(0, -20));
  assert.equal(readSeals(nodeDisk, directory).length, 1);
  const third = takerOf(directory);
  const seal = await third.seal(exchange.health().durableSequence);
  third.close();
  assert.deepEqual([seal?.firstSequence, seal?.lastSequence], [102, 183]);
  assert.equal(readSeals(nodeDisk, directory).length, 2);
  assert.equal(checkProof(proveOrder(directory, 1).proof, publicKey).length, 3);
});

test("seals of another log, or of more than the log has, are not gone on with", async (t) => {
  const { directory, exchange, second } = await sealedLog(t);
  second.close();
  const other = await sealedLog(t);
  other.second.close();
  const own = readFileSync(sealsPath(directory));
  const { durableSequence } = exchange.health();
  writeFileSync(sealsPath(directory), readFileSync(sealsPath(other.directory)));
  const taker = takerOf(directory);
  const message = /seals\.jsonl, byte 0: expected seals of log \w+ alone, found one of \w+;/;
  await assert.rejects(taker.seal(durableSequence), { code: "LOG_DAMAGED", message });
  taker.close();
  assert.match(verifyLog(directory, false).seals, message);

  writeFileSync(sealsPath(directory), own);
  await exchange.stop();
  const path = join(directory, "00000001.log");
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, blockOf(bytes, 150)));
  const { verdict, seals } = verifyLog(directory, false);
  assert.equal(verdict, "damaged");
  assert.match(
    seals,
    /expected seals up to 149 at most, where the log ends, found one up to 182: /,
  );
});

/** Where the block of a command begins. */
function blockOf(bytes: Buffer, sequence: number): number {
  for (let at = bytes.indexOf("OCBK"); at !== -1; at = bytes.indexOf("OCBK", at + 1)) {
    if (Number(bytes.readBigUInt64LE(at + 16)) === sequence) return at;
  }
  throw new Error(`expected a block from sequence ${sequence}, found none`);
}
