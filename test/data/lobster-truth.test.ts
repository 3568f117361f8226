// An hour of Apple written back as the LOBSTER messages it came from, without the orders that
// rested before it: reading those messages gives the recorded executions again, maker by maker.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { readFlow } from "../../src/market/flow-file-for-test.ts";
import { outcry } from "./outcry.ts";
import { sharedData } from "./shared-data.ts";

type Fill = readonly [number, number, number];
type Live = { readonly direction: 1 | -1; readonly price: string; openLots: number };

const aapl = sharedData(
  "data/real/aapl_l50_hour.commands.csv.gz",
  "data/real/aapl_l50_hour.expected.jsonl.gz",
);

test("LOBSTER messages give back the executions they were made of", aapl, async (context) => {
  const [commandsPath, expectedPath] = aapl.paths;
  const fillsOfCommand = readExpected(expectedPath);
  const directory = mkdtempSync(join(tmpdir(), "outcry-lobster-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const messagesPath = join(directory, "AAPL_message_50.csv");
  writeFileSync(messagesPath, toMessages(commandsPath, fillsOfCommand).join("\n"));
  const truthPath = join(directory, "AAPL.expected.jsonl");
  const fills = [...fillsOfCommand.values()].flat();
  writeFileSync(truthPath, (await toTruth(messagesPath, fills)).join("\n"));

  const ended = await outcry("replay", messagesPath, "--expect", truthPath, "--json");
  const report = JSON.parse(ended.stdout);
  assert.equal(report.difference, null);
  assert.deepEqual([ended.exitCode, report.format], [0, "LOBSTER messages"]);
  assert.equal(report.expectations[0].compared, fills.length);
  assert.equal(report.rejected, 0);
});

function linesOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString("latin1").trimEnd().split("\n");
}

function readExpected(path: string): Map<number, Fill[]> {
  const lines = linesOf(path).map((line) => JSON.parse(line) as { n: number; fills: Fill[] });
  return new Map(lines.map(({ n, fills }) => [n, fills]));
}

function toMessages(commandsPath: string, fillsOfCommand: Map<number, Fill[]>): string[] {
  const live = new Map<string, Live>();
  const messages: string[] = [];
  for (const line of linesOf(commandsPath).slice(1)) {
    const [n, time, cmd, orderId, side, price, qty, tif, why] = line.split(",");
    const write = (type: number, id: string, lots: number) => {
      const order = live.get(id);
      assert.ok(order !== undefined, `order ${id} is alive in line ${n}`);
      messages.push([time, type, id, lots, order.price, order.direction].join(","));
      order.openLots -= type === 1 ? 0 : lots;
      if (order.openLots === 0) live.delete(id);
    };
    if (tif === "IOC") {
      for (const [makerId, , lots] of fillsOfCommand.get(Number(n)) ?? [])
        write(4, String(makerId), lots);
    } else if (cmd === "new") {
      live.set(orderId, { direction: side === "buy" ? 1 : -1, price, openLots: Number(qty) });
      if (why !== "seed") write(1, orderId, Number(qty));
    } else if (cmd === "reduce") {
      write(2, orderId, Number(qty));
    } else {
      write(3, orderId, live.get(orderId)?.openLots ?? 0);
    }
  }
  return messages;
}

/** The fills dealt out to the takers that the reader made, in order, by their quantities. */
async function toTruth(messagesPath: string, fills: readonly Fill[]): Promise<string[]> {
  const left = [...fills];
  const lines: string[] = [];
  for (const [n, command] of (await readFlow(messagesPath)).entries()) {
    if (!command.ioc) continue;
    const own: Fill[] = [];
    for (let lots = 0; lots < command.qtyLots; lots += own.at(-1)?.[2] ?? 0) {
      const next = left.shift();
      assert.ok(next !== undefined, "the takers trade no more than was recorded");
      own.push(next);
    }
    lines.push(JSON.stringify({ n, fills: own }));
  }
  assert.equal(left.length, 0, "the takers trade all that was recorded");
  return lines;
}
