// The TCP ports on which a process listens, from /proc: its sockets, and the table of those of its
// network namespace.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A";

/** Empty where /proc does not tell. */
export function listeningPorts(pid: number): ReadonlySet<number> {
  const inodes = socketInodes(pid);
  const tables = ["tcp", "tcp6"].map((table) => readOrNothing(`/proc/${pid}/net/${table}`));
  return new Set(tables.flatMap((text) => portsIn(text, inodes)));
}

/** Rows `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...`. */
export function portsIn(table: string, inodes: ReadonlySet<string>): number[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(":")[1] ?? "", 16);
    return state === LISTEN && inodes.has(inode) ? [port] : [];
  });
}

function socketInodes(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  try {
    return new Set(readdirSync(folder).flatMap((fd) => socketInode(`${folder}/${fd}`)));
  } catch {
    return new Set();
  }
}

function socketInode(link: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.slice(1) ?? [];
  } catch {
    return []; // Closed meanwhile.
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
