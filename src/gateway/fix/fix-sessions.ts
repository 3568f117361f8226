// The FIX sessions that there are: who is logged on, and whose numbers are kept where.

import type { ReportPlace } from "../../model/past-reports.ts";
import type { AppendFiles } from "../../ops/append-file.ts";
import { FIX_SESSIONS_OF_ACCOUNT_MAX } from "../limits.ts";
import { FixNumbers } from "./fix-numbers.ts";

/** What a session is for: said by the TargetCompID that a client logs on to. */
export const FIX_TRADING = "OUTCRY";
/** Every report on the account's orders, of an operator's on all orders, and nothing else. */
export const FIX_DROP_COPY = "OUTCRY-COPY";

export const COMP_ID_PATTERN = /^[A-Za-z0-9_-]{1,32}$/;

export class FixSessions {
  readonly #directory: string;
  readonly #files: AppendFiles;
  readonly #numbers = new Map<string, FixNumbers>();
  readonly #taken = new Set<string>();

  constructor(directory: string, files: AppendFiles) {
    this.#directory = directory;
    this.#files = files;
  }

  /** The session's numbers; a text says why it cannot be had now. Give it back with release(). */
  take(accountId: number, compId: string, purpose: string, now: ReportPlace): FixNumbers | string {
    const name = `${accountId}.${purpose}.${compId}.jsonl`;
    if (this.#taken.has(name)) return "the session is logged on already";
    try {
      if (!this.#mayHave(accountId, name)) return "too many comp ids of this account";
      const numbers = this.#numbersOf(name, now);
      this.#taken.add(name);
      return numbers;
    } catch {
      return "the session's numbers cannot be read";
    }
  }

  release(numbers: FixNumbers): void {
    for (const [name, each] of this.#numbers) if (each === numbers) this.#taken.delete(name);
  }

  /** Throws where the disk does not tell them. */
  #numbersOf(name: string, now: ReportPlace): FixNumbers {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const numbers = new FixNumbers(`${this.#directory}/${name}`, now, this.#files);
    this.#numbers.set(name, numbers);
    return numbers;
  }

  #mayHave(accountId: number, name: string): boolean {
    if (this.#numbers.has(name)) return true;
    const known = this.#files.names(this.#directory);
    const isOfAccount = (each: string): boolean => each.startsWith(`${accountId}.`);
    return known.includes(name) || known.filter(isOfAccount).length < FIX_SESSIONS_OF_ACCOUNT_MAX;
  }
}
