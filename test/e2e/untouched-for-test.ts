// What a laboratory that meddles would change of a process: its file, its signals, who traces it,
// the ports on which it listens; and that it is still the process that it was.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { listeningPorts } from "../../src/lab/watch/listening-ports.ts";

export function lookOf(pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1];
  const program = readFileSync(`/proc/${pid}/exe`);
  return {
    startedTicks: stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19],
    program: createHash("sha256").update(program).digest("hex"),
    status: ["Name", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "TracerPid"].map(field),
    ports: [...listeningPorts(pid)],
  };
}
