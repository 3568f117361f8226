// One database in memory for the tests of this process, which take it in turn: to start one takes a
// second. An open one has a timer of PostgreSQL's, which would keep the process for ever.

import { after } from "node:test";
import type { Database } from "./database.ts";
import { EMPTY_DATABASE_FILE } from "./empty-database-for-test.ts";
import { PgliteDatabase } from "./pglite-database.ts";

let database: Promise<PgliteDatabase> | undefined;

after(async () => (await database)?.close());

/** The database without any table of the history. */
export async function emptiedDatabase(): Promise<PgliteDatabase> {
  database ??= PgliteDatabase.openInMemory(EMPTY_DATABASE_FILE);
  await dropSchema(await database);
  return database;
}

/** Removes every table of the history, of any version. */
export async function dropSchema(database: Database): Promise<void> {
  await database.transaction((statements) =>
    statements.execute(
      "DROP TABLE IF EXISTS " +
        "history_version, history_position, executions, orders, order_terms, ledger",
    ),
  );
}
