// A real process that writes a log, its output line by line, and its death.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./log-writer-for-test.ts", import.meta.url));

export class LogProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  /** `commandsMax`: how many commands it writes before it only stays. */
  constructor(directory: string, commandsMax: number) {
    const args = [PROGRAM, directory, String(commandsMax)];
    this.#child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = once(this.#child, "close");
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("expected a pipe from the log's process, found none");
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line, or undefined after the last. */
  async line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done ? undefined : value;
  }

  /** kill -9, and the lines that were still under way. */
  async kill(): Promise<string[]> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    const rest: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      rest.push(line);
    }
    return rest;
  }
}
