// A real venue process for tests: started as a user would, killed as an outage would.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const READY_PATTERN = /http:\/\/[\w.[\]:]+:(\d+)/;
const KEY_PATTERN = /key[^:\n]*: (\S+)/i;

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "outcry-e2e-"));
}

export class VenueForTest {
  readonly directory: string;
  readonly #child: ChildProcess;
  #output = "";

  private constructor(directory: string, args: readonly string[]) {
    this.directory = directory;
    const all = ["start", "--port", "0", "--data", directory, ...args];
    this.#child = spawn(process.execPath, [ENTRY, ...all], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
        this.#child.emit("said");
      });
    }
  }

  /** Resolves when it listens; rejects with its output when it ends before. */
  static async start(
    directory: string,
    args: readonly string[] = ["--no-simulator"],
  ): Promise<VenueForTest> {
    const venue = new VenueForTest(directory, args);
    while (!READY_PATTERN.test(venue.#output)) {
      const [reason] = await Promise.race([
        once(venue.#child, "said").then(() => ["said"]),
        once(venue.#child, "exit").then(() => ["exit"]),
      ]);
      if (reason === "exit") throw new Error(`the venue ended early:\n${venue.#output}`);
    }
    return venue;
  }

  get port(): number {
    return Number(READY_PATTERN.exec(this.#output)?.[1]);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The first start prints it; undefined on later ones. */
  get firstKey(): string | undefined {
    return KEY_PATTERN.exec(this.#output)?.[1];
  }

  get output(): string {
    return this.#output;
  }

  /** As a power cut for the process: no handler runs. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** As an operator's Ctrl-C; returns the exit code. */
  async stop(): Promise<number | null> {
    return this.#end("SIGINT");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return this.#child.exitCode;
    }
    const exited = once(this.#child, "close");
    this.#child.kill(signal);
    await exited;
    return this.#child.exitCode;
  }
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
