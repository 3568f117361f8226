// Where rows go column by column, in a form that one statement takes them all in.

export interface RowSink {
  /** Begins a row; exactly its columns follow, in their order. */
  startRow(): void;
  /** `value` is an integer up to 2^53 - 1 either way, as in the records. */
  bigint(value: number): void;
  integer(value: number): void;
  smallint(value: number): void;
  /** `text` has characters below 256 and none of them is 0. */
  text(text: string): void;
  /** NULL. */
  absent(): void;
}
