// The disk of the simulation: files, names, and what of both would survive a loss of power. What
// may take long takes simulated time, may fail, and ends partway when its process dies. Only what a
// sync has reached is durable (the contract of src/log/disk.ts, and no more than that).

import { basename, dirname } from "node:path";
import type { Prng } from "../../src/base/prng.ts";
import type { BlockFile, Disk } from "../../src/log/disk.ts";
import { LOG_LOCKED, LOG_READ_FAILED, LogFailure } from "../../src/log/log-failure.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { StoredFile } from "./stored-file.ts";

/** How the disk is at the moment. */
export type DiskCondition = {
  /** The longest that one operation usually takes. */
  latencyMicros: number;
  /** No byte more than there is. */
  isFull: boolean;
  /** Of 100 operations, how many fail. */
  failuresOf100: number;
  /** Of 1000 changes of names, how many are the last of their process. */
  deathsOf1000: number;
};

export const HEALTHY: Readonly<DiskCondition> = {
  latencyMicros: 300,
  isFull: false,
  failuresOf100: 0,
  deathsOf1000: 0,
};

/** Something that takes time: a write, a sync. */
type Operation = {
  readonly process: SimulatedProcess;
  /** Does all of it. */
  finish(): void;
  /** Does a part of it, as a failure or a death leaves it. */
  finishPartly(): void;
  /** Why it cannot succeed now. */
  refusal(): Error | undefined;
};

/** Names that change together: a name without a file is gone. */
type NameChange = readonly (readonly [path: string, file: StoredFile | undefined])[];

export class SimulatedDisk {
  readonly condition: DiskCondition = { ...HEALTHY };
  /** Bytes that reach the medium together or not at all. */
  readonly #sectorBytes: number;
  readonly #prng: Prng;
  #names = new Map<string, StoredFile>();
  readonly #durableNames = new Map<string, StoredFile>();
  #unsyncedNames: NameChange[] = [];
  /** Segments that the exchange removed, as they were then. */
  readonly #removed = new Map<string, StoredFile>();
  readonly #underWay = new Set<Operation>();
  readonly #owners = new Map<string, SimulatedProcess>();

  constructor(prng: Prng, sectorBytes: number) {
    this.#prng = prng;
    this.#sectorBytes = sectorBytes;
  }

  /** The disk as one process has it. */
  mount(process: SimulatedProcess): Disk {
    return new Mount(this, process);
  }

  /** Runs `read` without faults, and with the segments that were removed because they might be. */
  audit<Result>(read: () => Result): Result {
    const condition = { ...this.condition };
    const names = new Map(this.#names);
    const lastPath = [...names.keys()].filter(isSegment).sort().at(-1) ?? "";
    Object.assign(this.condition, HEALTHY);
    for (const [path, file] of this.#removed) {
      if (path < lastPath && !names.has(path)) this.#names.set(path, file);
    }
    try {
      return read();
    } finally {
      Object.assign(this.condition, condition);
      this.#names = names;
    }
  }

  /** A segment that was lost comes back, unless the exchange has removed later ones since. */
  putBack(path: string, file: StoredFile): void {
    const isNeedless = [...this.#removed.keys()].some((removed) => removed > path);
    if (isNeedless) this.#removed.set(path, file);
    else this.damageName(path, file);
  }

  /** Whether any snapshot is there, whole or not. */
  get hasSnapshots(): boolean {
    return [...this.#names.keys()].some((path) => path.endsWith(".snapshot"));
  }

  create(process: SimulatedProcess, path: string): StoredFile {
    this.mayStop(process);
    if (this.condition.isFull) throw failure("ENOSPC", "no space left");
    const failed = this.chanceOfFailure();
    if (failed !== undefined) throw failed;
    const file = new StoredFile();
    this.changeNames([[path, file]]);
    return file;
  }

  rename(process: SimulatedProcess, fromPath: string, toPath: string): void {
    this.mayStop(process);
    const file = this.find(fromPath);
    if (file === undefined) throw failure("ENOENT", fromPath);
    this.changeNames([
      [toPath, file],
      [fromPath, undefined],
    ]);
  }

  /** Whether the exchange has removed a part of its log. */
  get hasForgotten(): boolean {
    return this.#removed.size > 0;
  }

  remove(path: string, file: StoredFile): void {
    // What a start removes behind the end of the log was never part of it.
    const isBeforeOthers = [...this.#names.keys()].some((each) => isSegment(each) && each > path);
    if (isSegment(path) && isBeforeOthers) this.#removed.set(path, file);
    this.changeNames([[path, undefined]]);
  }

  /** The files of a directory by name: the medium itself, for checkers and for damage. */
  filesIn(directory: string): ReadonlyMap<string, StoredFile> {
    const files = [...this.#names].filter(([path]) => dirname(path) === directory);
    return new Map(files.map(([path, file]) => [basename(path), file] as const).sort());
  }

  find(path: string): StoredFile | undefined {
    return this.#names.get(path);
  }

  /** Its name is gone from the medium, as by a hand that should not have. */
  damageName(path: string, file: StoredFile | undefined): void {
    for (const names of [this.#names, this.#durableNames]) setNames(names, [[path, file]]);
  }

  changeNames(change: NameChange): void {
    setNames(this.#names, change);
    this.#unsyncedNames.push(change);
  }

  /** What the process had under way ends: not at all, in part, or whole. Its locks are free. */
  killProcess(process: SimulatedProcess): void {
    for (const operation of this.#underWay) {
      if (operation.process !== process) continue;
      this.#underWay.delete(operation);
      const way = this.#prng.nextBelow(3);
      if (way === 1) operation.finishPartly();
      if (way === 2) operation.finish();
    }
  }

  /** As killProcess for all, and what is not durable may be gone. */
  losePower(): void {
    for (const { process } of [...this.#underWay]) this.killProcess(process);
    const kept = this.#prng.nextBelow(this.#unsyncedNames.length + 1);
    for (const change of this.#unsyncedNames.slice(0, kept)) setNames(this.#durableNames, change);
    this.#unsyncedNames = [];
    this.#names = new Map(this.#durableNames);
    for (const file of new Set(this.#names.values())) {
      file.losePower(this.#prng, this.#sectorBytes);
    }
  }

  /** Takes time; fulfilled or rejected unless the process dies before. */
  perform(operation: Operation): Promise<void> {
    const { process } = operation;
    return new Promise((resolve, reject) => {
      if (!process.isAlive) return;
      this.#underWay.add(operation);
      process.after(this.#latencyMicros(), () => {
        this.#underWay.delete(operation);
        const refusal = this.#attempt(operation);
        if (refusal === undefined) resolve();
        else reject(refusal);
      });
    });
  }

  /** The process waits for it, and nothing else happens meanwhile. Throws where it fails. */
  performAtOnce(operation: Operation): void {
    if (!operation.process.isAlive) throw operation.process.dieInside();
    const refusal = this.#attempt(operation);
    if (refusal !== undefined) throw refusal;
  }

  writing(
    process: SimulatedProcess,
    file: StoredFile,
    bytes: Uint8Array,
    offsetBytes: number,
  ): Operation {
    return {
      process,
      finish: () => file.write(bytes, offsetBytes),
      finishPartly: () => {
        const written = bytes.subarray(0, this.#prng.nextBelow(bytes.length + 1));
        const fits = this.condition.isFull ? Math.max(0, file.lengthBytes - offsetBytes) : Infinity;
        file.write(written.subarray(0, Math.min(written.length, fits)), offsetBytes);
      },
      refusal: () => {
        const grows = offsetBytes + bytes.length > file.lengthBytes;
        return this.condition.isFull && grows ? failure("ENOSPC", "no space left") : undefined;
      },
    };
  }

  syncing(process: SimulatedProcess, file: StoredFile): Operation {
    const count = file.unsyncedCount;
    return {
      process,
      finish: () => file.makeDurable(count),
      finishPartly: () => {
        if (process.isAlive) file.failSync(count, this.#prng, this.#sectorBytes);
      },
      refusal: () => undefined,
    };
  }

  /** Of the files in `directory`. */
  syncingNames(process: SimulatedProcess, directory: string): Operation {
    const isThere = (change: NameChange): boolean => dirname(change[0][0]) === directory;
    const changes = this.#unsyncedNames.filter(isThere);
    return {
      process,
      finish: () => {
        for (const change of changes) setNames(this.#durableNames, change);
        this.#unsyncedNames = this.#unsyncedNames.filter((change) => !changes.includes(change));
      },
      finishPartly: () => {},
      refusal: () => undefined,
    };
  }

  /** The living process that has locked `directory`. */
  ownerOf(directory: string): SimulatedProcess | undefined {
    const owner = this.#owners.get(directory);
    return owner?.isAlive ? owner : undefined;
  }

  lock(process: SimulatedProcess, directory: string): () => void {
    const owner = this.ownerOf(directory);
    if (owner !== undefined) {
      const message = `expected a directory that no process has open, found ${owner.name}`;
      throw new LogFailure(LOG_LOCKED, message);
    }
    this.#owners.set(directory, process);
    return () => {
      if (this.#owners.get(directory) === process) this.#owners.delete(directory);
    };
  }

  /** Before every change of a name: a process may die there. */
  mayStop(process: SimulatedProcess): void {
    const dies = this.#prng.nextChance(this.condition.deathsOf1000, 1000);
    if (!process.isAlive || dies) throw process.dieInside();
  }

  /** The error of an operation that happens to fail. */
  chanceOfFailure(): Error | undefined {
    const fails = this.#prng.nextChance(this.condition.failuresOf100, 100);
    return fails ? failure("EIO", "input/output error") : undefined;
  }

  /** Does it, or a part of it and returns why. */
  #attempt(operation: Operation): Error | undefined {
    const refusal = operation.refusal() ?? this.chanceOfFailure();
    if (refusal === undefined) operation.finish();
    else operation.finishPartly();
    return refusal;
  }

  #latencyMicros(): number {
    return this.#prng.nextBetween(10, this.condition.latencyMicros);
  }
}

class Mount implements Disk {
  readonly #disk: SimulatedDisk;
  readonly #process: SimulatedProcess;

  constructor(disk: SimulatedDisk, process: SimulatedProcess) {
    this.#disk = disk;
    this.#process = process;
  }

  makeDirectory(directory: string): Promise<void> {
    return this.syncDirectory(directory); // A directory is there once a file is in it.
  }
  names(directory: string): string[] {
    return [...this.#disk.filesIn(directory).keys()];
  }
  freeBytes(): number {
    return Number.POSITIVE_INFINITY; // What a full disk does, a write meets.
  }
  exists(path: string): boolean {
    return this.#disk.find(path) !== undefined;
  }
  create(path: string): BlockFile {
    const file = this.#disk.create(this.#process, path);
    return new MountedFile(this.#disk, this.#process, file, path);
  }
  openToWrite(path: string): BlockFile {
    return this.#open(path);
  }
  openToRead(path: string): BlockFile {
    return this.#open(path);
  }
  rename(fromPath: string, toPath: string): void {
    this.#disk.rename(this.#process, fromPath, toPath);
  }
  remove(path: string): void {
    this.#disk.mayStop(this.#process);
    const file = this.#disk.find(path);
    if (file === undefined) throw failure("ENOENT", path);
    this.#disk.remove(path, file);
  }
  syncDirectory(directory: string): Promise<void> {
    return this.#disk.perform(this.#disk.syncingNames(this.#process, directory));
  }
  lock(directory: string): () => void {
    return this.#disk.lock(this.#process, directory);
  }

  #open(path: string): BlockFile {
    this.#disk.mayStop(this.#process);
    const file = this.#disk.find(path);
    if (file === undefined) throw failure("ENOENT", path);
    return new MountedFile(this.#disk, this.#process, file, path);
  }
}

class MountedFile implements BlockFile {
  readonly path: string;
  readonly #disk: SimulatedDisk;
  readonly #process: SimulatedProcess;
  readonly #file: StoredFile;

  constructor(disk: SimulatedDisk, process: SimulatedProcess, file: StoredFile, path: string) {
    this.path = path;
    this.#disk = disk;
    this.#process = process;
    this.#file = file;
  }

  sizeBytes(): number {
    return this.#file.lengthBytes;
  }
  read(bytes: Uint8Array, startBytes: number, endBytes: number, offsetBytes: number): number {
    const cause = this.#disk.chanceOfFailure();
    if (cause !== undefined) {
      const place = { file: this.path, offsetBytes };
      throw new LogFailure(LOG_READ_FAILED, "expected bytes to read, found EIO", { place, cause });
    }
    const found = this.#file.bytes.subarray(offsetBytes, offsetBytes + endBytes - startBytes);
    bytes.set(found, startBytes);
    return found.length;
  }
  write(
    bytes: Uint8Array,
    startBytes: number,
    endBytes: number,
    offsetBytes: number,
  ): Promise<void> {
    const part = bytes.subarray(startBytes, endBytes);
    return this.#disk.perform(this.#disk.writing(this.#process, this.#file, part, offsetBytes));
  }
  sync(): Promise<void> {
    return this.#disk.perform(this.#disk.syncing(this.#process, this.#file));
  }
  close(): void {}
}

function setNames(names: Map<string, StoredFile>, change: NameChange): void {
  for (const [path, file] of change) {
    if (file === undefined) names.delete(path);
    else names.set(path, file);
  }
}

function isSegment(path: string): boolean {
  return path.endsWith(".log");
}

function failure(code: "EIO" | "ENOENT" | "ENOSPC", message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
