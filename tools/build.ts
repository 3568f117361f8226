// dist/: what runs. Every module of src as JavaScript of its own, with the constants it imports
// written in and its imports bound (docs/decisions/0011), its comments kept and a source map beside
// it. With declarations, for packages, unless `--code-only`. `--out DIR` builds elsewhere. The page
// is built by tools/launch.mjs.

import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { bindFunctions, bindImports } from "./bound-names.ts";
import { listProjectFiles, ROOT } from "./project-files.ts";

const NOT_SHIPPED = /(\.test|\.fuzz|\.bench|-for-test)\.ts$/;

/** The first line of a source whose functions are called all the time. */
const HOT = /^\/\/ hot path\n/;

async function buildCode(outFolder: string): Promise<void> {
  const files = listProjectFiles(ROOT).filter((file) => file.startsWith("src/"));
  const modules = files.filter((file) => file.endsWith(".ts") && !NOT_SHIPPED.test(file));
  const bundle = await rolldown({
    cwd: ROOT,
    input: modules,
    platform: "node",
    external: (id) => !id.startsWith(".") && !path.isAbsolute(id),
    optimization: { inlineConst: { mode: "all", pass: 3 } },
    treeshake: false,
  });
  const { output } = await bundle.write({
    dir: outFolder,
    format: "esm",
    preserveModules: true,
    preserveModulesRoot: path.join(ROOT, "src"),
    sourcemap: true,
  });
  for (const chunk of output) {
    if (chunk.type !== "chunk") continue;
    const file = path.join(outFolder, chunk.fileName);
    const code = bindImports(readFileSync(file, "utf8"));
    writeFileSync(file, isHot(chunk.facadeModuleId) ? bindFunctions(code) : code);
  }
  for (const asset of files.filter((file) => !/\.(ts|md)$/.test(file))) {
    cpSync(path.join(ROOT, asset), path.join(outFolder, path.relative("src", asset)));
  }
}

function isHot(source: string | null): boolean {
  return source?.endsWith(".ts") === true && HOT.test(readFileSync(source, "utf8"));
}

/** Type declarations beside the code; returns an exit code. */
function buildDeclarations(outFolder: string): number {
  const tsc = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const project = path.join(ROOT, "tsconfig.build.json");
  const args = [tsc, "-p", project, "--outDir", outFolder];
  const { status, error } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

const { values } = parseArgs({
  options: {
    out: { type: "string", default: path.join(ROOT, "dist") },
    "code-only": { type: "boolean", default: false },
  },
});
const outFolder = path.resolve(values.out);
// Built beside and put in place whole: a process that runs from the old one never meets half a
// build.
const freshFolder = `${outFolder}.fresh-${process.pid}`;
await buildCode(freshFolder);
if (!values["code-only"]) process.exitCode = buildDeclarations(freshFolder);
rmSync(outFolder, { recursive: true, force: true });
renameSync(freshFolder, outFolder);
