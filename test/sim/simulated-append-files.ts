// Append files (src/ops/append-file.ts) on the simulated disk: the process waits for each step, and
// may die at a change of names.

import { dirname } from "node:path";
import type { AppendFile, AppendFiles } from "../../src/ops/append-file.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { StoredFile } from "./stored-file.ts";

export class SimulatedAppendFiles implements AppendFiles {
  readonly #disk: SimulatedDisk;
  readonly #process: SimulatedProcess;

  constructor(disk: SimulatedDisk, process: SimulatedProcess) {
    this.#disk = disk;
    this.#process = process;
  }

  open(path: string, text: string): AppendFile {
    return new SimulatedAppendFile(this.#disk, this.#process, path, text);
  }

  read(path: string): string {
    const failed = this.#disk.chanceOfFailure();
    if (failed !== undefined) throw failed;
    return Buffer.from(this.#disk.find(path)?.bytes ?? []).toString();
  }

  names(directory: string): readonly string[] {
    return [...this.#disk.filesIn(directory).keys()];
  }
}

class SimulatedAppendFile implements AppendFile {
  readonly #disk: SimulatedDisk;
  readonly #process: SimulatedProcess;
  readonly #path: string;
  #file: StoredFile;

  constructor(disk: SimulatedDisk, process: SimulatedProcess, path: string, text: string) {
    this.#disk = disk;
    this.#process = process;
    this.#path = path;
    this.#file = this.#written(text);
  }

  append(line: string): void {
    this.#write(this.#file, line);
  }

  sync(): void {
    this.#disk.performAtOnce(this.#disk.syncing(this.#process, this.#file));
  }

  replace(text: string): void {
    this.#file = this.#written(text);
  }

  close(): void {}

  #written(text: string): StoredFile {
    const disk = this.#disk;
    const process = this.#process;
    const draftPath = `${this.#path}.new`;
    const file = disk.create(process, draftPath);
    this.#write(file, text);
    disk.performAtOnce(disk.syncing(process, file));
    disk.rename(process, draftPath, this.#path);
    disk.performAtOnce(disk.syncingNames(process, dirname(this.#path)));
    return file;
  }

  #write(file: StoredFile, text: string): void {
    const bytes = Buffer.from(text);
    this.#disk.performAtOnce(this.#disk.writing(this.#process, file, bytes, file.lengthBytes));
  }
}
