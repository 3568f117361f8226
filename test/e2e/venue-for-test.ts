// A real venue process for tests: started as a user would, killed as an outage would.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** A venue of seconds does not earn back what optimizing PostgreSQL (WebAssembly) costs. */
const FLAGS = ["--liftoff-only"];
const READY_PATTERN = /http:\/\/[\w.[\]:]+:(\d+)/;
const KEY_PATTERN = /key[^:\n]*: (\S+)/i;

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire; assertions give it its form.
export type Reply = { readonly status: number; readonly json: any };

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "outcry-e2e-"));
}

export class VenueForTest {
  readonly directory: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = "";

  private constructor(directory: string, args: readonly string[], prefix: readonly string[]) {
    this.directory = directory;
    const start = ["start", "--port", "0", "--data", directory, ...args];
    const [program = "", ...rest] = [...prefix, process.execPath, ...FLAGS, ENTRY, ...start];
    this.#child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
    this.#closed = once(this.#child, "close");
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
        this.#child.emit("said");
      });
    }
  }

  /**
   * Resolves when it listens; rejects with its output when it ends before. `prefix`: a program that
   * starts it, with its arguments.
   */
  static async start(
    directory: string,
    args: readonly string[] = ["--no-simulator"],
    prefix: readonly string[] = [],
  ): Promise<VenueForTest> {
    const venue = new VenueForTest(directory, args, prefix);
    while (!READY_PATTERN.test(venue.#output)) {
      const [reason] = await Promise.race([
        once(venue.#child, "said").then(() => ["said"]),
        once(venue.#child, "close").then(() => ["exit"]),
      ]);
      if (reason === "exit") throw new Error(`the venue ended early:\n${venue.#output}`);
    }
    return venue;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
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

  /** Fulfilled once it has said so. */
  async said(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#output)) await once(this.#child, "said");
  }

  /** Nobody reads what it says any more. */
  closeOutput(): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.destroy();
  }

  /** A request with an API key, "" for none. Rejects when no answer comes. */
  async ask(key: string, method: string, path: string, body?: object): Promise<Reply> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (key !== "") headers["authorization"] = `Bearer ${key}`;
    const request = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, { method, headers, ...request });
    return { status: response.status, json: await response.json() };
  }

  /** The exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
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
    this.#child.kill(signal);
    await this.#closed;
    return this.#child.exitCode;
  }
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** In a directory of its own; killed, and the directory removed, with the test. */
export async function startVenue(
  t: TestContext,
  options: readonly string[],
  prefix: readonly string[] = [],
): Promise<VenueForTest> {
  const directory = temporaryDirectory();
  t.after(() => removeDirectory(directory));
  const args = ["--no-simulator", "--segment-mib", "5", ...options];
  const venue = await VenueForTest.start(directory, args, prefix);
  t.after(() => venue.kill());
  return venue;
}

/** What /proc has of a process's threads of that name. */
export function threadFolders(pid: number, name: string): string[] {
  const folders = readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}`);
  return folders.filter((folder) => readFileSync(`${folder}/comm`, "latin1").trim() === name);
}
