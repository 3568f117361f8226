// Scripts of a FIX session, as text: what a client says, what it must hear, and nothing else.
// README.md says how a line reads.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { fixTimeText } from "../../src/codec/fix-time.ts";
import {
  type FixFields,
  type FixTestVenue,
  type FixTrader,
  framed,
  startFixVenue,
} from "../../src/gateway/fix/fix-for-test.ts";
import { systemClock } from "../../src/ops/clock.ts";

const HEADER_TAGS = new Set(["34", "49", "56", "52", "43", "97", "122"]);
const NOW = /^now(?:([+-]\d+))?$/;

export async function playFixScript(t: TestContext, text: string): Promise<void> {
  const player = new Player(t, await startFixVenue(t));
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    try {
      await player.play(line.trim());
    } catch (error) {
      const found = error instanceof Error ? error.message : "";
      throw new Error(`line ${index + 1}: ${line}\n${found}`, { cause: error });
    }
  }
  await player.finish();
}

class Player {
  readonly #t: TestContext;
  #venue: FixTestVenue;
  #trader: FixTrader | undefined;
  /** Messages that the script has spoken of. */
  #heard = 0;

  constructor(t: TestContext, venue: FixTestVenue) {
    this.#t = t;
    this.#venue = venue;
  }

  async play(line: string): Promise<void> {
    const [word, ...rest] = line.split(/\s+/);
    switch (word) {
      case "connect":
        this.#trader = await this.#venue.dial();
        this.#heard = 0;
        return;
      case ">":
        this.#client.socket.write(this.#written(rest));
        return;
      case "raw":
        this.#client.socket.write(Buffer.from(rest.join(" ").replaceAll("|", "\u0001"), "latin1"));
        return;
      case "<":
        await this.#expect(rest);
        return;
      case "beats":
        await this.#client.pause();
        for (let beats = Number(rest[0]); beats > 0; beats--) this.#venue.gateway.server.beat();
        return;
      case "ended":
        await this.#client.ended;
        this.#assertNothingMore();
        return;
      case "cut":
        await this.#client.cut();
        return;
      case "stop":
        this.#venue = await this.#venue.restarted(this.#t);
        return;
      case "kill":
        this.#venue = await this.#venue.killed(this.#t);
        return;
      default:
        throw new Error("expected a line as README.md describes them");
    }
  }

  /** The script is over: nothing came that it did not speak of. */
  async finish(): Promise<void> {
    if (!this.#client.isEnded) await this.#client.pause();
    this.#assertNothingMore();
  }

  get #client(): FixTrader {
    if (this.#trader === undefined) throw new Error("expected a connect before this line");
    return this.#trader;
  }

  #written([msgType, ...given]: readonly string[]): Buffer {
    const { username, password } = this.#venue.loginOf(1);
    const fields = given.flatMap((each) =>
      each === "login" ? ["98=0", `553=${username}`, `554=${password}`] : [each],
    );
    const values = new Map([
      ["34", ""],
      ["49", "TRADER"],
      ["56", "OUTCRY"],
      ["52", "now"],
    ]);
    const body: string[] = [];
    const nowMicros = systemClock.nowMicros(); // One for the message: 122 is no later than 52.
    for (const field of fields) {
      const at = field.indexOf("=");
      const tag = field.slice(0, at < 0 ? undefined : at).replace("!", "");
      if (at < 0) values.delete(tag);
      else if (HEADER_TAGS.has(tag) && body.length === 0) values.set(tag, field.slice(at + 1));
      else body.push(`${tag}=${filled(field.slice(at + 1), nowMicros)}`);
    }
    const header = [...values].map(([tag, value]) => `${tag}=${filled(value, nowMicros)}`);
    return framed([`35=${msgType}`, ...header, ...body].join("|"));
  }

  async #expect([msgType, ...fields]: readonly string[]): Promise<void> {
    const client = this.#client;
    const place = this.#heard++;
    await client.until(() => client.messages.length > place);
    const message = client.messages[place];
    assert.equal(message[35], msgType, `found ${client.texts[place]}`);
    for (const field of fields) assertField(message, field, client.texts[place]);
  }

  #assertNothingMore(): void {
    assert.deepEqual(this.#client.texts.slice(this.#heard), [], "nothing else is said");
  }
}

/** "38=10" is that value, "58~low" a part of it, "122=*" any, "43!" that there is none. */
function assertField(message: FixFields, field: string, text: string): void {
  const [, tag, sign, value] = /^(\d+)([=~!])(.*)$/.exec(field) ?? [];
  const found = message[Number(tag)];
  const holds =
    (sign === "!" && found === undefined) ||
    (sign === "=" && value === "*" && found !== undefined) ||
    (sign === "=" && found === value) ||
    (sign === "~" && found?.includes(value.replaceAll("_", " ")) === true);
  assert.ok(holds, `expected ${field}, found ${text}`);
}

/** "now", or so many seconds from it. */
function filled(value: string, nowMicros: number): string {
  const match = NOW.exec(value);
  if (match === null) return value;
  return fixTimeText(nowMicros + Number(match[1] ?? 0) * 1_000_000);
}
