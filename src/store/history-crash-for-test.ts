// A process that writes a random market's history into a directory and may kill itself, as kill -9
// would, before a given statement. Its parent starts it again and again: it finds out whether
// position and rows agree, and goes on.
//
//   node history-crash-for-test.ts DIRECTORY COMMANDS [STATEMENTS_UNTIL_DEATH]

import assert from "node:assert/strict";
import type { Database, Statements } from "./database.ts";
import { EMPTY_DATABASE_FILE } from "./empty-database-for-test.ts";
import { RandomMarket } from "./event-batches-for-test.ts";
import { HistoryWriter } from "./history-writer.ts";
import { PgliteDatabase } from "./pglite-database.ts";
import { tableDigest } from "./table-digest-for-test.ts";

export const CRASH_SEED = 31;
const COMMANDS_A_FLUSH = 40;

async function run(directory: string, commands: number, statements: number): Promise<void> {
  const pglite = await PgliteDatabase.open(directory, EMPTY_DATABASE_FILE);
  const mortal = new MortalDatabase(pglite, statements);
  const writer = await HistoryWriter.open(pglite);
  await checkAgreement(pglite, writer.position());
  console.log(`position ${writer.position()}`);
  await writeFrom(await HistoryWriter.open(mortal), commands);
  console.log(`digest ${await tableDigest(pglite)}`);
  await pglite.close();
}

/** Gives the writer every command from the first: those it has already it must skip. */
export async function writeFrom(writer: HistoryWriter, commands: number): Promise<void> {
  const market = new RandomMarket(CRASH_SEED);
  for (let sequence = 1; sequence <= commands; sequence++) {
    const words = market.nextBatch();
    writer.add(words, 0, words.length);
    if (sequence % COMMANDS_A_FLUSH === 0) await writer.flush();
  }
  await writer.flush();
}

/** The tables end exactly at the position: every command of this market has an execution. */
async function checkAgreement(database: Database, position: number): Promise<void> {
  const [found] = await database.query(
    `SELECT coalesce(max(sequence), 0) AS last, count(DISTINCT sequence) AS commands,
       (SELECT coalesce(max(last_sequence), 0) FROM orders) AS last_order FROM executions`,
  );
  assert.deepEqual(found, { last: position, commands: position, last_order: position });
}

/** Ends the process in the middle: before a transaction's statement, before or after its commit. */
class MortalDatabase implements Database {
  readonly #database: Database;
  #statementsLeft: number;

  constructor(database: Database, statementsUntilDeath: number) {
    this.#database = database;
    this.#statementsLeft = statementsUntilDeath;
  }

  async transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    const result = await this.#database.transaction(async (statements) => {
      const done = await work({
        query: (...call) => this.#live(() => statements.query(...call)),
        change: (...call) => this.#live(() => statements.change(...call)),
        execute: (...call) => this.#live(() => statements.execute(...call)),
        copy: (...call) => this.#live(() => statements.copy(...call)),
      });
      return this.#live(() => Promise.resolve(done));
    });
    return this.#live(() => Promise.resolve(result));
  }

  query: Statements["query"] = (...call) => this.#database.query(...call);
  change: Statements["change"] = (...call) => this.#database.change(...call);
  execute: Statements["execute"] = (...call) => this.#database.execute(...call);
  copy: Statements["copy"] = (...call) => this.#database.copy(...call);

  close(): Promise<void> {
    return this.#database.close();
  }

  #live<Result>(step: () => Promise<Result>): Promise<Result> {
    if (this.#statementsLeft-- <= 0) process.kill(process.pid, "SIGKILL");
    return step();
  }
}

if (import.meta.main) {
  const [directory = "", commands = "", statements = "Infinity"] = process.argv.slice(2);
  await run(directory, Number(commands), Number(statements));
}
