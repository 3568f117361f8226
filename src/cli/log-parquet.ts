// `outcry log export --format parquet`: the records as columns, a group of rows at a time, so that
// a log of any length is written with the same memory (docs/decisions/0018).

import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { NamedFields } from "../codec/record-fields.ts";
import { type Column, columnsOf, type ExportRange, eachRecord } from "./log-export.ts";

/** About 50 MB of objects; a reader takes a group at a time too. */
const ROWS_A_GROUP = 50_000;

/** Writes the file at `path`; throws where the log is damaged. */
export function exportParquet(range: ExportRange, path: string): void {
  const columns = columnsOf(range.what);
  const root = { name: "root", num_children: columns.length };
  const schema = [root, ...columns.map(elementOf)];
  // Everything happens at once: a promise comes only from a writer that gives one.
  const writer = new ParquetWriter({ writer: fileWriter(path), schema });
  let rows: NamedFields[] = [];
  const flush = (): void => {
    const columnData = columns.map((column) => ({
      name: column.name,
      data: rows.map((row) => cellOf(row[column.name], column)),
    }));
    void writer.write({ columnData, rowGroupSize: ROWS_A_GROUP });
    rows = [];
  };
  eachRecord(range, (row) => {
    rows.push(row);
    if (rows.length === ROWS_A_GROUP) flush();
  });
  if (rows.length > 0) flush();
  void writer.finish();
}

/** A record has the fields of its kind; the other columns are null. */
function elementOf({ name, type }: Column) {
  return type === "text"
    ? ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" } as const)
    : ({ name, type: "INT64", repetition_type: "OPTIONAL" } as const);
}

function cellOf(value: string | number | undefined, { type }: Column): unknown {
  if (value === undefined) return undefined;
  return type === "text" ? String(value) : BigInt(value);
}
