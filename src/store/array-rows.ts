// Rows as one PostgreSQL array a column, for statements that join with unnest($1, $2, ...). Arrays
// are sent as text literals: {1,2,3}. Source: PostgreSQL documentation, 8.15 "Arrays".

import { assert } from "../base/assert.ts";
import type { RowSink } from "./row-sink.ts";

export class ArrayRows implements RowSink {
  readonly #columns: (number | string)[][];
  #rowCount = 0;
  #column: number;

  constructor(columnCount: number) {
    this.#columns = Array.from({ length: columnCount }, () => []);
    this.#column = columnCount;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  startRow(): void {
    assert(this.#column === this.#columns.length, "a row has all its columns");
    this.#column = 0;
    this.#rowCount++;
  }

  bigint(value: number): void {
    this.#push(value);
  }

  integer(value: number): void {
    this.#push(value);
  }

  smallint(value: number): void {
    this.#push(value);
  }

  text(text: string): void {
    this.#push(`"${text.replace(/["\\]/g, "\\$&")}"`);
  }

  absent(): void {
    this.#push("NULL");
  }

  /** One array literal a column, in their order. */
  literals(): string[] {
    return this.#columns.map((values) => `{${values.join(",")}}`);
  }

  clear(): void {
    for (const values of this.#columns) values.length = 0;
    this.#rowCount = 0;
  }

  #push(literal: number | string): void {
    this.#columns[this.#column++]?.push(literal);
  }
}
