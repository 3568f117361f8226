// The history's tables: docs/protocols/history.md. Versions only ever grow; MIGRATIONS[n] leads
// from version n to n + 1 and is never edited once released.

import type { Database, Statements } from "./database.ts";
import { HISTORY_DIVERGED, HISTORY_SCHEMA_NEWER, HistoryFailure } from "./history-failure.ts";

// Columns stand in order of width, so that none is padded: 8 bytes, 4, 2, text.
const VERSION_1 = `
  CREATE TABLE history_position (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    sequence bigint NOT NULL
  );
  INSERT INTO history_position (sequence) VALUES (0);

  CREATE TABLE executions (
    sequence bigint NOT NULL,
    time_micros bigint NOT NULL,
    account_id bigint NOT NULL,
    instrument_id bigint NOT NULL,
    order_id bigint NOT NULL,
    order_qty_lots bigint NOT NULL,
    cum_qty_lots bigint NOT NULL,
    leaves_qty_lots bigint NOT NULL,
    last_qty_lots bigint NOT NULL,
    trade_id bigint NOT NULL,
    event_index integer NOT NULL,
    price_ticks integer NOT NULL,
    last_px_ticks integer NOT NULL,
    reason integer NOT NULL,
    event_kind smallint NOT NULL,
    event_flags smallint NOT NULL,
    side smallint NOT NULL,
    cl_ord_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (sequence, event_index)
  );
  CREATE INDEX executions_by_account
    ON executions (account_id, sequence, event_index, instrument_id);
  CREATE INDEX executions_by_order ON executions (order_id, account_id, sequence, event_index);

  CREATE TABLE orders (
    sequence bigint PRIMARY KEY,
    time_micros bigint NOT NULL,
    last_sequence bigint NOT NULL,
    last_time_micros bigint NOT NULL,
    account_id bigint NOT NULL,
    instrument_id bigint NOT NULL,
    order_id bigint UNIQUE,
    order_qty_lots bigint NOT NULL,
    cum_qty_lots bigint NOT NULL,
    leaves_qty_lots bigint NOT NULL,
    price_ticks integer NOT NULL,
    reason integer NOT NULL,
    ord_status smallint NOT NULL,
    side smallint NOT NULL,
    ord_type smallint NOT NULL,
    time_in_force smallint NOT NULL,
    exec_inst smallint NOT NULL,
    cl_ord_id text COLLATE "C" NOT NULL
  ) WITH (fillfactor = 70);
  CREATE INDEX orders_by_account ON orders (account_id, sequence, instrument_id);
  CREATE INDEX orders_by_cl_ord_id ON orders (account_id, cl_ord_id);
`;

// A list enters several orders with one command; what orders ask for; money.
const VERSION_2 = `
  ALTER TABLE orders ADD COLUMN event_index integer NOT NULL DEFAULT 0;
  ALTER TABLE orders ALTER COLUMN event_index DROP DEFAULT;
  ALTER TABLE orders DROP CONSTRAINT orders_pkey;
  ALTER TABLE orders ADD PRIMARY KEY (sequence, event_index);
  DROP INDEX orders_by_account;
  CREATE INDEX orders_by_account
    ON orders (account_id, sequence, event_index, instrument_id);

  CREATE TABLE order_terms (
    sequence bigint NOT NULL,
    account_id bigint NOT NULL,
    order_id bigint NOT NULL,
    display_qty_lots bigint NOT NULL,
    display_random_lots bigint NOT NULL,
    min_qty_lots bigint NOT NULL,
    expire_time_micros bigint NOT NULL,
    quote_amount bigint NOT NULL,
    step_ticks bigint NOT NULL,
    protection_ticks bigint NOT NULL,
    event_index integer NOT NULL,
    stop_px_ticks integer NOT NULL,
    offset_ticks integer NOT NULL,
    trigger_source smallint NOT NULL,
    peg_price_type smallint NOT NULL,
    stp_mode smallint NOT NULL,
    term_flags smallint NOT NULL,
    PRIMARY KEY (sequence, event_index)
  );
  CREATE INDEX order_terms_by_order ON order_terms (order_id);

  CREATE TABLE ledger (
    sequence bigint NOT NULL,
    time_micros bigint NOT NULL,
    account_id bigint NOT NULL,
    instrument_id bigint NOT NULL,
    order_id bigint NOT NULL,
    trade_id bigint NOT NULL,
    amount bigint NOT NULL,
    balance bigint NOT NULL,
    held bigint NOT NULL,
    event_index integer NOT NULL,
    event_kind smallint NOT NULL,
    ledger_type smallint NOT NULL,
    asset text COLLATE "C" NOT NULL,
    PRIMARY KEY (sequence, event_index)
  );
  CREATE INDEX ledger_by_account ON ledger (account_id, asset, sequence, event_index);
`;

// Which log the tables are of, and from where on; "" and 0 where that was not written down.
const VERSION_3 = `
  ALTER TABLE history_position
    ADD COLUMN begin_sequence bigint NOT NULL DEFAULT 0,
    ADD COLUMN time_micros bigint NOT NULL DEFAULT 0,
    ADD COLUMN instance_id text COLLATE "C" NOT NULL DEFAULT '';
`;

// An account's fills, however many orders it entered and canceled since (event_kind 3 is traded).
const VERSION_4 = `
  CREATE INDEX executions_of_trades
    ON executions (account_id, sequence, event_index, instrument_id) WHERE event_kind = 3;
`;

const MIGRATIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the tables to SCHEMA_VERSION in one transaction; rejects with HISTORY_SCHEMA_NEWER. */
export async function migrateSchema(database: Database): Promise<void> {
  await database.transaction(async (statements) => {
    await statements.execute(
      "CREATE TABLE IF NOT EXISTS history_version (version integer NOT NULL)",
    );
    const found = await readVersion(statements);
    if (found > SCHEMA_VERSION) {
      throw new HistoryFailure(
        HISTORY_SCHEMA_NEWER,
        `history tables: expected version ${SCHEMA_VERSION} or older, found ${found}; ` +
          "run the version of outcry that made them, or rebuild the history from the log",
      );
    }
    for (const migration of MIGRATIONS.slice(found)) await statements.execute(migration);
    if (found < SCHEMA_VERSION) await writeVersion(statements);
  });
}

/** What the tables hold: every command behind `beginSequence` up to `sequence`, 0 before any. */
export type HistoryMark = {
  readonly sequence: number;
  readonly beginSequence: number;
  /** Of the command of `sequence`; 0: unknown. */
  readonly timeMicros: number;
  /** Of the log, 32 hexadecimal digits; "": unknown. */
  readonly instanceId: string;
};

export async function readMark(statements: Statements): Promise<HistoryMark> {
  const rows = await statements.query("SELECT * FROM history_position");
  const [row] = rows;
  if (row !== undefined && rows.length === 1) {
    return {
      sequence: Number(row["sequence"]),
      beginSequence: Number(row["begin_sequence"]),
      timeMicros: Number(row["time_micros"]),
      instanceId: String(row["instance_id"]),
    };
  }
  throw new HistoryFailure(
    HISTORY_DIVERGED,
    `history_position: expected 1 row, found ${rows.length}; rebuild the history`,
  );
}

/** The last sequence that the tables hold, 0 before the first. */
export async function readPosition(statements: Statements): Promise<number> {
  return (await readMark(statements)).sequence;
}

async function readVersion(statements: Statements): Promise<number> {
  const rows = await statements.query("SELECT version FROM history_version");
  return Number(rows[0]?.["version"] ?? 0);
}

async function writeVersion(statements: Statements): Promise<void> {
  await statements.execute(
    `DELETE FROM history_version; INSERT INTO history_version VALUES (${SCHEMA_VERSION})`,
  );
}
