import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dropSchema, emptiedDatabase } from "./database-for-test.ts";
import { batchOf, RandomMarket, writeBatches } from "./event-batches-for-test.ts";
import { HISTORY_DATABASE, HISTORY_DIVERGED, HISTORY_SCHEMA_NEWER } from "./history-failure.ts";
import { HistoryWriter } from "./history-writer.ts";
import type { PgliteDatabase } from "./pglite-database.ts";
import { migrateSchema, readPosition, SCHEMA_VERSION } from "./schema.ts";
import { tableDigest } from "./table-digest-for-test.ts";

let database: PgliteDatabase;

/** A test in a database without tables. */
function schemaTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    database = await emptiedDatabase();
    await run();
  });
}

schemaTest("a new database gets the tables, empty, at position 0", async () => {
  await migrateSchema(database);

  assert.equal(await readPosition(database), 0);
  assert.deepEqual(await database.query("SELECT version FROM history_version"), [
    { version: SCHEMA_VERSION },
  ]);
});

schemaTest("tables of this version are kept as they are", async () => {
  const writer = await HistoryWriter.open(database);
  await writeBatches(writer, new RandomMarket(1).batches(50));
  const written = await tableDigest(database);

  const reopened = await HistoryWriter.open(database);

  assert.equal(reopened.position(), 50);
  assert.equal(await tableDigest(database), written);
});

schemaTest("tables of a newer version are refused and left alone", async () => {
  await migrateSchema(database);
  await database.execute(`UPDATE history_version SET version = ${SCHEMA_VERSION + 1}`);

  await assert.rejects(HistoryWriter.open(database), {
    name: "HistoryFailure",
    code: HISTORY_SCHEMA_NEWER,
    message: /expected version 4 or older, found 5/,
  });
  const [version] = await database.query("SELECT version FROM history_version");
  assert.equal(version?.["version"], SCHEMA_VERSION + 1);
});

schemaTest("a migration that fails leaves nothing behind", async () => {
  await database.execute("CREATE TABLE orders (somebody_elses integer)");

  await assert.rejects(migrateSchema(database), { code: HISTORY_DATABASE });

  const tables = await database.query(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  assert.deepEqual(tables, [{ tablename: "orders" }]);
});

schemaTest("a history without a position is told apart from an empty one", async () => {
  await migrateSchema(database);
  await database.execute("DELETE FROM history_position");

  await assert.rejects(HistoryWriter.open(database), { code: HISTORY_DIVERGED });
});

schemaTest(
  "dropping the tables and writing again from sequence 1 gives the same tables",
  async () => {
    const write = async (seed: number) => {
      const writer = await HistoryWriter.open(database);
      await writeBatches(writer, new RandomMarket(seed).batches(2000));
      return tableDigest(database);
    };
    const first = await write(7);
    await dropSchema(database);
    const second = await write(7);
    await dropSchema(database);
    const other = await write(8);

    assert.equal(second, first);
    assert.notEqual(other, first);
  },
);

schemaTest("the digest covers the position, every execution and every order", async () => {
  const writer = await HistoryWriter.open(database);
  await writeBatches(writer, new RandomMarket(3).batches(100));
  const digests = new Set([await tableDigest(database)]);
  await writeBatches(writer, [batchOf(101, [])]);
  digests.add(await tableDigest(database));
  await database.execute("UPDATE executions SET reason = reason + 1 WHERE sequence = 40");
  digests.add(await tableDigest(database));
  await database.execute(
    "UPDATE orders SET cl_ord_id = 'x' WHERE sequence = (SELECT max(sequence) FROM orders)",
  );
  digests.add(await tableDigest(database));

  assert.equal(digests.size, 4);
});

schemaTest("docs/protocols/history.md lists every column with its type", async () => {
  await migrateSchema(database);
  const rows = await database.query(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
  );
  const real: Record<string, string[]> = {};
  for (const row of rows) {
    real[`${row["table_name"]}`] ??= [];
    real[`${row["table_name"]}`]?.push(`${row["column_name"]} ${row["data_type"]}`);
  }

  assert.deepEqual(documentedTables(), real);
});

function documentedTables(): Record<string, string[]> {
  const path = new URL("../../docs/protocols/history.md", import.meta.url);
  const tables: Record<string, string[]> = {};
  let table = "";
  let isColumn = false;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.startsWith("## ")) table = line.slice(3);
    if (!line.startsWith("|")) isColumn = false;
    if (isColumn && !line.startsWith("|---")) {
      const [, column, type] = line.split("|").map((cell) => cell.trim());
      tables[table] ??= [];
      tables[table]?.push(`${column} ${type}`);
    }
    if (line.startsWith("| column |")) isColumn = true;
  }
  return tables;
}
