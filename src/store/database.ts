// What the history needs of PostgreSQL, whichever way it is reached. One Database is one
// connection: statements and transactions run one after the other in the order of the calls. Every
// call rejects with HistoryFailure.

/** Integers arrive as numbers, bigint columns too: nothing stored here exceeds 2^53 - 1. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;

/** Arrays are passed as PostgreSQL's text literals. */
export type Parameter = number | string;

export interface Statements {
  /** One statement with parameters $1, $2, ...; its rows. */
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** One statement that changes rows; how many. */
  change(sql: string, parameters?: readonly Parameter[]): Promise<number>;
  /** Any number of statements without parameters. */
  execute(sql: string): Promise<void>;
  /** Appends rows to `table` in the form of COPY ... WITH (FORMAT binary), as CopyRows makes it. */
  copy(table: string, columns: readonly string[], binaryRows: Uint8Array): Promise<void>;
}

export interface Database extends Statements {
  /** Commits when `work` resolves; rolls everything back and rejects with its error when not. */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
