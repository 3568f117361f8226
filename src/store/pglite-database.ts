// PostgreSQL inside this process: PGlite, the server compiled to WebAssembly, with its data in a
// directory. Every statement blocks the thread, so it lives in a worker. What is committed survives
// the death of the process; a power failure may damage it (PGlite cannot sync files), and the log
// then writes the history again. One process a directory: nothing here locks it.

import { type Dirent, existsSync, statfsSync } from "node:fs";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, type PGliteOptions, type Transaction } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { messageOf } from "../ops/thrown.ts";
import type { Database, Parameter, Row, Statements } from "./database.ts";
import { emptyDatabase } from "./empty-database.ts";
import { HISTORY_DATABASE, HISTORY_DIRECTORY, HistoryFailure } from "./history-failure.ts";

/** Upkeep that PostgreSQL's background processes would do; PGlite has none. */
export type Upkeep = {
  /** Write-ahead log since the last checkpoint: bounds its files and the time of a recovery. */
  readonly walBytesMax: number;
  /** Transactions since the last VACUUM: at 2^31 PostgreSQL stops to take new ones. */
  readonly transactionsMax: number;
  /** Transactions between two looks at these, a quarter of a millisecond each. */
  readonly transactionsBetween: number;
};

/** 256 MiB are about 350 000 events: a checkpoint of 0.2 s, a recovery of 1 to 3 s. */
const UPKEEP: Upkeep = {
  walBytesMax: 256 << 20,
  transactionsMax: 500_000_000,
  transactionsBetween: 64,
};

const UPKEEP_NEEDS = `
  SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::bigint AS wal_bytes,
    (SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()) AS transactions
  FROM pg_control_checkpoint()`;

/** Keeps few old log files for reuse; the default would keep a gigabyte. */
const START_PARAMS = [...PGlite.defaultStartParams, "-c", "max_wal_size=256MB"];
/** PostgreSQL zeroes its buffers at each start: half a second for the usual 128 MB. */
const SMALL_START_PARAMS = [...START_PARAMS, "-c", "shared_buffers=16MB"];

/** Of PostgreSQL's write-ahead log: it opens with one file of it more. */
const OPENING_BYTES = 16 << 20;

const WASI_ERRNOS: ReadonlyMap<number, string> = new Map([
  [2, "EACCES"],
  [19, "EDQUOT"],
  [22, "EFBIG"],
  [29, "EIO"],
  [51, "ENOSPC, no space left"],
  [69, "EROFS"],
]);

export class PgliteDatabase implements Database {
  readonly #pglite: PGlite;
  readonly #statements: Statements;
  readonly #upkeep: Upkeep;
  /** "" in memory. */
  readonly #directory: string;
  #transactionsSinceUpkeep = 0;

  private constructor(pglite: PGlite, upkeep: Upkeep, directory = "") {
    this.#directory = directory;
    this.#pglite = pglite;
    this.#statements = statementsOf(pglite);
    this.#upkeep = upkeep;
  }

  /**
   * Opens the database in `directory`, or creates it there from the empty one in `emptyFile`; takes
   * 0.2 s, 1.5 s the first time, 1 to 3 s after a crash. Rejects with HISTORY_DIRECTORY.
   */
  static async open(
    directory: string,
    emptyFile: string,
    upkeep = UPKEEP,
  ): Promise<PgliteDatabase> {
    try {
      const pglite = await openDirectory(directory, emptyFile);
      return new PgliteDatabase(pglite, upkeep, directory);
    } catch (error) {
      throw error instanceof HistoryFailure ? error : directoryFailure(directory, error);
    }
  }

  /** A small database that nothing keeps. */
  static async openInMemory(emptyFile: string): Promise<PgliteDatabase> {
    const loadDataDir = await emptyDatabase(emptyFile);
    return new PgliteDatabase(
      await PGlite.create({ loadDataDir, startParams: SMALL_START_PARAMS }),
      UPKEEP,
    );
  }

  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#statements.query(sql, parameters);
  }

  change(sql: string, parameters?: readonly Parameter[]): Promise<number> {
    return this.#statements.change(sql, parameters);
  }

  execute(sql: string): Promise<void> {
    return this.#statements.execute(sql);
  }

  copy(table: string, columns: readonly string[], binaryRows: Uint8Array): Promise<void> {
    return this.#statements.copy(table, columns, binaryRows);
  }

  async transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    const outcome = await wrapped(() => this.#attempt(work));
    if ("error" in outcome) throw outcome.error;
    await this.#keepUp();
    return outcome.result;
  }

  /**
   * Fulfilled once all that is committed lies on the disk itself and needs no recovery: PGlite
   * leaves that to the system. Takes as long as writing it; for between two transactions.
   */
  async sync(): Promise<void> {
    await this.execute("CHECKPOINT");
    if (this.#directory !== "") await wrapped(() => syncTree(this.#directory));
  }

  /** With a checkpoint before it, so that the next open has nothing to recover. */
  async close(): Promise<void> {
    await this.execute("CHECKPOINT");
    await wrapped(() => this.#pglite.close());
  }

  /** The error of `work` comes back as a value, so that it is not taken for the database's own. */
  async #attempt<Result>(work: (statements: Statements) => Promise<Result>) {
    return this.#pglite.transaction(async (transaction) => {
      try {
        return { result: await work(statementsOf(transaction)) };
      } catch (error) {
        await transaction.rollback();
        return { error };
      }
    });
  }

  async #keepUp(): Promise<void> {
    this.#transactionsSinceUpkeep++;
    if (this.#transactionsSinceUpkeep < this.#upkeep.transactionsBetween) return;
    this.#transactionsSinceUpkeep = 0;
    const [needs] = await this.query(UPKEEP_NEEDS);
    if (Number(needs?.["transactions"]) > this.#upkeep.transactionsMax) {
      await this.execute("VACUUM (FREEZE)");
    }
    if (Number(needs?.["wal_bytes"]) > this.#upkeep.walBytesMax) await this.execute("CHECKPOINT");
  }
}

/** A marker beside the directory says that its creation was not finished: then it starts anew. */
async function openDirectory(directory: string, emptyFile: string): Promise<PGlite> {
  const marker = `${directory}.creating`;
  if (existsSync(marker)) await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  if (existsSync(join(directory, "PG_VERSION"))) return startPglite(directory);

  const found = await readdir(directory);
  if (found.length > 0) {
    throw new HistoryFailure(
      HISTORY_DIRECTORY,
      `${directory}: expected a PostgreSQL data directory or an empty one, ` +
        `found ${found.length} other files, the first is ${found[0]}`,
    );
  }
  await writeFile(marker, "");
  const pglite = await startPglite(directory, { loadDataDir: await emptyDatabase(emptyFile) });
  await pglite.exec("CHECKPOINT");
  await rm(marker);
  return pglite;
}

async function syncTree(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const isOpened = (entry: Dirent) => process.platform !== "win32" || !entry.isDirectory();
  for (const entry of entries.filter(isOpened)) {
    const file = await open(join(entry.parentPath, entry.name), entry.isDirectory() ? "r" : "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

function startPglite(directory: string, options: PGliteOptions = {}): Promise<PGlite> {
  return PGlite.create({ fs: new NodeFS(directory), startParams: START_PARAMS, ...options });
}

function statementsOf(pglite: PGlite | Transaction): Statements {
  return {
    query: (sql, parameters = []) =>
      wrapped(async () => (await pglite.query<Row>(sql, [...parameters])).rows),
    change: (sql, parameters = []) =>
      wrapped(async () => (await pglite.query(sql, [...parameters])).affectedRows ?? 0),
    execute: (sql) =>
      wrapped(async () => {
        await pglite.exec(sql);
      }),
    copy: (table, columns, binaryRows) =>
      wrapped(async () => {
        const blob = new Blob([binaryRows as Uint8Array<ArrayBuffer>]);
        const sql = `COPY ${table} (${columns.join(", ")}) FROM '/dev/blob' WITH (FORMAT binary)`;
        await pglite.exec(sql, { blob });
      }),
  };
}

async function wrapped<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw databaseFailure(error);
  }
}

/** Never called a damaged directory where the disk is what fails: then nothing is to be deleted. */
export function directoryFailure(
  directory: string,
  cause: unknown,
  freeBytes = freeBytesAt(directory),
): HistoryFailure {
  const why = reasonOf(cause);
  const message =
    freeBytes < OPENING_BYTES
      ? `${directory}: expected ${OPENING_BYTES} bytes free on its disk, to open the database, ` +
        `found ${freeBytes} (${why}); make room and start again`
      : `${directory}: expected a PostgreSQL 18 data directory, found one that does not open ` +
        `(${why}); delete it, and what the log still has is written again`;
  return new HistoryFailure(HISTORY_DIRECTORY, message, { cause });
}

/** Of the directory's disk. */
export function freeBytesAt(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY; // The disk does not say.
  }
}

/** What PGlite throws may be a number of WASI's in an object, or an abort without a reason. */
function reasonOf(cause: unknown): string {
  const errno = (cause as { readonly errno?: unknown } | undefined)?.errno;
  if (typeof errno === "number" && !(cause instanceof Error)) {
    return WASI_ERRNOS.get(errno) ?? `error ${errno}`;
  }
  return messageOf(cause);
}

function databaseFailure(cause: unknown): HistoryFailure {
  return new HistoryFailure(HISTORY_DATABASE, `history database: ${reasonOf(cause)}`, { cause });
}
