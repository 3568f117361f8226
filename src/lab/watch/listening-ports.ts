// The TCP ports on which a process listens, from /proc: its sockets, and the table of those of its
// network namespace; and whether it listens in one place.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import type { SocketAddress } from "../load/load-options.ts";

const LISTEN = "0A";
/** Of a Unix socket that accepts (__SO_ACCEPTCON). */
const ACCEPTS = 0x10000;

/** Empty where /proc does not tell. */
export function listeningPorts(pid: number): ReadonlySet<number> {
  const inodes = socketInodes(pid);
  const tables = ["tcp", "tcp6"].map((table) => readOrNothing(`/proc/${pid}/net/${table}`));
  return new Set(tables.flatMap((text) => portsIn(text, inodes)));
}

/** Whether it may be seen where a process listens: not of another user's. */
export function hasVisibleSockets(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).length > 0;
  } catch {
    return false;
  }
}

/** False where /proc does not tell. */
export function isListeningOn(pid: number, address: SocketAddress): boolean {
  if ("port" in address) return listeningPorts(pid).has(address.port);
  const inodes = socketInodes(pid);
  const rows = readOrNothing(`/proc/${pid}/net/unix`).split("\n");
  return inodes.size > 0 && rows.some((row) => isAcceptingAt(row, address.path, inodes));
}

/**
 * A row `Num RefCount Protocol Flags Type St Inode Path`. The path is as the server wrote it, from
 * its own folder for one: its last part is compared.
 */
function isAcceptingAt(row: string, path: string, inodes: ReadonlySet<string>): boolean {
  const [, , , flags = "0", , , inode = "", ...rest] = row.trim().split(/\s+/);
  const isAccepting = (Number.parseInt(flags, 16) & ACCEPTS) !== 0;
  return isAccepting && inodes.has(inode) && basename(rest.join(" ")) === basename(path);
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
