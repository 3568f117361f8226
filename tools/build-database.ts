// dist-database/empty.tgz: the data directory that each new history starts from.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeEmptyDatabase } from "../src/store/empty-database.ts";
import { ROOT } from "./project-files.ts";

const folder = path.join(ROOT, "dist-database");
const freshFile = path.join(folder, `empty.tgz.fresh-${process.pid}`);
mkdirSync(folder, { recursive: true });
// Put in place whole, as dist is.
writeFileSync(freshFile, Buffer.from(await (await makeEmptyDatabase()).arrayBuffer()));
renameSync(freshFile, path.join(folder, "empty.tgz"));
