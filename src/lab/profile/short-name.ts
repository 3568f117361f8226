// A function's name cut to what fits: template arguments and parameters go first, then the tail.
// The whole name stays in the tooltip.

/** Of a name in a sentence; the table of functions has it whole. */
export const SENTENCE_CHARACTERS = 60;

export function shortenName(name: string, charactersMax: number): string {
  if (name.length <= charactersMax) return name;
  const bare = withoutNested(withoutNested(name, "<", ">"), "(", ")");
  const short = bare === "" ? name : bare;
  return short.length <= charactersMax ? short : `${short.slice(0, charactersMax - 2)}..`;
}

/** `std::map<int, Order>::find(int const&)` without what stands inside the outermost pairs. */
function withoutNested(text: string, open: string, close: string): string {
  if (text.startsWith(open)) return text; // "(garbage collector)" is a name.
  let depth = 0;
  let kept = "";
  for (const character of text) {
    if (character === open) depth++;
    if (depth === 0) kept += character;
    if (character === close && depth > 0) depth--;
  }
  return kept;
}
