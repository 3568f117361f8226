// The bytes of a file, plain or gzip (told apart by gzip's first two bytes), chunk by chunk in
// constant memory, from a given byte of the unpacked content on.

import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  type ReadStream,
  readSync,
} from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { FlowError } from "./flow-error.ts";

const GZIP_MAGIC_LOW = 0x1f;
const GZIP_MAGIC_HIGH = 0x8b;
const CHUNK_BYTES = 64 * 1024; // Large enough that the turn's cost disappears in the reading.

export class ByteSource {
  readonly path: string;
  readonly bytesTotal: number;
  readonly #file: ReadStream;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #skipBytes: number;

  /** `skipBytes` of the unpacked content are read and dropped. */
  constructor(path: string, skipBytes = 0) {
    this.path = path;
    this.#skipBytes = skipBytes;
    const { fd, isGzip, bytesTotal } = openFile(path);
    this.bytesTotal = bytesTotal;
    this.#file = createReadStream(path, { fd, start: 0, highWaterMark: CHUNK_BYTES });
    // A failure is thrown by the read that meets it; without this it would end the process too.
    this.#file.on("error", () => {});
    const bytes = isGzip ? gunzipped(this.#file) : this.#file;
    this.#chunks = bytes[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  /** Bytes taken from the disk so far. */
  get bytesRead(): number {
    return Math.min(this.#file.bytesRead, this.bytesTotal);
  }

  /** The next bytes, at least one; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const result = await this.#read();
      if (result.done === true) return undefined;
      const chunk = result.value;
      const skipped = Math.min(this.#skipBytes, chunk.length);
      this.#skipBytes -= skipped;
      if (skipped < chunk.length) return chunk.subarray(skipped);
    }
  }

  close(): void {
    this.#file.destroy();
  }

  async #read(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#chunks.next();
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }
}

/** The first bytes of the unpacked content, at most `bytesMax`. */
export async function readHead(path: string, bytesMax: number): Promise<Uint8Array> {
  const source = new ByteSource(path);
  const head = new Uint8Array(bytesMax);
  let headBytes = 0;
  while (headBytes < bytesMax) {
    const chunk = await source.next();
    if (chunk === undefined) break;
    const taken = chunk.subarray(0, bytesMax - headBytes);
    head.set(taken, headBytes);
    headBytes += taken.length;
  }
  source.close();
  return head.subarray(0, headBytes);
}

function openFile(path: string): { fd: number; isGzip: boolean; bytesTotal: number } {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    const magic = new Uint8Array(2);
    readSync(fd, magic, 0, 2, 0);
    const isGzip = magic[0] === GZIP_MAGIC_LOW && magic[1] === GZIP_MAGIC_HIGH;
    return { fd, isGzip, bytesTotal: fstatSync(fd).size };
  } catch (cause) {
    if (fd >= 0) closeSync(fd);
    throw unreadable(path, cause);
  }
}

/** A failure anywhere in the pipeline destroys its end, so the reader of the end hears of it. */
function gunzipped(file: ReadStream): AsyncIterable<Uint8Array> {
  return pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
}

/** Why a file of flow cannot be read. */
export function unreadable(path: string, cause: unknown): FlowError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${path}: expected a readable file, plain or gzip: ${reason}`;
  return new FlowError("FLOW_FILE", message, { cause });
}
