// File systems that are too small, or whose medium is, mounted for one test. Root only.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** False where mounting is not ours to do; then why. */
export const CANNOT_MOUNT =
  process.platform === "linux" && process.getuid?.() === 0 ? false : "needs root, to mount";

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Unmounts whatever is mounted below `directory`, the last first. */
export function unmountBelow(directory: string): void {
  const mounted = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${directory}/`));
  for (const path of mounted.reverse()) run("umount", "--lazy", path);
}

/** A file system of `mib` MiB in memory at `directory`. */
export class SmallFileSystem {
  readonly directory: string;

  constructor(directory: string, mib: number) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    run("mount", "-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", directory);
  }

  /** Somebody made room. */
  grow(mib: number): void {
    run("mount", "-o", `remount,size=${mib}m`, this.directory);
  }

  turnReadOnly(): void {
    run("mount", "-o", "remount,ro", this.directory);
  }
}

/**
 * A file system at `directory` whose medium refuses writes beyond `mib` MiB though it promised
 * more: a block device over a file that has no room to grow.
 */
export class FailingMedium {
  readonly #directory: string;
  readonly #image: string;
  readonly #room: SmallFileSystem;

  constructor(directory: string, mib: number) {
    this.#directory = directory;
    this.#room = new SmallFileSystem(`${directory}-medium`, mib);
    this.#image = join(this.#room.directory, "image");
    mkdirSync(directory, { recursive: true });
    run("truncate", "--size", "64M", this.#image);
    run("mkfs.ext4", "-q", "-O", "^has_journal", this.#image);
    run("mount", "-o", "loop", this.#image, directory);
  }

  /** Whoever runs the storage gave it what it promised. */
  mend(mib: number): void {
    run("umount", this.#directory);
    this.#room.grow(mib);
    run("mount", "-o", "loop", this.#image, this.#directory);
  }
}
