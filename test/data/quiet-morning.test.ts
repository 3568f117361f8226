// The sample that ships with the project, and the replay verb on it.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { outcry } from "./outcry.ts";
import { makeQuietMorning, SAMPLES_DIRECTORY } from "./quiet-morning.ts";

const MORNING = makeQuietMorning();

function sample(kind: "commands.csv" | "expected.jsonl" | "books.jsonl"): string {
  return fileURLToPath(new URL(`quiet-morning.${kind}.gz`, SAMPLES_DIRECTORY));
}

function textOf(kind: "commands.csv" | "expected.jsonl" | "books.jsonl"): string {
  const text = MORNING.get(`quiet-morning.${kind}`);
  assert.ok(text !== undefined);
  return text;
}

function temporaryDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-morning-"));
  context.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

function fileOf(context: TestContext, name: string, text: string): string {
  const path = join(temporaryDirectory(context), name);
  writeFileSync(path, text);
  return path;
}

test("the sample is what its script makes", () => {
  for (const [name, content] of MORNING) {
    const packed = readFileSync(new URL(`${name}.gz`, SAMPLES_DIRECTORY));
    assert.equal(gunzipSync(packed).toString(), content, name);
  }
});

test("the sample replays to the executions and books of the naive book", async () => {
  const expectations = ["--expect", sample("expected.jsonl"), "--expect", sample("books.jsonl")];
  const ended = await outcry("replay", sample("commands.csv"), ...expectations);
  assert.equal(ended.exitCode, 0, ended.stdout + ended.stderr);
  assert.match(ended.stdout, /600 commands/);
  assert.match(ended.stdout, /agrees +\d{3} executions with quiet-morning\.expected\.jsonl\.gz/);
  assert.match(ended.stdout, /agrees +12 checkpoints with quiet-morning\.books\.jsonl\.gz/);
  assert.equal(ended.stderr, "");
  const page = readFileSync(new URL("../../docs/replay.md", import.meta.url), "utf8");
  const [told = ""] = /^ {2}accepted[\s\S]*?checkpoints with .*$/m.exec(page) ?? [];
  assert.ok(ended.stdout.includes(told), `docs/replay.md shows\n${told}\nfound\n${ended.stdout}`);
});

test("the same flow ends in the same state hash, another one in another", async (context) => {
  const lines = textOf("commands.csv").trimEnd().split("\n");
  const shorter = fileOf(context, "shorter.commands.csv", lines.slice(0, -1).join("\n"));
  const hashOf = async (file: string) => {
    const ended = await outcry("replay", file, "--json");
    return JSON.parse(ended.stdout).stateHash as string;
  };
  const hash = await hashOf(sample("commands.csv"));
  assert.equal(await hashOf(sample("commands.csv")), hash);
  assert.notEqual(await hashOf(shorter), hash);
});

test("a wrong execution is found: command, expected, found, file and line", async (context) => {
  const lines = textOf("expected.jsonl").trimEnd().split("\n");
  const { n, fills } = JSON.parse(lines[4]);
  lines[4] = JSON.stringify({ n, fills: [[fills[0][0], fills[0][1], fills[0][2] + 1]] });
  const wrong = fileOf(context, "wrong.expected.jsonl", lines.join("\n"));
  const ended = await outcry("replay", sample("commands.csv"), "--expect", wrong, "--json");
  const { difference, agrees } = JSON.parse(ended.stdout);
  assert.deepEqual([ended.exitCode, agrees], [1, false]);
  assert.deepEqual([difference.commandNumber, difference.file, difference.line], [n, wrong, 5]);
  assert.match(difference.expected, new RegExp(`${fills[0][2] + 1}\\]`));
  assert.notEqual(difference.expected, difference.found);
});

test("an execution that the truth does not list is a difference", async (context) => {
  const lines = textOf("expected.jsonl").trimEnd().split("\n");
  const [{ n }] = lines.splice(4, 1).map((line) => JSON.parse(line));
  const wrong = fileOf(context, "wrong.expected.jsonl", lines.join("\n"));
  const ended = await outcry("replay", sample("commands.csv"), "--expect", wrong);
  assert.equal(ended.exitCode, 1);
  assert.match(ended.stdout, new RegExp(`DIFFERS +command ${n}: expected no fills, found fills`));
});

test("a wrong book is found at its level", async (context) => {
  const books = textOf("books.jsonl").trimEnd().split("\n");
  const book = JSON.parse(books[2]);
  book.asks[1][2] += 1;
  books[2] = JSON.stringify(book);
  const wrong = fileOf(context, "wrong.books.jsonl", books.join("\n"));
  const ended = await outcry("replay", sample("commands.csv"), "--expect", wrong);
  assert.equal(ended.exitCode, 1);
  assert.match(
    ended.stdout,
    /DIFFERS +command 149: expected ask level 2 \[.*line 3; 2 checkpoints agreed/,
  );
});

test("truth about commands that the flow does not have is a difference", async (context) => {
  const late = `${textOf("expected.jsonl")}{"n": 600, "fills": [[1001, 1, 1]]}\n`;
  const path = fileOf(context, "late.expected.jsonl", late);
  const ended = await outcry("replay", sample("commands.csv"), "--expect", path);
  assert.equal(ended.exitCode, 1);
  assert.match(ended.stdout, /expected a command 600, found the flow's end after 600 commands/);
});

test("comparing nothing is a failure", async (context) => {
  const path = fileOf(context, "none.expected.jsonl", '{"n": 0, "fills": []}\n');
  const flow = fileOf(
    context,
    "one.commands.csv",
    textOf("commands.csv").split("\n").slice(0, 2).join("\n"),
  );
  const ended = await outcry("replay", flow, "--expect", path);
  assert.equal(ended.exitCode, 1);
  assert.match(ended.stdout, /FAILED +nothing was compared with none\.expected\.jsonl/);
});

test("a bad line stops the replay and says how many commands were whole", async (context) => {
  const lines = textOf("commands.csv").split("\n");
  lines[101] = lines[101].replace(/,(new|cancel|reduce|replace),/, ",fill,");
  const path = fileOf(context, "bad.commands.csv", lines.join("\n"));
  const ended = await outcry("replay", path);
  assert.equal(ended.exitCode, 1);
  assert.equal(ended.stdout, "");
  assert.match(
    ended.stderr,
    /bad\.commands\.csv:102: expected cmd: new, cancel, .* found "fill"; /,
  );
  assert.match(ended.stderr, /the 100 commands before it were entered whole/);
});

test("--data keeps the log and refuses to mix two replays in one", async (context) => {
  const directory = temporaryDirectory(context);
  const first = await outcry("replay", sample("commands.csv"), "--data", directory);
  assert.equal(first.exitCode, 0);
  const second = await outcry("replay", sample("commands.csv"), "--data", directory);
  assert.equal(second.exitCode, 1);
  assert.match(second.stderr, /expected no log, found one of 601 commands/);
});

test("several files find the expectations of their own names, and no others", async (context) => {
  const other = fileOf(context, "other.commands.csv", textOf("commands.csv"));
  const files = [sample("commands.csv"), other];
  const ended = await outcry("replay", ...files, "--expect", sample("books.jsonl"), "--json");
  const [named, unnamed] = ended.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([named.expectations.length, unnamed.expectations.length], [1, 0]);
  const stray = fileOf(context, "stray.expected.jsonl", textOf("expected.jsonl"));
  const refused = await outcry("replay", ...files, "--expect", stray);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /--expect: expected a file named like one of the FILEs/);
});
