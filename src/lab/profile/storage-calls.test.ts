import assert from "node:assert/strict";
import { test } from "node:test";
import { foldStorageCalls } from "./storage-calls.ts";

const FILE = 3;
const isFile = (descriptor: number): boolean => descriptor === FILE;

/** perf 6.1 on a server that writes a byte and syncs it, for each request; 4: its socket. */
const CALLS = `     work-server 20458/20507 62660.182087:  syscalls:sys_exit_fdatasync: 0x0
     work-server 20458/20507 62660.182133: syscalls:sys_enter_pwrite64: fd: 0x00000003, ...
     work-server 20458/20507 62660.182134:   syscalls:sys_exit_pwrite64: 0x1
     work-server 20458/20507 62660.182136: syscalls:sys_enter_fdatasync: fd: 0x00000003
     work-server 20458/20507 62660.183516:  syscalls:sys_exit_fdatasync: 0x0
     work-server 20458/20507 62660.183520: syscalls:sys_enter_write: fd: 0x00000004, ...
     work-server 20458/20507 62660.183540:  syscalls:sys_exit_write: 0x20
`;

test("what a server writes to its file and syncs is told apart from what it sends", () => {
  const window = { fromNanos: 62_660_182_100_000, toNanos: 62_660_184_100_000 };
  const { calls, share } = foldStorageCalls(CALLS, window, isFile);
  assert.deepEqual(calls, {
    pwrite64: { count: 1, nanos: 1000 },
    fdatasync: { count: 1, nanos: 1_380_000 },
  });
  assert.equal(share.value.toFixed(6), (1381 / 2000).toFixed(6));
});

/** Calls of 30 us in each 100, on a second thread too and half at the same time. */
function overlapping(): string {
  const line = (tid: number, micros: number, text: string): string =>
    `e 1/${tid} ${(micros / 1e6).toFixed(6)}: syscalls:sys_${text}`;
  return Array.from({ length: 100 }, (_, i) => [
    line(7, i * 100, "enter_fsync: fd: 0x00000003"),
    line(8, i * 100 + 15, "enter_fsync: fd: 0x00000003"),
    line(7, i * 100 + 30, "exit_fsync: 0x0"),
    line(8, i * 100 + 45, "exit_fsync: 0x0"),
  ])
    .flat()
    .join("\n");
}

test("calls of two threads at once are one time in which the order waits", () => {
  const { share } = foldStorageCalls(overlapping(), { fromNanos: 0, toNanos: 1e7 }, isFile);
  assert.equal(share.value.toFixed(6), "0.450000");
  assert.ok(share.low > 0.44 && share.high < 0.46, "every part of the window is alike");
});

test("outside of the window nothing is counted, and what crosses its end is cut there", () => {
  const window = { fromNanos: 5e6 + 20_000, toNanos: 6e6 + 20_000 };
  const { share } = foldStorageCalls(overlapping(), window, isFile);
  assert.equal(share.value.toFixed(6), "0.450000");
  const after = foldStorageCalls(overlapping(), { fromNanos: 2e7, toNanos: 3e7 }, isFile);
  assert.deepEqual([after.calls, after.share.value], [{}, 0]);
});
