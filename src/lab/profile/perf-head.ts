// The first line of an event in what `perf script -F comm,pid,tid,time,event,trace` prints.

export type PerfHead = {
  readonly pid: number;
  readonly tid: number;
  /** Of the clock that perf recorded with. */
  readonly atNanos: number;
  /** The event and what it tells. */
  readonly text: string;
};

const HEAD = /^\s*\S.*?\s+(\d+)\/(\d+)\s+(?:\[\d+\]\s+)?(\d+\.\d+):\s+(.*)$/;

/** Undefined: another line, a frame of a stack for one. */
export function readPerfHead(line: string): PerfHead | undefined {
  const [, pid, tid, seconds, text] = HEAD.exec(line) ?? [];
  if (tid === undefined || seconds === undefined || text === undefined) return undefined;
  const atNanos = Math.round(Number(seconds) * 1e9);
  return { pid: Number(pid), tid: Number(tid), atNanos, text };
}
