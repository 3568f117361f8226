// QuickFIX, which nobody here wrote, trades over FIX 4.4 with a real venue process: it breaks off,
// asks for what it missed and recovers, also from a kill of the exchange.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { shortLoginOf } from "../../src/gateway/keys.ts";
import { compiled, NO_COMPILER } from "./compiled-for-test.ts";
import { removeDirectory, temporaryDirectory, VenueForTest } from "./venue-for-test.ts";

const FLAGS = ["-std=c++14", "-Wno-deprecated", "-lquickfix", "-lpthread"];
const SKIP = existsSync("/usr/include/quickfix/Session.h")
  ? NO_COMPILER
  : "libquickfix-dev is missing: apt-get install libquickfix-dev";
const DEADLINE_MILLIS = 60_000;

const directory = temporaryDirectory();
after(() => removeDirectory(directory));

/** The program, and everything it has said. */
class QuickFixTrader {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    let rest = "";
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
      this.#child.emit("said");
    });
  }

  do(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The place of the first such line from the `from`th on. */
  async said(line: string, from = 0): Promise<number> {
    const signal = AbortSignal.timeout(DEADLINE_MILLIS);
    for (;;) {
      const at = this.lines.indexOf(line, from);
      if (at >= 0) return at;
      await once(this.#child, "said", { signal }).catch((cause: unknown) => {
        throw new Error(`expected "${line}", found\n${this.lines.join("\n")}`, { cause });
      });
    }
  }

  async quit(): Promise<void> {
    this.do("quit");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
  }
}

test("QuickFIX trades, breaks off, asks for what it missed and recovers", {
  skip: SKIP,
}, async (t) => {
  const data = join(directory, "data");
  let venue = await VenueForTest.start(data, ["--no-simulator", "--fix-port", "0"]);
  t.after(() => venue.kill());
  const port = /FIX 4.4 is open at .*, port (\d+)/.exec(venue.output)?.[1] ?? "";
  const key = venue.firstKey ?? "";
  const { username = "", password = "" } = shortLoginOf(key) ?? {};
  const store = join(directory, "store");
  mkdirSync(store);
  const trader = new QuickFixTrader(compiled("quickfix/trader.cpp", FLAGS), [
    "127.0.0.1",
    port,
    username,
    password,
    "ACME",
    store,
  ]);
  t.after(() => trader.quit());
  const sell = (clOrdId: string, orderQty: string) =>
    venue.ask(key, "POST", "/orders", {
      ...{ symbol: "ACME", side: "sell", ordType: "limit", price: "100.00", orderQty, clOrdId },
    });

  // It trades, and the other side is REST's.
  await trader.said("logon");
  trader.do("buy B1 10 100.00");
  await trader.said("report 0 B1 0 10");
  await sell("R1", "4");
  await trader.said("report F B1 4 6");
  trader.do("replace B1 B2 20 100.00");
  await trader.said("report 5 B2 4 16");
  trader.do("cancel NOBODY C1");
  await trader.said("refused C1 1000 UNKNOWN_ORDER");
  trader.do("book");
  await trader.said("message W ACME 1");

  // What happens while it is away comes when it is back.
  trader.do("break");
  await trader.said("logout");
  await sell("R2", "5");
  const back = await trader.said("logon", await trader.said("logout"));
  await trader.said("report F B2 9 11", back);

  // All of it again, as it was.
  trader.do("forget 1");
  trader.do("break");
  const asked = await trader.said("logout", back);
  const again = ["0 B1 0 10", "F B1 4 6", "5 B2 4 16", "F B2 9 11"];
  let at = asked;
  for (const report of again) at = await trader.said(`report ${report} again`, at);

  // The exchange is killed: QuickFIX finds a higher number, asks for the gap, and trades on.
  await venue.kill();
  venue = await VenueForTest.start(data, ["--no-simulator", "--fix-port", port]);
  const recovered = await trader.said("logon", await trader.said("logout", at));
  trader.do("buy B3 1 99.00");
  await trader.said("report 0 B3 0 1", recovered);
  await sell("R3", "11");
  await trader.said("report F B2 20 0", recovered);
  trader.do("cancel B3 C3");
  await trader.said("report 4 C3 0 0", recovered);
  assert.ok(
    trader.lines.every((line) => !line.startsWith("reject")),
    trader.lines.join("\n"),
  );
});
