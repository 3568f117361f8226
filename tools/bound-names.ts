// What the build does to names, so that V8 knows what they stand for when it compiles
// (docs/decisions/0011). To V8 an import, an export or the name of a function is a cell that may
// still change: each use loads it and compares what it finds with what was there before, forty
// bytes of code a call. A constant is known. Lines stay where they are, so source maps stay right.

const RELATIVE_IMPORT = /^import \{ (.*) \} from "(\..*)";$/gm;
const EXPORTS = /^export \{ (.+) \};$/gm;
const FUNCTION = /^(\t*)((?:async )?function\*?) (\w+)\(/;
const IMPORT = /^import /;

/**
 * Gives the names that a module imports, and those that it exports, constants of their own. What a
 * module exports must not change later (no `export let`), and no two modules may import each
 * other's values.
 */
export function bindImports(code: string): string {
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

/**
 * Makes the name of every declared function a constant, set where its scope begins: as declared it
 * is there before anything else, so nothing can be called too early. The function itself is called
 * `name$`, which is what a profile shows.
 */
export function bindFunctions(code: string): string {
  const lines = code.split("\n");
  const moduleNames: string[] = [];
  const namesIn = new Map<number, string[]>();
  for (const [at, line] of lines.entries()) {
    const match = FUNCTION.exec(line);
    if (match === null) continue;
    const [declaration, indent = "", keyword, name = ""] = match;
    lines[at] = `${indent}${keyword} ${name}$(${line.slice(declaration.length)}`;
    if (indent === "") {
      moduleNames.push(name);
      continue;
    }
    const scopeAt = scopeBefore(lines, at, indent.length - 1);
    namesIn.set(scopeAt, [...(namesIn.get(scopeAt) ?? []), name]);
  }
  for (const [at, names] of namesIn) lines[at] += ` ${constantsOf(names)}`;
  const begins = lines.findIndex((line) => !IMPORT.test(line));
  if (moduleNames.length > 0) lines[begins] = `${constantsOf(moduleNames)} ${lines[begins]}`;
  return lines.join("\n");
}

function constantsOf(names: readonly string[]): string {
  return `const ${names.map((name) => `${name} = ${name}$`).join(", ")};`;
}

/** The line that opens the scope of line `at`: the last one before it with so many tabs. */
function scopeBefore(lines: readonly string[], at: number, tabs: number): number {
  const scopeAt = lines.findLastIndex(
    (line, i) => i < at && line.startsWith("\t".repeat(tabs)) && /\S/.test(line[tabs] ?? ""),
  );
  if (lines[scopeAt]?.endsWith("{")) return scopeAt;
  throw new Error(
    `a function is declared in a scope that a line before it opens, found: ${lines[scopeAt]}`,
  );
}

/** `a as b, c` as [a, b], [c, c]. */
function pairsOf(names: string): [string, string][] {
  return names.split(", ").map((name) => {
    const [from = name, to = from] = name.split(" as ");
    return [from, to];
  });
}
