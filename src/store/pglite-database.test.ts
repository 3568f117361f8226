import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { EMPTY_DATABASE_FILE } from "./empty-database-for-test.ts";
import { HISTORY_DATABASE, HISTORY_DIRECTORY } from "./history-failure.ts";
import { directoryFailure, PgliteDatabase } from "./pglite-database.ts";

const LOOK_EVERY_TRANSACTION = {
  walBytesMax: 1 << 20,
  transactionsMax: 25,
  transactionsBetween: 1,
};

let directory: string;
let data: string;
let database: PgliteDatabase;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "outcry-pglite-"));
  data = join(directory, "made", "on", "demand");
  database = await PgliteDatabase.open(data, EMPTY_DATABASE_FILE, LOOK_EVERY_TRANSACTION);
  await database.execute("CREATE TABLE facts (id bigint PRIMARY KEY, fact text)");
});

after(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

test("a transaction that fails is undone, and its error is the caller's own", async () => {
  const mine = new Error("changed my mind");
  const undone = database.transaction(async (statements) => {
    await statements.change("INSERT INTO facts VALUES ($1, $2)", [1, "undone"]);
    throw mine;
  });

  await assert.rejects(undone, (error) => error === mine);
  assert.deepEqual(await database.query("SELECT * FROM facts"), []);
});

test("a statement that the database refuses keeps its reason", async () => {
  await assert.rejects(database.query("SELECT * FROM nothing"), {
    name: "HistoryFailure",
    code: HISTORY_DATABASE,
    message: /relation "nothing" does not exist/,
  });
});

test("changes are counted and integers are numbers", async () => {
  const count = await database.change("INSERT INTO facts VALUES ($1, $2), (8, 'b')", [7, "a"]);
  const rows = await database.query("SELECT * FROM facts WHERE id = $1", [7]);
  await database.execute("DELETE FROM facts; SELECT 1");

  assert.equal(count, 2);
  assert.deepEqual(rows, [{ id: 7, fact: "a" }]);
});

test("the write-ahead log is cut by checkpoints that nobody else would make", async () => {
  const [start] = await database.query("SELECT pg_current_wal_insert_lsn() AS lsn");
  for (let i = 0; i < 12; i++) {
    await database.transaction((statements) =>
      statements.change(
        "INSERT INTO facts SELECT $1 * 1000 + n, repeat('x', 1500) FROM generate_series(1, 400) n",
        [100 + i],
      ),
    );
  }
  const [wal] = await database.query(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint AS since_checkpoint,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '${start?.["lsn"]}')::bigint AS written
     FROM pg_control_checkpoint()`,
  );

  assert.ok(Number(wal?.["written"]) > 6 << 20, `written ${wal?.["written"]}`);
  assert.ok(Number(wal?.["since_checkpoint"]) < 3 << 20, `since ${wal?.["since_checkpoint"]}`);
});

test("old transactions are frozen before PostgreSQL runs out of numbers", async () => {
  const ages: number[] = [];
  for (let id = 1; id <= 60; id++) {
    await database.transaction((statements) =>
      statements.change("INSERT INTO facts VALUES ($1, 'aging')", [id]),
    );
    const [age] = await database.query(
      "SELECT age(datfrozenxid) AS age FROM pg_database WHERE datname = current_database()",
    );
    ages.push(Number(age?.["age"]));
  }

  assert.ok(Math.max(...ages) <= 60, `${ages}`);
});

test("what was committed is there when the directory is opened again", async () => {
  await database.change("INSERT INTO facts VALUES (4711, 'kept')");
  await database.close();
  assert.deepEqual((await readdir(join(directory, "made", "on"))).sort(), ["demand"]);

  database = await PgliteDatabase.open(data, EMPTY_DATABASE_FILE, LOOK_EVERY_TRANSACTION);
  const rows = await database.query("SELECT fact FROM facts WHERE id = 4711");
  assert.deepEqual(rows, [{ fact: "kept" }]);
});

test("a creation that was interrupted starts anew", async () => {
  const half = join(directory, "half");
  await mkdir(join(half, "base"), { recursive: true });
  await writeFile(join(half, "PG_VERSION"), "18\n");
  await writeFile(`${half}.creating`, "");

  const created = await PgliteDatabase.open(half, EMPTY_DATABASE_FILE);
  assert.deepEqual(await created.query("SELECT 1 AS one"), [{ one: 1 }]);
  await created.close();
  assert.equal(existsSync(`${half}.creating`), false);
});

test("a directory of other files is refused and left alone", async () => {
  const photos = join(directory, "photos");
  await mkdir(photos);
  await writeFile(join(photos, "cat.jpg"), "meow");

  await assert.rejects(PgliteDatabase.open(photos, EMPTY_DATABASE_FILE), {
    code: HISTORY_DIRECTORY,
    message: /photos: expected .* an empty one, found 1 other files, the first is cat\.jpg/,
  });
  assert.deepEqual(await readdir(photos), ["cat.jpg"]);
});

test("a damaged database is refused with what to do about it", async () => {
  const damaged = join(directory, "damaged");
  await cp(data, damaged, { recursive: true });
  await writeFile(join(damaged, "global", "pg_control"), "gone");

  await assert.rejects(PgliteDatabase.open(damaged, EMPTY_DATABASE_FILE), {
    code: HISTORY_DIRECTORY,
    message: /damaged: expected a PostgreSQL 18 data directory, .* delete it/,
  });
});

test("a database that a full disk does not open is not called damaged", () => {
  const noSpace = { name: "ErrnoError", errno: 51 };
  assert.match(
    directoryFailure(data, noSpace, 4096).message,
    /expected 16777216 bytes free .*found 4096 \(ENOSPC, no space left\); make room/,
  );
  const elsewhere = directoryFailure(data, new Error("Aborted()"), 1 << 30).message;
  assert.match(elsewhere, /found one that does not open \(Aborted\(\)\); delete it/);
});
