// A real exchange on a real log, and its gateways on no port.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { listInstruments } from "../../src/exchange/list-instruments.ts";
import { openExchange } from "../../src/exchange/open-exchange.ts";
import { KeyRing, newKey, shortLoginOf } from "../../src/gateway/keys.ts";
import { ACME } from "../../src/gateway/ouch/ouch-for-test.ts";

/**
 * Where Linux has files in memory. On a disk each logon over FIX waits for its session's numbers,
 * and hardly anything else would be fed.
 */
const MEMORY_DIRECTORY = "/dev/shm";
const parentDirectory = existsSync(MEMORY_DIRECTORY) ? MEMORY_DIRECTORY : tmpdir();

export class HostileVenue {
  readonly exchange: Exchange;
  readonly directory: string;
  readonly keys: KeyRing;
  /** Of account 1. */
  readonly keyText: string;
  readonly #otherText: string;

  private constructor(exchange: Exchange, directory: string) {
    const [one, other] = [1, 2].map((accountId) => newKey({ accountId, role: "trader" }));
    this.exchange = exchange;
    this.directory = directory;
    this.keys = new KeyRing([one.key, other.key]);
    this.keyText = one.keyText;
    this.#otherText = other.keyText;
  }

  static async open(): Promise<HostileVenue> {
    const directory = mkdtempSync(join(parentDirectory, "outcry-hostile-"));
    const { exchange } = await openExchange({ directory: join(directory, "log"), itch: true });
    await listInstruments(exchange, [ACME]);
    return new HostileVenue(exchange, directory);
  }

  get login(): ShortLogin {
    return loginOf(this.keyText);
  }

  /** Of account 2. */
  get otherLogin(): ShortLogin {
    return loginOf(this.#otherText);
  }

  async close(): Promise<void> {
    await this.exchange.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

type ShortLogin = { readonly username: string; readonly password: string };

function loginOf(keyText: string): ShortLogin {
  const login = shortLoginOf(keyText);
  if (login === undefined) throw new Error("expected a key");
  return login;
}
