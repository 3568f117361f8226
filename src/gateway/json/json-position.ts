// Where a text stops being JSON. JSON.parse says so for some faults only; this walks the text
// again, after it has failed, without recursion: a megabyte of brackets is just a long walk.

const SPACE = /[ \t\n\r]*/y;
const CHARACTERS = String.raw`[^"\\\u0000-\u001f]*`;
const ESCAPE = String.raw`\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`;
const STRING = new RegExp(`"${CHARACTERS}(?:${ESCAPE}${CHARACTERS})*"`, "y");
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const SCALAR = new RegExp(`${STRING.source}|${NUMBER}|true|false|null`, "y");

/** What may come next: a value, an object's key, or what follows a value. */
type Expected = "value" | "valueOrEnd" | "key" | "keyOrEnd" | "afterValue";

export type JsonFault = {
  /** Characters from the start. */
  readonly position: number;
  readonly expected: string;
};

/** The first fault of `text`, or undefined when it is JSON after all. */
export function findJsonFault(text: string): JsonFault | undefined {
  const closers: string[] = [];
  let expected: Expected = "value";
  let at = skip(SPACE, text, 0);
  for (;;) {
    const closer = closers.at(-1) ?? "";
    if (expected === "afterValue" && closers.length === 0) {
      return at === text.length ? undefined : { position: at, expected: "the end" };
    }
    const character = text[at] ?? "";
    const mayEnd = expected !== "value" && expected !== "key";
    if (mayEnd && character === closer) {
      closers.pop();
      expected = "afterValue";
      at = skip(SPACE, text, at + 1);
      continue;
    }
    if (expected === "afterValue") {
      if (character !== ",") return { position: at, expected: `"," or "${closer}"` };
      expected = closer === "}" ? "key" : "value";
      at = skip(SPACE, text, at + 1);
      continue;
    }
    if (expected === "key" || expected === "keyOrEnd") {
      const colonAt = skip(SPACE, text, skip(STRING, text, at));
      if (character !== '"' || colonAt === at) return { position: at, expected: "a field name" };
      if (text[colonAt] !== ":") return { position: colonAt, expected: '":"' };
      expected = "value";
      at = skip(SPACE, text, colonAt + 1);
      continue;
    }
    if (character === "{" || character === "[") {
      closers.push(character === "{" ? "}" : "]");
      expected = character === "{" ? "keyOrEnd" : "valueOrEnd";
      at = skip(SPACE, text, at + 1);
      continue;
    }
    const end = skip(SCALAR, text, at);
    if (end === at) return { position: at, expected: "a value" };
    expected = "afterValue";
    at = skip(SPACE, text, end);
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
