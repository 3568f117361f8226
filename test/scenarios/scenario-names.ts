// What the names in a scenario stand for: accounts and instruments as numbers, times as seconds
// from its start. A mirrored reading swaps buy and sell and negates every price, on the way in and
// on the way out: the text stays the same.

import { oppositeSide } from "../../src/model/side.ts";

/** A new year: nothing of a scenario depends on the day. */
export const START_MICROS = 1_795_000_000_000_000;
const SECOND_MICROS = 1_000_000;
const TIME = /^(-?\d+)(us|s|m|h)$/;
const UNIT_MICROS = new Map([
  ["us", 1],
  ["s", 1_000_000],
  ["m", 60_000_000],
  ["h", 3_600_000_000],
]);
const HOUR_MICROS = 3_600_000_000;
const UNLISTED_ID = 999;
/** Session of whoever does not say: "alice" is "alice/1". */
const USUAL_SESSION_ID = 1;

export class ScenarioNames {
  readonly #isMirrored: boolean;
  readonly #accounts: string[] = ["operator"];
  readonly #symbols = new Map<string, number>();
  /** When the next command is entered. */
  nowMicros = START_MICROS;

  constructor(isMirrored: boolean) {
    this.#isMirrored = isMirrored;
  }

  /** "alice", or "alice/2": by session 2. */
  askerOf(name: string): { accountId: number; sessionId: number } {
    const [account, session] = name.split("/");
    if (!this.#accounts.includes(account)) this.#accounts.push(account);
    const sessionId = session === undefined ? USUAL_SESSION_ID : Number(session);
    return { accountId: this.#accounts.indexOf(account), sessionId };
  }

  accountName(accountId: number): string {
    return this.#accounts[accountId];
  }

  /** Every account that was named, without the operator. */
  accountIds(): number[] {
    return [...this.#accounts.keys()].slice(1);
  }

  /** Gives the symbol its number, the next one unless told; returns it. */
  list(symbol: string, instrumentId = this.#symbols.size + 1): number {
    if (!this.#symbols.has(symbol)) this.#symbols.set(symbol, instrumentId);
    return instrumentId;
  }

  /** The first instrument where no symbol is told. */
  instrumentId(symbol: string | undefined): number {
    if (symbol === undefined) return 1;
    return this.#symbols.get(symbol) ?? UNLISTED_ID;
  }

  symbolName(instrumentId: number): string {
    const known = [...this.#symbols].find(([, id]) => id === instrumentId);
    return known?.[0] ?? `instrument ${instrumentId}`;
  }

  side(side: number): number {
    return this.#isMirrored ? oppositeSide(side) : side;
  }

  /** A price, or a difference of prices that has a direction. */
  ticks(priceTicks: number): number {
    return this.#isMirrored ? 0 - priceTicks : priceTicks;
  }

  /** "10s", "9h" or "10000001us" after the start. */
  timeOf(text: string): number {
    const [, count, unit] = TIME.exec(text) ?? [];
    const unitMicros = UNIT_MICROS.get(unit);
    if (unitMicros === undefined) throw new Error(`expected a time like 10s, found "${text}"`);
    return START_MICROS + Number(count) * unitMicros;
  }

  timeText(timeMicros: number): string {
    const micros = timeMicros - START_MICROS;
    if (micros !== 0 && micros % HOUR_MICROS === 0) return `${micros / HOUR_MICROS}h`;
    return micros % SECOND_MICROS === 0 ? `${micros / SECOND_MICROS}s` : `${micros}us`;
  }
}
