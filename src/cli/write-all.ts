// All of a text to a file or a pipe, waiting for a slow reader: what is long never lies in memory.

import { writeSync } from "node:fs";

const REST_MILLIS = 5;

/** False: whoever read it has gone, and what is left is not written. */
export function writeAll(descriptor: number, text: string): boolean {
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    try {
      bytes = bytes.subarray(writeSync(descriptor, bytes));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw error;
      rest(); // Node makes the pipe of its standard output one that never waits.
    }
  }
  return true;
}

function rest(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REST_MILLIS);
}
