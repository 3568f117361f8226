// dist/: what runs. Every module of src as JavaScript of its own, with the constants it imports
// written in and its imports bound (docs/decisions/0011), its comments kept and a source map beside
// it. With declarations, for packages, unless `--code-only`. `--out DIR` builds elsewhere. The page
// is built by tools/launch.mjs.

import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { listProjectFiles, ROOT } from "./project-files.ts";

const NOT_SHIPPED = /(\.test|\.fuzz|\.bench|-for-test)\.ts$/;

const RELATIVE_IMPORT = /^import \{ (.*) \} from "(\..*)";$/gm;
const EXPORTS = /^export \{ (.+) \};$/gm;

/**
 * Gives the names that a module imports, and those that it exports, constants of their own. To V8
 * an import or export is a cell that may still change: each use loads it and compares what it finds
 * with what was there before, forty bytes of code a call. A constant is known when the code is
 * compiled. Lines stay where they are, so the source map stays right. What a module exports must
 * not change later (no `export let`), and no two modules may import each other's values.
 */
function bindImports(code: string): string {
  return code
    .replaceAll(RELATIVE_IMPORT, (_line, names: string, from: string) => {
      const pairs = pairsOf(names);
      const imports = pairs.map(([theirs, ours]) => `${theirs} as ${ours}$in`);
      const constants = pairs.map(([, ours]) => `${ours} = ${ours}$in`);
      return `import { ${imports.join(", ")} } from "${from}"; const ${constants.join(", ")};`;
    })
    .replaceAll(EXPORTS, (_line, names: string) => {
      const pairs = pairsOf(names);
      const constants = pairs.map(([ours]) => `${ours}$out = ${ours}`);
      const exports = pairs.map(([ours, theirs]) => `${ours}$out as ${theirs}`);
      return `const ${constants.join(", ")}; export { ${exports.join(", ")} };`;
    });
}

/** `a as b, c` as [a, b], [c, c]. */
function pairsOf(names: string): [string, string][] {
  return names.split(", ").map((name) => {
    const [from = name, to = from] = name.split(" as ");
    return [from, to];
  });
}

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
  for (const { fileName } of output.filter(({ type }) => type === "chunk")) {
    const file = path.join(outFolder, fileName);
    writeFileSync(file, bindImports(readFileSync(file, "utf8")));
  }
  for (const asset of files.filter((file) => !/\.(ts|md)$/.test(file))) {
    cpSync(path.join(ROOT, asset), path.join(outFolder, path.relative("src", asset)));
  }
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
