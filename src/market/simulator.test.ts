import assert from "node:assert/strict";
import { test } from "node:test";
import { NaiveBook } from "../../test/model/naive-book.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { SimulatedCommand } from "./simulated-command.ts";
import { SIMULATED_INSTRUMENTS } from "./simulated-instruments.ts";
import { MAKER_LEVELS, MAKER_ORDERS_MAX } from "./simulated-maker.ts";
import { MAKER_ACCOUNT_IDS, MarketSimulator, TAKER_ACCOUNT_IDS } from "./simulator.ts";

const STEP_MICROS = 20_000;
const [{ instrument, fairTicks }] = SIMULATED_INSTRUMENTS;
const INSTRUMENT_ID = instrument.instrumentId;

function simulatorOf(seed: number, commandsPerSecond = 100): MarketSimulator {
  const simulator = new MarketSimulator(seed, commandsPerSecond, "t");
  simulator.addInstrument(SIMULATED_INSTRUMENTS[0], fairTicks);
  return simulator;
}

/** One instrument on the naive book; tells the simulator what became of its orders. */
class NaiveMarket {
  readonly book = new NaiveBook();
  readonly commands: SimulatedCommand[] = [];
  rejectCount = 0;
  tradeCount = 0;
  readonly #simulator: MarketSimulator;

  constructor(simulator: MarketSimulator) {
    this.#simulator = simulator;
  }

  run(fromMicros: number, seconds: number): void {
    const endMicros = fromMicros + seconds * 1_000_000;
    for (let now = fromMicros; now <= endMicros; now += STEP_MICROS) {
      for (const command of this.#simulator.step(now)) this.#enter(command);
    }
  }

  #enter(command: SimulatedCommand): void {
    this.commands.push(command);
    const { kind, clOrdId, side, qtyLots, priceTicks } = command;
    if (kind === "cancel") {
      this.book.cancel(clOrdId);
      this.#simulator.onGone(INSTRUMENT_ID, side, clOrdId);
      return;
    }
    const { status, trades } = this.book.enter({
      id: clOrdId,
      side: side === SIDE_BUY ? "buy" : "sell",
      qtyLots,
      ...(priceTicks === undefined ? {} : { priceTicks }),
      timeInForce: kind === "make" ? "gtc" : "ioc",
      postOnly: kind === "make",
    });
    this.tradeCount += trades.length;
    if (status === "rejected") {
      this.rejectCount++;
      this.#simulator.onGone(INSTRUMENT_ID, side, clOrdId);
    }
    for (const { makerId } of trades) {
      if (this.book.find(makerId) !== undefined) continue;
      const makerSide = side === SIDE_BUY ? SIDE_SELL : SIDE_BUY;
      this.#simulator.onGone(INSTRUMENT_ID, makerSide, makerId);
    }
  }
}

test("an empty market has a dozen levels on both sides within two seconds", () => {
  const market = new NaiveMarket(simulatorOf(1));
  market.run(0, 2);
  for (const side of ["buy", "sell"] as const) {
    const { length } = market.book.depth(side);
    assert.ok(length >= 12, `${side}: expected at least 12 levels, found ${length}`);
  }
});

test("for many seeds and minutes the ladders stand, trades happen and orders stay bounded", () => {
  for (let seed = 0; seed < 8; seed++) {
    const simulator = simulatorOf(seed);
    const market = new NaiveMarket(simulator);
    market.run(0, 5);
    for (let second = 5; second < 65; second++) {
      market.run(second * 1_000_000 + STEP_MICROS, 0.98);
      const resting = market.book.queue("buy").length + market.book.queue("sell").length;
      assert.equal(
        resting,
        simulator.restingOrders(INSTRUMENT_ID),
        `seed ${seed}: it knows its orders`,
      );
      assert.ok(resting <= 2 * MAKER_ORDERS_MAX, `seed ${seed}: found ${resting} resting orders`);
      for (const side of ["buy", "sell"] as const) {
        const { length } = market.book.depth(side);
        assert.ok(length >= 6, `seed ${seed} second ${second} ${side}: found ${length} levels`);
      }
    }
    assert.ok(market.tradeCount > 300, `seed ${seed}: found ${market.tradeCount} trades`);
    const cancels = market.commands.filter(({ kind }) => kind === "cancel");
    assert.ok(cancels.length > 100, `seed ${seed}: found ${cancels.length} cancels`);
    assert.ok(
      market.rejectCount < market.commands.length / 50,
      `found ${market.rejectCount} rejects`,
    );
  }
});

test("the rate is what was asked for, and a late step does not make up for all it missed", () => {
  for (const commandsPerSecond of [50, 200]) {
    const market = new NaiveMarket(simulatorOf(3, commandsPerSecond));
    market.run(0, 20);
    const { length } = market.commands;
    assert.ok(
      Math.abs(length - 20 * commandsPerSecond) <= commandsPerSecond / 10,
      `found ${length}`,
    );
  }
  const simulator = simulatorOf(3);
  simulator.step(0);
  assert.ok(simulator.step(3_600_000_000).length <= 32);
});

test("the same seed trades the same, another one differently", () => {
  const commandsOf = (seed: number) => {
    const market = new NaiveMarket(simulatorOf(seed));
    market.run(0, 10);
    return market.commands;
  };
  assert.deepEqual(commandsOf(5), commandsOf(5));
  assert.notDeepEqual(commandsOf(5), commandsOf(6));
});

test("makers and takers are different accounts and no id is used twice", () => {
  const market = new NaiveMarket(simulatorOf(7));
  market.run(0, 30);
  for (const { kind, accountId } of market.commands) {
    const own = kind === "take" ? TAKER_ACCOUNT_IDS : MAKER_ACCOUNT_IDS;
    assert.ok(own.includes(accountId));
  }
  const ids = market.commands.filter(({ kind }) => kind !== "cancel").map(({ clOrdId }) => clOrdId);
  assert.equal(new Set(ids).size, ids.length);
});

test("commands that the venue refuses leave nothing behind", () => {
  const simulator = simulatorOf(9);
  for (let now = 0; now < 5_000_000; now += STEP_MICROS) {
    for (const command of simulator.step(now)) simulator.onRefused(command);
  }
  assert.equal(simulator.restingOrders(INSTRUMENT_ID), 0);
});

test("orders found at the start are worked off: too many, too far and on the wrong side go", () => {
  const simulator = simulatorOf(11);
  const market = new NaiveMarket(simulator);
  for (let i = 0; i < 200; i++) {
    const side = i % 2 === 0 ? SIDE_BUY : SIDE_SELL;
    const awayTicks = (i + 1) * 2 * (side === SIDE_BUY ? -1 : 1);
    const priceTicks = fairTicks + awayTicks;
    const id = `old${i}`;
    market.book.enter({ id, side: side === SIDE_BUY ? "buy" : "sell", priceTicks, qtyLots: 5 });
    simulator.onResting(INSTRUMENT_ID, side, id, MAKER_ACCOUNT_IDS[0], priceTicks);
  }
  market.run(0, 10);
  const resting = market.book.queue("buy").length + market.book.queue("sell").length;
  assert.ok(resting <= 2 * MAKER_ORDERS_MAX, `found ${resting} resting orders`);
  assert.ok(resting >= MAKER_LEVELS, `found ${resting} resting orders`);
});
