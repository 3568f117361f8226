// The disk as the log needs it: a seam. NodeDisk is the real one; FaultyDisk makes it fail in
// tests; a simulated one can stand here too. Whatever may take long answers with a promise, because
// the exchange's loop must not wait; reading is for start-up and for reader threads, and waits.

export interface BlockFile {
  readonly path: string;
  sizeBytes(): number;

  /** Fills `bytes` from `startBytes` to `endBytes` and returns how many bytes the file had. */
  read(bytes: Uint8Array, startBytes: number, endBytes: number, offsetBytes: number): number;

  /** Writes all of `bytes` from `startBytes` to `endBytes` at `offsetBytes` of the file. */
  write(
    bytes: Uint8Array,
    startBytes: number,
    endBytes: number,
    offsetBytes: number,
  ): Promise<void>;

  /** Fulfilled once all that was written before, by an earlier process too, is durable. */
  sync(): Promise<void>;

  close(): void;
}

export interface Disk {
  /** Makes it, and what is missing above it, to stay. */
  makeDirectory(directory: string): Promise<void>;
  /** Names of the files in the directory, in no order. */
  names(directory: string): string[];
  exists(path: string): boolean;
  /** Of the directory's disk, for whoever may write no more than others leave. */
  freeBytes(directory: string): number;

  create(path: string): BlockFile;
  openToWrite(path: string): BlockFile;
  openToRead(path: string): BlockFile;
  rename(fromPath: string, toPath: string): void;
  remove(path: string): void;
  /** Fulfilled once files created, renamed and removed in the directory stay so. */
  syncDirectory(directory: string): Promise<void>;

  /** Makes this process the directory's only writer until the returned release. LOG_LOCKED. */
  lock(directory: string): () => void;
}
