// The real disk for a thread that does nothing meanwhile: it waits itself for what it writes.
// Node's pool has one lock for the process, which the log needs for each write, and a thread that
// gives way to all can lose its core while it has it (docs/decisions/0031).

import * as fs from "node:fs";
import type { BlockFile, Disk } from "./disk.ts";
import { CREATE_FLAGS, NodeFile, noByteWritten, nodeDisk, WRITE_FLAGS } from "./node-disk.ts";

class WaitedForFile extends NodeFile {
  override write(
    bytes: Uint8Array,
    startBytes: number,
    endBytes: number,
    offsetBytes: number,
  ): Promise<void> {
    return waitedFor(() => {
      let at = startBytes;
      while (at < endBytes) {
        const position = offsetBytes + at - startBytes;
        const count = fs.writeSync(this.descriptor, bytes, at, endBytes - at, position);
        if (count === 0) throw noByteWritten(this.path);
        at += count;
      }
    });
  }

  override sync(): Promise<void> {
    return waitedFor(() => fs.fdatasyncSync(this.descriptor));
  }
}

export const waitedForDisk: Disk = {
  ...nodeDisk,
  create(path: string): BlockFile {
    return new WaitedForFile(path, CREATE_FLAGS);
  },
  openToWrite(path: string): BlockFile {
    return new WaitedForFile(path, WRITE_FLAGS);
  },
  syncDirectory(directory: string): Promise<void> {
    return waitedFor(() => {
      if (process.platform === "win32") return; // A directory cannot be opened there.
      const descriptor = fs.openSync(directory, "r");
      try {
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
    });
  },
};

/** What has been done already, or has failed, as a promise. */
function waitedFor(act: () => void): Promise<void> {
  return new Promise((resolve) => {
    act();
    resolve();
  });
}
