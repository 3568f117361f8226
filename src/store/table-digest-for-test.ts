// One number for the whole history, to compare two tables that should be the same: a rebuilt one, a
// replica's, one written through crashes.

import { createHash, type Hash } from "node:crypto";
import type { Database } from "./database.ts";
import { readPosition } from "./schema.ts";

const ROWS_A_PAGE = 10_000;

/** Pages by key, so that tables of any size pass through bounded memory. */
const pageOf = (table: string) => `
  SELECT sequence, event_index, ${table}::text AS row FROM ${table}
  WHERE (sequence, event_index) > ($1, $2)
  ORDER BY sequence, event_index LIMIT ${ROWS_A_PAGE}`;

/** SHA-256, in hexadecimal, of the position and every row in key order. Reads it all. */
export async function tableDigest(database: Database): Promise<string> {
  const hash = createHash("sha256");
  hash.update(`position ${await readPosition(database)}\n`);
  for (const table of ["executions", "orders", "order_terms", "ledger"]) {
    await hashPages(database, pageOf(table), hash);
  }
  return hash.digest("hex");
}

async function hashPages(database: Database, sql: string, hash: Hash): Promise<void> {
  let sequence = 0;
  let eventIndex = -1;
  hash.update("table\n");
  for (;;) {
    const rows = await database.query(sql, [sequence, eventIndex]);
    for (const row of rows) hash.update(`${row["row"]}\n`);
    const last = rows.at(-1);
    if (last === undefined) return;
    sequence = Number(last["sequence"]);
    eventIndex = Number(last["event_index"]);
  }
}
