// Dead files: every TypeScript file under src is reached from the command line, from a package
// export or from a test, through imports, thread entries and module URLs (source-text.ts).

import path from "node:path/posix";
import type { Finding, ProjectFiles } from "./finding.ts";
import { isProof } from "./rooms.ts";
import { importsOf, type SourceText } from "./source-text.ts";

const COMMAND_LINE = "src/cli/main.ts";

export function checkReachable(
  files: ProjectFiles,
  sources: ReadonlyMap<string, SourceText>,
): Finding[] {
  const reached = new Set<string>();
  const waiting = rootsOf(files);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const source = sources.get(file);
    const text = files.get(file);
    if (reached.has(file) || source === undefined || text === undefined) continue;
    reached.add(file);
    for (const { specifier } of importsOf(text, source)) {
      if (specifier.startsWith(".")) waiting.push(path.join(path.dirname(file), specifier));
    }
  }
  return [...sources.keys()]
    .filter((file) => file.startsWith("src/") && !reached.has(file))
    .map((file) => ({
      file,
      line: 1,
      message: `expected a way here from ${COMMAND_LINE}, a package export or a test, found none`,
    }));
}

function rootsOf(files: ProjectFiles): string[] {
  const proofs = [...files.keys()].filter((file) => isProof(file) || file.startsWith("test/"));
  return [COMMAND_LINE, ...exportedSources(files.get("package.json") ?? "{}"), ...proofs];
}

/** The source files that package.json exports: condition "outcry-source". */
function exportedSources(packageJson: string): string[] {
  const { exports = {} } = JSON.parse(packageJson) as { exports?: Record<string, unknown> };
  return Object.values(exports).flatMap((target) => {
    const source =
      typeof target === "object" && target !== null && "outcry-source" in target
        ? target["outcry-source"]
        : undefined;
    return typeof source === "string" ? [path.normalize(source)] : [];
  });
}
