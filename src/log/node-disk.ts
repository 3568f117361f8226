// The real disk. On Linux files are written with O_DSYNC: the write is durable when it returns, so
// a commit is one trip through the thread pool and not two; only the first sync() of a file does
// work (docs/decisions/0010-log-format.md has the numbers). Elsewhere sync() is fdatasync, which on
// macOS is the one that reaches the medium.

import * as fs from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { assert } from "../base/assert.ts";
import { messageOf, withPath } from "../ops/thrown.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { acquireLock } from "./lock.ts";
import { LOG_READ_FAILED, LogFailure, type LogPlace } from "./log-failure.ts";

const WRITES_ARE_DURABLE = process.platform === "linux";
const DURABLE_FLAG = WRITES_ARE_DURABLE ? fs.constants.O_DSYNC : 0;
const { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } = fs.constants;
export const CREATE_FLAGS = O_RDWR | O_CREAT | O_TRUNC | DURABLE_FLAG;
export const WRITE_FLAGS = O_RDWR | DURABLE_FLAG;

export class NodeFile implements BlockFile {
  readonly path: string;
  protected readonly descriptor: number;
  #isDurable = false; // An earlier process may have left writes that nobody synced.

  constructor(path: string, flags: number) {
    this.path = path;
    this.descriptor = fs.openSync(path, flags, 0o644);
  }

  sizeBytes(): number {
    return fs.fstatSync(this.descriptor).size;
  }

  read(bytes: Uint8Array, startBytes: number, endBytes: number, offsetBytes: number): number {
    let at = startBytes;
    try {
      while (at < endBytes) {
        const position = offsetBytes + at - startBytes;
        const count = fs.readSync(this.descriptor, bytes, at, endBytes - at, position);
        if (count === 0) break;
        at += count;
      }
    } catch (cause) {
      throw readFailed({ file: this.path, offsetBytes }, endBytes - at, cause);
    }
    return at - startBytes;
  }

  async write(
    bytes: Uint8Array,
    startBytes: number,
    endBytes: number,
    offsetBytes: number,
  ): Promise<void> {
    let at = startBytes;
    while (at < endBytes) {
      // The system may take a part, for one when the disk fills up; the next call says why.
      at += await this.#writeSome(bytes, at, endBytes, offsetBytes + at - startBytes);
    }
    assert(at === endBytes, "a write takes no more than it was given");
  }

  sync(): Promise<void> {
    if (this.#isDurable) return Promise.resolve();
    return new Promise((fulfill, reject) => {
      fs.fdatasync(this.descriptor, (error) => {
        if (error !== null) return reject(withPath(error, this.path));
        this.#isDurable = WRITES_ARE_DURABLE;
        fulfill();
      });
    });
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }

  #writeSome(bytes: Uint8Array, at: number, endBytes: number, position: number): Promise<number> {
    return new Promise((fulfill, reject) => {
      fs.write(this.descriptor, bytes, at, endBytes - at, position, (error, count) => {
        if (error !== null) reject(withPath(error, this.path));
        else if (count === 0) reject(noByteWritten(this.path));
        else fulfill(count);
      });
    });
  }
}

export function noByteWritten(path: string): Error {
  return new Error(`no byte of ${basename(path)} was written`);
}

function readFailed(place: LogPlace, wantedBytes: number, cause: unknown): LogFailure {
  const message = `expected ${wantedBytes} bytes to read, found ${messageOf(cause)}`;
  return new LogFailure(LOG_READ_FAILED, message, { place, cause });
}

export const nodeDisk: Disk = {
  async makeDirectory(directory: string): Promise<void> {
    const path = resolve(directory);
    const highest = fs.mkdirSync(path, { recursive: true });
    if (highest === undefined) return; // It was there.
    for (let made = path; made.length >= highest.length; made = dirname(made)) {
      await syncDirectory(dirname(made)); // A new name is durable once its directory is.
    }
  },
  names(directory: string): string[] {
    return fs.readdirSync(directory);
  },
  exists(path: string): boolean {
    return fs.existsSync(path);
  },
  freeBytes(directory: string): number {
    const { bavail, bsize } = fs.statfsSync(directory);
    return bavail * bsize;
  },
  create(path: string): BlockFile {
    return new NodeFile(path, CREATE_FLAGS);
  },
  openToWrite(path: string): BlockFile {
    return new NodeFile(path, WRITE_FLAGS);
  },
  openToRead(path: string): BlockFile {
    return new NodeFile(path, O_RDONLY);
  },
  rename(fromPath: string, toPath: string): void {
    fs.renameSync(fromPath, toPath);
  },
  remove(path: string): void {
    fs.unlinkSync(path);
  },
  syncDirectory,
  lock: acquireLock,
};

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return; // A directory cannot be opened there.
  const handle = await fs.promises.open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
