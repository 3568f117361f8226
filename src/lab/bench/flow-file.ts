// A consensus flow file loaded whole, as columns: the benchmark's input, all in memory and touched
// before the clock starts.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { unreadable } from "../../market/byte-source.ts";
import { COMMAND_BYTES, HEADER_BYTES } from "../../market/consensus-flow.ts";
import { FlowError } from "../../market/flow-error.ts";
import type { Flow } from "./flow-run.ts";

const GZIP_MAGIC = 0x1f8b;

/** Throws when the file is no consensus flow: its length must be what its count says. */
export function loadFlow(path: string): Flow {
  const raw = contentOf(path);
  const commands = raw.length < HEADER_BYTES ? 0 : raw.readUInt32LE(0);
  if (raw.length !== HEADER_BYTES + commands * COMMAND_BYTES || commands === 0) {
    const expected = `a consensus flow: u32 count, then ${COMMAND_BYTES} bytes a command`;
    const found = `${raw.length} bytes of something else, or of a part`;
    throw new FlowError("FLOW_FORMAT", `${path}: expected ${expected}, found ${found}`);
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

/** Plain or gzip. */
function contentOf(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    const isGzip = bytes.length >= 2 && bytes.readUInt16BE(0) === GZIP_MAGIC;
    return isGzip ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
