// How far a replay is, on stderr: a bar that redraws itself on a terminal, a plain line now and
// then elsewhere, nothing when told so.

import type { FlowProgress } from "../market/flow-command.ts";

const BAR_CHARACTERS = 30;
const REDRAW_MILLIS = 100; // Ten pictures a second look alive and cost nothing.
const PLAIN_LINE_MILLIS = 5000; // A log file wants few lines.
const ERASE_LINE = "\r\u001b[K";

export class ReplayProgress {
  readonly #label: string;
  readonly #isTerminal: boolean;
  readonly #isSilent: boolean;
  #nextMillis: number;
  #isDrawn = false;

  constructor(label: string, isSilent: boolean) {
    this.#label = label;
    this.#isSilent = isSilent;
    this.#isTerminal = process.stderr.isTTY === true;
    this.#nextMillis = performance.now() + this.#intervalMillis;
  }

  get #intervalMillis(): number {
    return this.#isTerminal ? REDRAW_MILLIS : PLAIN_LINE_MILLIS;
  }

  /** Cheap to call often: draws only when it is time. */
  show({ bytesRead, bytesTotal }: FlowProgress, commandCount: number): void {
    if (this.#isSilent) return;
    const nowMillis = performance.now();
    if (nowMillis < this.#nextMillis) return;
    this.#nextMillis = nowMillis + this.#intervalMillis;
    const percent = bytesTotal === 0 ? 100 : Math.floor((bytesRead * 100) / bytesTotal);
    const commands = `${commandCount.toLocaleString("en-US")} commands`;
    if (!this.#isTerminal) {
      process.stderr.write(`${this.#label}: ${percent} %, ${commands}\n`);
      return;
    }
    const filled = Math.floor((percent * BAR_CHARACTERS) / 100);
    const bar = "#".repeat(filled).padEnd(BAR_CHARACTERS, ".");
    process.stderr.write(`${ERASE_LINE}${this.#label} [${bar}] ${percent} % ${commands}`);
    this.#isDrawn = true;
  }

  /** Takes the bar away again. */
  end(): void {
    if (this.#isDrawn) process.stderr.write(ERASE_LINE);
    this.#isDrawn = false;
  }
}
