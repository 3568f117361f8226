import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { commandsTo, reopened, temporaryDirectory } from "./log-for-test.ts";
import { LogProcess } from "./log-process-for-test.ts";

const ROUNDS = 6;

test("after kill -9 at any moment, all that was said to be durable is there, once", async (t) => {
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const prng = new Prng(seed);
  const directory = temporaryDirectory(t);
  let recovered = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const writer = new LogProcess(directory, Number.MAX_SAFE_INTEGER);
    t.after(() => writer.kill());
    assert.equal(await writer.line(), `open ${recovered}`, `seed ${seed}`);
    const lines: string[] = [];
    for (let left = prng.nextBetween(1, 200); left > 0; left--) {
      lines.push((await writer.line()) ?? "no line: the writer stopped by itself");
    }
    lines.push(...(await writer.kill()));

    const durable = Math.max(...lines.map(Number));
    assert.ok(durable > recovered, `seed ${seed}: the writer got on, ${lines.at(-1)}`);
    const { commands } = await reopened(directory);
    assert.ok(commands.length >= durable, `seed ${seed}: ${commands.length} of ${durable}`);
    assert.deepEqual(commands, commandsTo(commands.length), `seed ${seed}`);
    recovered = commands.length;
  }
});
