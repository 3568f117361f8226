// What the build makes of names, run as it stands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bindFunctions, bindImports } from "./bound-names.ts";

const MODULE = `import "./side.js";
function createTable(first) {
	const rows = [twice(first)];
	add(1);
	function add(
		row,
	) {
		for (const each of [row]) put(each);
		function put(each) {
			rows.push(twice(each));
		}
	}
	return { rows, add };
}
function twice(number) {
	return number * 2;
}`;

type Table = { readonly rows: number[]; add(row: number): void };

/** What the module's createTable makes. */
function tableOf(code: string): Table {
  return new Function(`${code.replace(/^import .*$/m, "")}\nreturn createTable(3);`)() as Table;
}

test("functions do the same under names that cannot change, even called before their lines", () => {
  const bound = bindFunctions(MODULE);
  const table = tableOf(bound);
  table.add(2);
  assert.deepEqual(table.rows, tableOf(MODULE).rows.concat(4));
  assert.equal(bound.split("\n").length, MODULE.split("\n").length);
});

test("every declared function is known by a constant of the scope that it is declared in", () => {
  assert.deepEqual(
    bindFunctions(MODULE)
      .split("\n")
      .flatMap((line, at) => (line.includes("const") && line.includes("$") ? [[at, line]] : [])),
    [
      [
        1,
        "const createTable = createTable$, twice = twice$; function createTable$(first) { " +
          "const add = add$;",
      ],
      [6, "\t) { const put = put$;"],
    ],
  );
});

test("a function in a scope that no line opens stops the build", () => {
  assert.throws(() => bindFunctions("run(() => 1,\n\tfunction named() {}\n);"), {
    message: "a function is declared in a scope that a line before it opens, found: run(() => 1,",
  });
});

test("imports and exports are constants of the module", () => {
  assert.equal(
    bindImports('import { a, b as c } from "./d.js";\nexport { c, e as f };'),
    'import { a as a$in, b as c$in } from "./d.js"; const a = a$in, c = c$in;\n' +
      "const c$out = c, e$out = e; export { c$out as c, e$out as f };",
  );
});
