// A consensus flow file loaded whole, as columns: the benchmark's input, all in memory and touched
// before the clock starts.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { COMMAND_BYTES, HEADER_BYTES } from "../../market/consensus-flow.ts";
import type { Flow } from "./flow-run.ts";

/** Throws when the file is no consensus flow: its length must be what its count says. */
export function loadFlow(path: string): Flow {
  const raw = gunzipSync(readFileSync(path));
  const commands = raw.length < HEADER_BYTES ? 0 : raw.readUInt32LE(0);
  const expectedBytes = HEADER_BYTES + commands * COMMAND_BYTES;
  if (raw.length !== expectedBytes || commands === 0) {
    throw new Error(
      `${path}: expected a consensus flow, ${expectedBytes} bytes for ${commands} commands, ` +
        `found ${raw.length} bytes`,
    );
  }
  const column = (from: number, bytesEach: number) =>
    new Uint8Array(raw.subarray(from, from + commands * bytesEach)).buffer;
  return {
    commands,
    flags: new Uint8Array(column(HEADER_BYTES, 1)),
    qtyLots: new Uint8Array(column(HEADER_BYTES + commands, 1)),
    orderIds: new Uint32Array(column(HEADER_BYTES + 2 * commands, 4)),
    priceTicks: new Int32Array(column(HEADER_BYTES + 6 * commands, 4)),
  };
}
