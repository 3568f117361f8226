// A disk for tests: the real one behind it, told when to be slow and when to fail. A failed write
// leaves its first half in the file, as a crash or a full disk may.

import type { BlockFile, Disk } from "./disk.ts";

export type DiskOperation = "create" | "write" | "sync";

export class FaultyDisk implements Disk {
  readonly #disk: Disk;
  readonly #faults = new Map<string, NodeJS.ErrnoException>();
  #gate: PromiseWithResolvers<void> | undefined;
  /** Operations on files in use (not on those being prepared), in order: "write", "sync". */
  readonly operations: DiskOperation[] = [];

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /**
   * From now on `operation` fails with `code` on files in use (".log") or in preparation (".new").
   */
  fail(operation: DiskOperation, nameEnd: ".log" | ".new", code: "EIO" | "ENOSPC"): void {
    const error: NodeJS.ErrnoException = new Error(`${code}: told to fail, ${operation}`);
    error.code = code;
    this.#faults.set(operation + nameEnd, error);
  }

  /** Whatever fail() said is over. */
  mend(): void {
    this.#faults.clear();
  }

  /** Writes to files in use wait until letGo(). */
  hold(): void {
    this.#gate = Promise.withResolvers();
  }

  letGo(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** Throws what fail() said; waits while held. */
  async pass(operation: DiskOperation, path: string): Promise<void> {
    if (path.endsWith(".log")) {
      this.operations.push(operation);
      await this.#gate?.promise;
    }
    this.#refuse(operation, path);
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#disk.makeDirectory(directory);
  }
  names(directory: string): string[] {
    return this.#disk.names(directory);
  }
  exists(path: string): boolean {
    return this.#disk.exists(path);
  }
  freeBytes(directory: string): number {
    return this.#disk.freeBytes(directory);
  }
  create(path: string): BlockFile {
    this.#refuse("create", path);
    return new FaultyFile(this, this.#disk.create(path));
  }
  openToWrite(path: string): BlockFile {
    return new FaultyFile(this, this.#disk.openToWrite(path));
  }
  openToRead(path: string): BlockFile {
    return this.#disk.openToRead(path);
  }
  rename(fromPath: string, toPath: string): void {
    this.#disk.rename(fromPath, toPath);
  }
  remove(path: string): void {
    this.#disk.remove(path);
  }
  syncDirectory(directory: string): Promise<void> {
    return this.#disk.syncDirectory(directory);
  }
  lock(directory: string): () => void {
    return this.#disk.lock(directory);
  }

  #refuse(operation: DiskOperation, path: string): void {
    const fault = this.#faults.get(operation + path.slice(-4));
    if (fault !== undefined) throw fault;
  }
}

class FaultyFile implements BlockFile {
  readonly path: string;
  readonly #disk: FaultyDisk;
  readonly #file: BlockFile;

  constructor(disk: FaultyDisk, file: BlockFile) {
    this.path = file.path;
    this.#disk = disk;
    this.#file = file;
  }

  sizeBytes(): number {
    return this.#file.sizeBytes();
  }
  read(bytes: Uint8Array, startBytes: number, endBytes: number, offsetBytes: number): number {
    return this.#file.read(bytes, startBytes, endBytes, offsetBytes);
  }
  async write(
    bytes: Uint8Array,
    startBytes: number,
    endBytes: number,
    offsetBytes: number,
  ): Promise<void> {
    const halfBytes = startBytes + Math.floor((endBytes - startBytes) / 2);
    try {
      await this.#disk.pass("write", this.path);
    } catch (error) {
      await this.#file.write(bytes, startBytes, halfBytes, offsetBytes);
      throw error;
    }
    await this.#file.write(bytes, startBytes, endBytes, offsetBytes);
  }
  async sync(): Promise<void> {
    await this.#disk.pass("sync", this.path);
    await this.#file.sync();
  }
  close(): void {
    this.#file.close();
  }
}
