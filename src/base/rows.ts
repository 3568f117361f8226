// hot path
// Memory for tables whose rows are a half, one or two cache lines long, so that a row lies on as
// few lines as it can: a step to a line that is not at hand is what a command costs (decision
// 0014). Rows are found as `words[(row & mask) * ROW_WORDS + FIELD]`: the mask changes no row, and
// tells the compiler that every field is inside the table, so that it checks no bounds (0011).

const LINE_BYTES = 64;
/** Where malloc's own header ends: a large piece of memory begins so far into a page. */
const HEADER_BYTES = 16;

/**
 * Zeros from the start of a line, touched only when used; `rowBytes` is a multiple of eight. Field
 * f of a row is `wordColumn(f)[(row & mask) * rowWords]`: every column is as long as any other, so
 * one look at the bounds is enough for all fields of a row.
 */
export function createRows(rowsMax: number, rowBytes: number) {
  const mask = rowMaskOf(rowsMax);
  const bytes = (mask + 1) * rowBytes;
  const from = LINE_BYTES - HEADER_BYTES;
  const buffer = new ArrayBuffer(from + bytes);

  /** The field `word` words from the start of each row. */
  function wordColumn(word: number): Int32Array<ArrayBuffer> {
    const offset = from + word * Int32Array.BYTES_PER_ELEMENT;
    return new Int32Array(buffer, offset, mask * (rowBytes / Int32Array.BYTES_PER_ELEMENT) + 1);
  }

  /** The field `real` doubles from the start of each row. */
  function realColumn(real: number): Float64Array<ArrayBuffer> {
    const offset = from + real * Float64Array.BYTES_PER_ELEMENT;
    return new Float64Array(buffer, offset, mask * (rowBytes / Float64Array.BYTES_PER_ELEMENT) + 1);
  }

  return {
    words: new Int32Array(buffer, from, bytes / Int32Array.BYTES_PER_ELEMENT),
    /** The same bytes as doubles. */
    reals: new Float64Array(buffer, from, bytes / Float64Array.BYTES_PER_ELEMENT),
    mask,
    wordColumn,
    realColumn,
  };
}

/** Keeps every row below `rowsMax` as it is; one more than the mask is a power of two. */
export function rowMaskOf(rowsMax: number): number {
  return (1 << (32 - Math.clz32(rowsMax - 1))) - 1;
}
