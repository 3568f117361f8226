// hot path
// Memory for tables whose rows are a half, one or two cache lines long, so that a row lies on as
// few lines as it can: a step to a line that is not at hand is what a command costs (decision
// 0014).

const LINE_BYTES = 64;
/** Where malloc's own header ends: a large piece of memory begins so far into a page. */
const HEADER_BYTES = 16;

/** `bytes` zeros, a multiple of eight, from the start of a line; touched only when used. */
export function createRows(bytes: number) {
  const from = LINE_BYTES - HEADER_BYTES;
  const buffer = new ArrayBuffer(from + bytes);
  return {
    words: new Int32Array(buffer, from, bytes / Int32Array.BYTES_PER_ELEMENT),
    /** The same bytes as doubles. */
    reals: new Float64Array(buffer, from, bytes / Float64Array.BYTES_PER_ELEMENT),
  };
}
