import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LoadOptions } from "../load-options.ts";
import type { LoadResult } from "../load-result.ts";
import { USUAL_MIX } from "../mix.ts";
import { runLoad } from "../run-load.ts";
import { firstNumberOf } from "./order-template.ts";

const MIX = { ...USUAL_MIX, commands: 100, replacePercent: 0 };
const NEW = { path: "/orders", body: { number: "{#number}" } };

/** Loads of two threads, one after the other, on a server that answers each body with a text. */
async function loadsOn(
  answer: (body: string) => string,
  loads: number,
  options: Partial<LoadOptions>,
): Promise<LoadResult[]> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => response.end(answer(body)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), "outcry-template-"));
  const path = join(folder, "template.json");
  const cancel = { ...NEW, path: "/cancels" };
  writeFileSync(path, JSON.stringify({ url, new: NEW, cancel, executed: '"filled":(\\d+)' }));
  try {
    const results: LoadResult[] = [];
    for (let i = 0; i < loads; i++) {
      results.push(
        await runLoad({
          drive: { kind: "template", path },
          lap: { kind: "mix", mix: MIX },
          pace: { kind: "closed", inFlight: 1 },
          connections: 2,
          threads: 2,
          warmUpSeconds: 0,
          seconds: 0.3,
          seed: 1,
          ...options,
        }),
      );
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
}

test("an answer without the fills that a template looks for says that it had none", async () => {
  const untilWrong = { stopsAtWrong: true, seconds: 60 };
  const [load] = await loadsOn(() => "<html>welcome</html>", 1, untilWrong);
  assert.match(load.firstWrong, /expected status 0, lots [1-9]\d*, found status 0, lots 0/);
});

test("numbers of orders are new to a target that remembers all it ever had", async () => {
  const times = new Map<string, number>();
  await loadsOn(
    (body) => {
      times.set(body, (times.get(body) ?? 0) + 1);
      return '{"filled":0}';
    },
    2,
    {},
  );
  const numbers = [...times.keys()].map((body) => (JSON.parse(body) as { number: number }).number);
  assert.ok(numbers.length > 0);
  const most = Math.max(...times.values());
  assert.ok(most <= 2, `a number came ${most} times: once for its order, once for its cancel`);
  assert.ok(numbers.every((number) => number > 0 && number < 2 ** 31));
});

test("numbers of one thread and of another, of one load and of the next, lie apart", () => {
  const now = Date.UTC(2026, 10, 29, 12);
  assert.notEqual(firstNumberOf(now, 1), firstNumberOf(now, 2));
  assert.equal(firstNumberOf(now + 1000, 1) - firstNumberOf(now, 1), 20_000);
});
