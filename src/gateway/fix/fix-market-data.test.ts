// Market data over FIX 4.4: a book rebuilt from what was said is the exchange's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import { writeSetPhase } from "../../codec/market-command.ts";
import { PHASE_CONTINUOUS, PHASE_HALT } from "../../model/phase.ts";
import { ACME } from "../ouch/ouch-for-test.ts";
import { BUY, type FixTestVenue, type FixTrader, SELL, startFixVenue } from "./fix-for-test.ts";

/** What a client knows of the book: "bid 100.00" -> size. */
class BookForTest {
  readonly levels = new Map<string, string>();

  /** Applies every snapshot and increment of this request, as they came. */
  constructor(trader: FixTrader, mdReqId: string) {
    for (const text of trader.texts) {
      const fields = text.split("|");
      if (!fields.includes(`262=${mdReqId}`)) continue;
      if (fields.includes("35=W")) this.levels.clear();
      if (fields.includes("35=W") || fields.includes("35=X")) this.#apply(fields);
    }
  }

  #apply(fields: readonly string[]): void {
    let action = "0";
    let side = "";
    let price = "";
    for (const field of fields) {
      const [tag, value] = field.split("=");
      if (tag === "279") action = value;
      if (tag === "269") side = value;
      if (tag === "270") price = value;
      if (tag !== "271" || side === "2") continue;
      const key = `${side} ${price}`;
      if (action === "0") assert.ok(!this.levels.has(key), `new, and not there: ${key}`);
      else assert.ok(this.levels.has(key), `other or gone, and there: ${key}`);
      if (action === "2") this.levels.delete(key);
      else this.levels.set(key, value);
    }
  }
}

function bookOf(venue: FixTestVenue, levelsMax: number): Map<string, string> {
  const { bids, asks } = venue.exchange.marketData.depth(ACME.instrumentId, levelsMax);
  const all = [...bids.map((each) => ["0", ...each]), ...asks.map((each) => ["1", ...each])];
  return new Map(
    all.map(([side, ticks, lots]) => [`${side} ${(Number(ticks) / 100).toFixed(2)}`, `${lots}`]),
  );
}

test("a book rebuilt from snapshot and changes is the exchange's, at every depth", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY).enter("B", SELL.replace("100.00", "101.00"));
  await trader.first(2);
  const depths = [0, 1, 3];
  for (const depth of depths) {
    const groups = "267=3 269=0 269=1 269=2 146=1 55=ACME";
    trader.send("V", `262=I${depth} 263=1 264=${depth} 265=1 ${groups}`);
    trader.send("V", `262=F${depth} 263=1 264=${depth} 265=0 ${groups}`);
  }
  const random = new Prng(4);
  for (let n = 0; n < 300; n++) {
    const price = (100 + random.nextBelow(12) / 10).toFixed(2);
    const side = random.nextBelow(2) === 0 ? BUY : SELL;
    trader.enter(`N${n}`, side.replace("100.00", price).replace("38=10", `38=${1 + (n % 9)}`));
    if (n % 3 === 0) trader.send("F", `41=N${n - 3} 11=C${n} 55=ACME 54=1 60=20261127-00:00:00`);
  }
  await trader.settle();
  for (const depth of depths) {
    const expected = bookOf(venue, depth === 0 ? 1000 : depth);
    assert.ok(expected.size > 0);
    for (const kind of ["I", "F"]) {
      const { levels } = new BookForTest(trader, `${kind}${depth}`);
      assert.deepEqual(new Map([...levels].sort()), new Map([...expected].sort()), kind + depth);
    }
  }
});

test("trades are told as they happen, and nothing that was not asked for", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.send("V", "262=T 263=1 264=1 267=1 269=2 146=1 55=ACME");
  trader.enter("A", BUY);
  const other = await venue.connect({ accountId: 2 });
  other.enter("B", SELL.replace("38=10", "38=4"));
  const change = await trader.until((each) => each[35] === "X");
  assert.deepEqual([change[268], change[269], change[270], change[271]], ["1", "2", "100.00", "4"]);
  trader.send("V", "262=T 263=2 264=1 267=1 269=2 146=1 55=ACME");
  await trader.settle();
  other.enter("C", SELL.replace("38=10", "38=4"));
  await other.first(4);
  await trader.settle();
  assert.equal(trader.messages.filter((each) => each[35] === "X").length, 1);
});

test("a snapshot alone is said once, an empty book as one of no entries", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.send("V", "262=S 263=0 264=0 267=2 269=0 269=1 146=1 55=ACME");
  trader.enter("A", BUY);
  await trader.settle();
  const told = trader.messages.filter((each) => "WX".includes(each[35]));
  assert.deepEqual(
    told.map((each) => [each[35], each[262], each[55], each[268]]),
    [["W", "S", "ACME", "0"]],
  );
});

test("a request for what there is not is rejected with its reason", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const fine = "264=0 265=1 267=1 269=0 146=1 55=ACME";
  const cases: readonly (readonly [string, string])[] = [
    ["263=1 264=0 265=1 267=1 269=0 146=1 55=NOBODY", "0"],
    ["263=1 264=-1 265=1 267=1 269=0 146=1 55=ACME", "5"],
    ["263=1 264=9999 265=1 267=1 269=0 146=1 55=ACME", "5"],
    ["263=1 264=0 265=7 267=1 269=0 146=1 55=ACME", "6"],
    ["263=1 264=0 265=1 267=1 269=B 146=1 55=ACME", "8"],
  ];
  for (const [index, [fields]] of cases.entries()) trader.send("V", `262=R${index} ${fields}`);
  trader.send("V", `262=TWICE 263=1 ${fine}`).send("V", `262=TWICE 263=1 ${fine}`);
  for (let n = 0; n < 70; n++) trader.send("V", `262=M${n} 263=1 ${fine}`);
  await trader.settle();
  const reasonOf = (id: string): string | undefined =>
    trader.messages.find((each) => each[35] === "Y" && each[262] === id)?.[281];
  assert.deepEqual(
    cases.map((_, index) => reasonOf(`R${index}`)),
    cases.map(([, reason]) => reason),
  );
  assert.deepEqual([reasonOf("TWICE"), reasonOf("M62"), reasonOf("M69")], ["1", undefined, "2"]);
});

test("how an instrument trades is told when asked, and at each change", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.send("e", "324=Q1 263=1 55=ACME").send("e", "324=Q2 263=0 55=NOBODY");
  trader.send("g", "335=G1 263=0");
  await trader.settle();
  for (const phase of [PHASE_HALT, PHASE_CONTINUOUS]) await setPhase(venue, phase);
  await trader.settle();
  const statuses = trader.messages.filter((each) => each[35] === "f");
  assert.deepEqual(
    statuses.map((each) => [each[324], each[55], each[326]]),
    [
      ["Q1", "ACME", "17"],
      ["Q2", "NOBODY", "20"],
      ["Q1", "ACME", "2"],
      ["Q1", "ACME", "17"],
    ],
  );
  const session = await trader.until((each) => each[35] === "h");
  assert.deepEqual([session[335], session[340]], ["G1", "2"]);
});

async function setPhase(venue: FixTestVenue, phase: number): Promise<void> {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  await new Promise<void>((resolve) => {
    const sessionId = venue.exchange.openSession(() => resolve());
    const change = { phase, nextPhase: PHASE_CONTINUOUS, randomMicros: 0, endTimeMicros: 0 };
    writeSetPhase(record, 0, sessionId, { ...change, instrumentId: 1, nextMicros: 0 });
    venue.exchange.submit(record, 0);
  });
}

test("every instrument is listed with its lot and currency", async (t) => {
  const lots = { ...ACME, instrumentId: 2, symbol: "OIL", currency: "EUR", lotUnits: 10 };
  const venue = await startFixVenue(t, { instruments: [ACME, lots] });
  const trader = await venue.connect();
  trader.send("x", "320=L 559=4");
  await trader.settle();
  const list = trader.texts.find((each) => each.includes("|35=y|")) ?? "";
  assert.match(list, /\|320=L\|322=L-0\|560=0\|393=2\|893=Y\|146=2\|55=ACME\|15=USD\|561=1\|/);
  assert.match(list, /\|55=OIL\|15=EUR\|561=10\|/);
});
