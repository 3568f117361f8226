// One database in memory for the tests of this process, which take it in turn: to start one takes a
// second.

import { EMPTY_DATABASE_FILE } from "./empty-database-for-test.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { dropSchema } from "./schema.ts";

let database: Promise<PgliteDatabase> | undefined;

/** The database without any table of the history. */
export async function emptiedDatabase(): Promise<PgliteDatabase> {
  database ??= PgliteDatabase.openInMemory(EMPTY_DATABASE_FILE);
  await dropSchema(await database);
  return database;
}
