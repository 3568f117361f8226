// One number for the whole history, to compare two tables that should be the same: a rebuilt one, a
// replica's, one written through crashes.

import { createHash, type Hash } from "node:crypto";
import type { Database } from "./database.ts";
import { readPosition } from "./schema.ts";

const ROWS_A_PAGE = 10_000;

/** Pages by key, so that tables of any size pass through bounded memory. */
const EXECUTIONS_PAGE = `
  SELECT sequence, event_index, executions::text AS row FROM executions
  WHERE (sequence, event_index) > ($1, $2)
  ORDER BY sequence, event_index LIMIT ${ROWS_A_PAGE}`;
const ORDERS_PAGE = `
  SELECT sequence, 0 AS event_index, orders::text AS row FROM orders
  WHERE (sequence, 0) > ($1, $2)
  ORDER BY sequence LIMIT ${ROWS_A_PAGE}`;

/** SHA-256, in hexadecimal, of the position and every row in key order. Reads it all. */
export async function tableDigest(database: Database): Promise<string> {
  const hash = createHash("sha256");
  hash.update(`position ${await readPosition(database)}\n`);
  await hashPages(database, EXECUTIONS_PAGE, hash);
  await hashPages(database, ORDERS_PAGE, hash);
  return hash.digest("hex");
}

async function hashPages(database: Database, sql: string, hash: Hash): Promise<void> {
  let sequence = 0;
  let eventIndex = 0;
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
