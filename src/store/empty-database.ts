// A PostgreSQL data directory without tables, packed. Unpacking one takes a fifth of the processor
// time in which PostgreSQL makes one, so the build makes it once (tools/build-database.ts).

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";

/** PGlite knows by it that the directory is compressed. */
const PACKED_TYPE = "application/x-gzip";

/** For PGlite's `loadDataDir`: what the build left in `file`, or a new one where nobody built. */
export async function emptyDatabase(file: string): Promise<Blob> {
  if (!existsSync(file)) return makeEmptyDatabase();
  return new Blob([await readFile(file)], { type: PACKED_TYPE });
}

/** Takes 4 s of a core. */
export async function makeEmptyDatabase(): Promise<Blob> {
  const pglite = await PGlite.create();
  await pglite.exec("CHECKPOINT");
  const packed = await pglite.dumpDataDir("gzip");
  await pglite.close();
  return packed;
}
