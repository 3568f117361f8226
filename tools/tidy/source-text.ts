// TypeScript and JavaScript read as text: what is code, what is comment, what is imported. Enough
// for a fence and no parser; the compiler has read the same file before.

export type SourceText = {
  /** Same length and lines as the source; comments and the insides of texts are blanks. */
  readonly code: string;
  /** Same length and lines as the source; everything but comments is blanks. */
  readonly comments: string;
};

export type ImportedModule = {
  readonly specifier: string;
  /** Where the specifier stands, for the line number. */
  readonly offset: number;
};

/** One token at a time: a comment, a text, a word, blanks, else one character. */
const TOKEN = new RegExp(
  [
    /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)/,
    /(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/,
    /(?<word>[\w$#]+)|(?<blank>\s+)|(?<other>[\s\S])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gy",
);
/** A template up to its end or to the next placeholder, whose code is read as code. */
const TEMPLATE_PART = /(?<text>(?:\\[\s\S]|\$(?!\{)|[^`\\$])*)(?<end>`|\$\{|$)/gy;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/gy;

/** After these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = new Set(["", "return", "typeof", "case", ..."([{,;=:!&|?+-*%<>~^"]);

export function readSource(source: string): SourceText {
  const reader = new SourceReader(source);
  reader.readAll();
  return { code: reader.code, comments: reader.comments };
}

class SourceReader {
  readonly #source: string;
  readonly #templateDepths: number[] = []; // Brace depth outside each open `${`.
  #depth = 0;
  #at = 0;
  #significant = ""; // The last token of code, to tell a regular expression from a division.
  code = "";
  comments = "";

  constructor(source: string) {
    this.#source = source;
  }

  readAll(): void {
    while (this.#at < this.#source.length) this.#readToken();
  }

  #readToken(): void {
    const { comment, text, word, blank, other } = this.#match(TOKEN).groups ?? {};
    if (comment !== undefined) this.#emit("", comment);
    else if (blank !== undefined) this.#emit(blank, "");
    else if (text !== undefined) this.#emitText(text);
    else if (other !== undefined) this.#readOther(other);
    else this.#emitSignificant(word);
  }

  #readOther(character: string): void {
    if (character === "/" && BEFORE_REGEX.has(this.#significant)) {
      REGEX.lastIndex = this.#at;
      const regex = REGEX.exec(this.#source)?.[0];
      if (regex !== undefined) {
        this.#emitText(regex);
        return;
      }
    }
    this.#emitSignificant(character);
    if (character === "{") this.#depth++;
    if (character === "`") this.#readTemplatePart();
    if (character === "}") {
      if (this.#templateDepths.at(-1) === --this.#depth) {
        this.#templateDepths.pop();
        this.#readTemplatePart();
      }
    }
  }

  #readTemplatePart(): void {
    const { text = "", end = "" } = this.#match(TEMPLATE_PART).groups ?? {};
    this.#emit(blanked(text) + end, "");
    this.#significant = end;
    if (end === "${") this.#templateDepths.push(this.#depth++);
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    if (match === null) throw new Error(`no token at offset ${this.#at}`);
    return match;
  }

  #emitText(text: string): void {
    this.#emit(text[0] + blanked(text.slice(1, -1)) + text.at(-1), "");
    this.#significant = "text";
  }

  #emitSignificant(token: string): void {
    this.#emit(token, "");
    this.#significant = token;
  }

  /** One of the two is the token, the other "". */
  #emit(code: string, comment: string): void {
    this.code += code === "" ? blanked(comment) : code;
    this.comments += comment === "" ? blanked(code) : comment;
    this.#at += code.length + comment.length;
  }
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

const IMPORTS: readonly RegExp[] = [
  /\b(?:from|import)\s*(["'])( *)\1/g, // import ... from "x", export ... from "x", import "x"
  /\bimport\s*\(\s*(["'])( *)\1/g,
];
/** workerUrl(import.meta.url, "x") of src/ops/worker-url.ts starts x as a thread. */
const WORKER = /\bworkerUrl\s*\(\s*import\.meta\.url\s*,\s*(["'])( *)\1/g;
/** new URL("./x.ts", import.meta.url) names a file to run. */
const MODULE_URL = /\bnew\s+URL\s*\(\s*(["'])( *)\1\s*,\s*import\.meta\.url/g;

/** Every module the file names, in any of the ways above; type-only imports count as well. */
export function importsOf(source: string, { code }: SourceText): ImportedModule[] {
  const modules: ImportedModule[] = [];
  const collect = (pattern: RegExp, specifierOf: (text: string) => string): void => {
    for (const match of code.matchAll(pattern)) {
      const offset = match.index + match[0].indexOf(match[1]) + 1;
      const text = source.slice(offset, offset + match[2].length);
      modules.push({ specifier: specifierOf(text), offset });
    }
  };
  for (const pattern of IMPORTS) collect(pattern, (text) => text);
  collect(WORKER, (text) => `./${text.replace(/^\.\//, "")}.ts`);
  collect(MODULE_URL, (text) => text);
  return modules;
}

export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
