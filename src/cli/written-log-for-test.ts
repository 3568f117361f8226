// A log as an exchange leaves it, for tests of what reads logs, and what may happen to it.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { cancelRecord, newRecord } from "../codec/record-for-test.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { openListedExchange, TestSession, until } from "../exchange/exchange-for-test.ts";
import { SnapshotTaker } from "../exchange/snapshot-taker.ts";
import { foldAt } from "../exchange/time-travel.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { KEEP_ALL } from "../log/retention.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { systemClock } from "../ops/clock.ts";

export const TIME_MICROS = 1_795_000_000_000_000;
const SEGMENTS = { segmentBytes: 4 * 1024, batchBytesMax: 2 * 1024 };
export const SNAPSHOT_AT = 61;
export const LAST_SEQUENCE = 121;

/** A log of 121 commands in several segments, one a microsecond, with a snapshot in the middle. */
export async function writtenLog(t: TestContext) {
  let nowMicros = TIME_MICROS;
  const opened = await openListedExchange(t, { log: SEGMENTS, nowMicros: () => nowMicros++ });
  const { exchange, directory } = opened;
  const session = new TestSession(exchange);
  const taker = takerOf(directory);
  for (let n = 1; n < LAST_SEQUENCE; n++) {
    const side = n % 2 === 0 ? SIDE_SELL : SIDE_BUY;
    const order = { clOrdId: `o${n}`, side, orderQtyLots: 1 + (n % 3), priceTicks: 100 + (n % 5) };
    session.enter(n % 6 === 5 ? cancelRecord({ clOrdId: `o${n - 2}` }) : newRecord(order));
    await until("it is durable", () => session.answers.length === n);
    if (n + 1 === SNAPSHOT_AT) await taker.take(SNAPSHOT_AT, SNAPSHOT_AT);
  }
  taker.close();
  await exchange.stop();
  return { ...opened, depthAt: (sequence: number) => depthAt(directory, { sequence }) };
}

export function takerOf(directory: string): SnapshotTaker {
  return new SnapshotTaker({
    ...{ directory, disk: nodeDisk, limits: ENGINE_LIMITS, retention: KEEP_ALL },
    clock: systemClock,
  });
}

export function depthAt(directory: string, moment: { sequence: number } | { timeMicros: number }) {
  const { engine, feed } = foldAt(directory, nodeDisk, ENGINE_LIMITS, moment);
  const { bids, asks } = feed.depth(1, 1000);
  return { sequence: engine.sequence, state: engine.stateHash(), bids, asks };
}

/** Flips a bit of the block that holds a sequence. */
export function damage(directory: string, sequence: number): void {
  for (const name of readdirSync(directory).filter((each) => each.endsWith(".log"))) {
    const path = join(directory, name);
    const bytes = readFileSync(path);
    for (let at = 64; at < bytes.length; at += 64) {
      const isBlock = bytes.toString("latin1", at, at + 4) === "OCBK";
      if (!isBlock || Number(bytes.readBigUInt64LE(at + 16)) !== sequence) continue;
      bytes[at + 70] ^= 1;
      writeFileSync(path, bytes);
      return;
    }
  }
  throw new Error(`expected a block from sequence ${sequence}, found none`);
}
