// Input that cannot be what it says it is. The message names the place, what should stand there and
// what does. `place` is a line number for text and a record number for binary files.

export type FlowErrorCode = "FLOW_FORMAT" | "FLOW_LINE" | "FLOW_FILE";

export class FlowError extends Error {
  override name = "FlowError";
  readonly code: FlowErrorCode;

  constructor(code: FlowErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** `unit` is "line" or "record", counted as people count them in that format. */
  static atPlace(
    path: string,
    unit: "line" | "record",
    place: number,
    expected: string,
    found: string,
  ): FlowError {
    const where = unit === "line" ? `${path}:${place}` : `${path}: record ${place}`;
    return new FlowError("FLOW_LINE", `${where}: expected ${expected}, found ${found}`);
  }
}

const FOUND_CHARACTERS_MAX = 80; // Enough to recognize the line; a whole one may be megabytes.

/** A piece of input for an error message: quoted, printable, cut to a readable length. */
export function quoteFound(text: string): string {
  if (text === "") return "nothing";
  const cut =
    text.length > FOUND_CHARACTERS_MAX ? `${text.slice(0, FOUND_CHARACTERS_MAX)}...` : text;
  return JSON.stringify(cut);
}
