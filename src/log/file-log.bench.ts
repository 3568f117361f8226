// What the log costs on this disk, by hand:
//
//   node src/log/file-log.bench.ts [--directory DIR] [--commits N]
//
// One JSON line a measurement: the two ways to make a write durable, the checksum, the whole log at
// fixed batch sizes, and reading it all back. A test runs the smoke size.

import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";
import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX, COMMAND_NEW, writeCommandHeader } from "../codec/command.ts";
import { LOG_BEGINNING, readLog, recoverLog } from "./recovery.ts";

const RECORD_BYTES = 64;
const BATCHES = [1, 16, 256, 4096];

export type BenchSize = { readonly fileBytes: number; readonly commitsMax: number };
export type BenchLine = Readonly<Record<string, string | number>>;

/** Commits of `batch` records, one after the other, each way; the ways take turns. */
export async function benchmarkDurableWrite(directory: string, size: BenchSize) {
  const lines: BenchLine[] = [];
  const ways = [
    { name: "write+fdatasync", file: zeroFilled(directory, "fdatasync", size, 0), nanos: [0] },
    {
      name: "O_DSYNC",
      file: zeroFilled(directory, "dsync", size, fs.constants.O_DSYNC),
      nanos: [0],
    },
  ];
  for (const batch of BATCHES) {
    const bytes = new Uint8Array(RECORD_BYTES * (batch + 1)).fill(7);
    const commits = Math.min(size.commitsMax, Math.floor(size.fileBytes / bytes.length));
    for (const way of ways) way.nanos = [];
    for (let i = 0; i < commits; i++) {
      for (const { name, file, nanos } of ways) {
        const started = process.hrtime.bigint();
        await write(file, bytes, i * bytes.length);
        if (name === "write+fdatasync") await datasync(file);
        nanos.push(Number(process.hrtime.bigint() - started));
      }
    }
    for (const { name, nanos } of ways) lines.push(lineOf(name, batch, nanos));
  }
  for (const { file } of ways) fs.closeSync(file);
  return lines;
}

/** zlib's crc32 of a block with `batch` records. */
export function benchmarkChecksum(rounds: number): BenchLine[] {
  return BATCHES.map((batch) => {
    const bytes = new Uint8Array(RECORD_BYTES * (batch + 1)).fill(7);
    const nanos: number[] = [];
    let hash = 0;
    for (let i = 0; i < rounds; i++) {
      const started = process.hrtime.bigint();
      hash = crc32(bytes, hash);
      nanos.push(Number(process.hrtime.bigint() - started));
    }
    return { ...lineOf("crc32", batch, nanos), hash };
  });
}

/** The log itself: `batch` records appended and committed, again as soon as they are durable. */
export async function benchmarkLog(directory: string, batch: number, size: BenchSize) {
  const record = RecordBuffer.ofBytes(RECORD_BYTES);
  writeCommandHeader(record.words, 0, COMMAND_NEW, 1, 1, 1);
  const batchBytesMax = Math.max(batch * RECORD_BYTES, COMMAND_BYTES_MAX);
  const options = { segmentBytes: size.fileBytes, batchBytesMax };
  const { log } = await recoverLog(directory, options, () => {});
  const nanos: number[] = [];
  const done = Promise.withResolvers<void>();
  let started = process.hrtime.bigint();
  const commit = (): void => {
    started = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) log.tryAppend(record, 0, log.appendedSequence + 1, 0);
    log.commit();
  };
  log.onFailure(done.reject);
  log.onDurable(() => {
    nanos.push(Number(process.hrtime.bigint() - started));
    if (nanos.length < size.commitsMax) commit();
    else done.resolve();
  });
  commit();
  await done.promise;
  await log.close();

  const readStarted = process.hrtime.bigint();
  let records = 0;
  readLog(directory, LOG_BEGINNING, ({ firstSequence, lastSequence }) => {
    records += lastSequence - firstSequence + 1;
  });
  const readNanos = Number(process.hrtime.bigint() - readStarted);
  const read = { recordsRead: records, readPerSecond: perSecond(records, readNanos) };
  return { ...lineOf("file log", batch, nanos), ...read };
}

function lineOf(benchmark: string, batch: number, nanos: number[]): BenchLine {
  const totalNanos = nanos.reduce((sum, each) => sum + each, 0);
  nanos.sort((a, b) => a - b);
  const microsAt = (fraction: number): number =>
    Math.round(nanos[Math.floor(fraction * (nanos.length - 1))] / 100) / 10;
  const recordsPerSecond = perSecond(batch * nanos.length, totalNanos);
  const commits = nanos.length;
  return {
    benchmark,
    batch,
    commits,
    recordsPerSecond,
    p50Micros: microsAt(0.5),
    p99Micros: microsAt(0.99),
  };
}

function perSecond(count: number, nanos: number): number {
  return Math.round((count * 1e9) / nanos);
}

function zeroFilled(directory: string, name: string, size: BenchSize, flag: number): number {
  const path = join(directory, name);
  fs.writeFileSync(path, new Uint8Array(size.fileBytes), { flush: true });
  return fs.openSync(path, fs.constants.O_RDWR | flag);
}

function write(file: number, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  return new Promise((fulfill, reject) => {
    fs.write(file, bytes, 0, bytes.length, offsetBytes, (error) =>
      error ? reject(error) : fulfill(),
    );
  });
}

function datasync(file: number): Promise<void> {
  return new Promise((fulfill, reject) => {
    fs.fdatasync(file, (error) => (error ? reject(error) : fulfill()));
  });
}

/** Runs all of it in a directory of its own under `directory`, which it removes. */
export async function benchmarkAll(
  directory: string,
  size: BenchSize,
  say: (line: BenchLine) => void,
): Promise<void> {
  const own = fs.mkdtempSync(join(directory, "outcry-log-bench-"));
  try {
    for (const line of await benchmarkDurableWrite(own, size)) say(line);
    for (const line of benchmarkChecksum(size.commitsMax)) say(line);
    for (const batch of BATCHES) say(await benchmarkLog(join(own, `batch-${batch}`), batch, size));
  } finally {
    fs.rmSync(own, { recursive: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      directory: { type: "string", default: tmpdir() },
      commits: { type: "string", default: "2000" },
    },
  });
  const size = { fileBytes: 64 * 1024 * 1024, commitsMax: Number(values.commits) };
  await benchmarkAll(values.directory, size, (line) => console.log(JSON.stringify(line)));
}
