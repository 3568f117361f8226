// hot path
// Everything the engine keeps about market integrity, made, stored and loaded together.

import { IdWords } from "../base/id-words.ts";
import { createRegisters } from "../base/registers.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { EVERY_SESSION } from "../model/guard.ts";
import { BandTable } from "./band-table.ts";
import { MakerProtections } from "./maker-protections.ts";
import { MessageLimitTable } from "./message-limits.ts";
import { TimerHeap } from "./timer-heap.ts";

/** Whether anything is to be asked before an order enters: until then nobody asks. */
export const ASKS = 0;
const WATCHES_FILLS = 1;
const IS_MARKET_KILLED = 2;
/** Accounts whose orders end with any of their sessions. */
const DISCONNECTING = 3;
const REGISTERS = 4;

/** Firms that are killed, and sessions of which something is said, at one time. */
const FIRMS_MAX = 65_536;
const SESSIONS_MAX = 65_536;
const TIMERS_EXPECTED = 16;

/** Of an account. */
export const ACCOUNT_KILLED = 1 << 0;
export const ACCOUNT_DISCONNECTS = 1 << 1;
/** By its own switch, which is not the operator's. */
export const ACCOUNT_DISABLED = 1 << 2;

/** Of a session; above these bits stands the row, plus one, of the account that said it. */
export const SESSION_KILLED = 1 << 0;
export const SESSION_DISCONNECTS = 1 << 1;
export const SESSION_ACCOUNT_SHIFT = 2;

export class GuardTables {
  /** Bare, because every command looks at the first of them (decision 0014). */
  readonly switches = createRegisters(REGISTERS);
  readonly #accountFlags: Uint8Array;
  readonly killedFirms = new IdWords(FIRMS_MAX);
  readonly sessions = new IdWords(SESSIONS_MAX);
  readonly limits: MessageLimitTable;
  readonly protections = new MakerProtections();
  /** When each account's silence is over, by its row. */
  readonly deadMen = new TimerHeap(TIMERS_EXPECTED);

  /** Of instruments. */
  readonly bands: BandTable;

  constructor(accountsMax: number, booksMax: number) {
    this.bands = new BandTable(booksMax);
    this.#accountFlags = new Uint8Array(accountsMax);
    this.limits = new MessageLimitTable(accountsMax);
  }

  /** Whether anything is to be asked before an order enters: until then nobody asks. */
  get asks(): boolean {
    return this.switches[ASKS] !== 0;
  }

  /** Whether anybody counts fills. */
  get watchesFills(): boolean {
    return this.switches[WATCHES_FILLS] !== 0;
  }

  get isMarketKilled(): boolean {
    return this.switches[IS_MARKET_KILLED] !== 0;
  }

  startAsking(): void {
    this.switches[ASKS] = 1;
  }

  startWatchingFills(): void {
    this.switches[WATCHES_FILLS] = 1;
  }

  killMarket(isOn: boolean): void {
    this.switches[IS_MARKET_KILLED] = isOn ? 1 : 0;
  }

  accountFlagsOf(accountRow: number): number {
    return this.#accountFlags[accountRow];
  }

  /** Whether anything is to happen when this session ends, or for EVERY_SESSION any. */
  mindsEndOf(sessionId: number): boolean {
    if (this.switches[DISCONNECTING] > 0) return true;
    return sessionId === EVERY_SESSION
      ? this.sessions.count > 0
      : this.sessions.wordOf(sessionId) !== 0;
  }

  setAccountFlag(accountRow: number, flag: number, isOn: boolean): void {
    const wasOn = (this.#accountFlags[accountRow] & flag) !== 0;
    if (wasOn === isOn) return;
    if (flag === ACCOUNT_DISCONNECTS) this.switches[DISCONNECTING] += isOn ? 1 : -1;
    if (isOn) this.#accountFlags[accountRow] |= flag;
    else this.#accountFlags[accountRow] &= ~flag;
  }

  save(snapshot: SnapshotWriter, accountsCount: number, booksCount: number): void {
    this.bands.save(snapshot, booksCount);
    snapshot.array(this.switches);
    snapshot.array(this.#accountFlags, accountsCount);
    this.killedFirms.save(snapshot);
    this.sessions.save(snapshot);
    this.limits.save(snapshot, accountsCount);
    this.protections.save(snapshot);
    this.deadMen.save(snapshot);
  }

  load(snapshot: SnapshotReader): void {
    this.bands.load(snapshot);
    snapshot.into(this.switches);
    snapshot.into(this.#accountFlags);
    this.killedFirms.load(snapshot);
    this.sessions.load(snapshot);
    this.limits.load(snapshot);
    this.protections.load(snapshot);
    this.deadMen.load(snapshot);
  }
}
