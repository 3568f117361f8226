// The tables of docs/protocols as data; of journal.md unless another page is named.

import { readFileSync } from "node:fs";

export type Field = {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly meaning: string;
};

const JOURNAL = "journal.md";
const TYPE_BYTES = new Map([
  ["u8", 1],
  ["u16", 2],
  ["u32", 4],
  ["i32", 4],
  ["u64", 8],
  ["i64", 8],
]);

/** Lines of the section under this heading, up to the next heading of its level or above. */
export function sectionOf(heading: string, page = JOURNAL): string[] {
  const url = new URL(`../../docs/protocols/${page}`, import.meta.url);
  const lines = readFileSync(url, "utf8").split("\n");
  const first = lines.indexOf(heading);
  if (first === -1) throw new Error(`expected "${heading}" in ${page}, found none`);
  const level = heading.indexOf(" ");
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return end === -1 ? rest : rest.slice(0, end);
}

export function headingsOf(level: string, heading: string, page = JOURNAL): string[] {
  return sectionOf(heading, page).filter((line) => line.startsWith(`${level} `));
}

/** Cells of the rows of the first table in the section; header and rule left out. */
export function rowsOf(heading: string, page = JOURNAL): string[][] {
  const lines = sectionOf(heading, page);
  const first = lines.findIndex((line) => line.startsWith("|"));
  const rows: string[][] = [];
  for (const line of lines.slice(first + 2)) {
    if (!line.startsWith("|")) break;
    rows.push(
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

export function fieldsOf(heading: string, page = JOURNAL): Field[] {
  return rowsOf(heading, page).map(([name, offset, type, meaning]) => {
    const bytes = TYPE_BYTES.get(type) ?? Number(/^(\d+) bytes$/.exec(type)?.[1]);
    return { name, offset: Number(offset), bytes, meaning };
  });
}

/** orderQtyLots -> ORDER_QTY_LOTS, "cancel rejected" -> CANCEL_REJECTED */
export function constantName(words: string): string {
  return words
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll(" ", "_")
    .toUpperCase();
}
