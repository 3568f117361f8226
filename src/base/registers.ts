// hot path
// The scalars of a table's state, kept in an array so that a snapshot is byte copies.

/**
 * `count` zeros. V8 keeps a small array inside its heap and looks its address up at every access;
 * one over a buffer of its own has an address that compiled code holds as a constant. Worth five
 * hundredths of the whole engine (decision 0012).
 */
export function createRegisters(count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(new ArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}
