// A market that lives: makers keep a ladder around a fair price that wanders, takers trade
// against it, some orders are withdrawn. Pure: time comes in as a number, chance from a seed,
// commands go out as values; what became of them comes back as events. The timer and the venue
// are in simulator-driver.ts.

import { assert } from "../base/assert.ts";
import { Prng } from "../base/prng.ts";
import { SIDE_BUY, SIDE_SELL, type Side } from "../model/side.ts";
import type { SimulatedCommand } from "./simulated-command.ts";
import type { SimulatedInstrument } from "./simulated-instruments.ts";
import { MakerSide } from "./simulated-maker.ts";

export const MAKER_ACCOUNT_IDS: readonly number[] = [901, 902];
export const TAKER_ACCOUNT_IDS: readonly number[] = [911, 912];

/** Commands of one step: a step that comes late does not make up for all it missed. */
const COMMANDS_PER_STEP_MAX = 32;
const MICROS_PER_SECOND = 1_000_000;

/** A taker needs this many orders against it, so that an emptied book recovers first. */
const TAKEN_ORDERS_MIN = 8;
/** Ladder levels that a taker's limit reaches through. */
const TAKER_LEVELS = 6;
/** The fair price stays this many ladders away from the ends of the price range. */
const RANGE_MARGIN_TICKS_FACTOR = 64;

export class MarketSimulator {
  readonly #random: Prng;
  readonly #commandsPerSecond: number;
  readonly #idPrefix: string;
  readonly #markets = new Map<number, SimulatedMarket>();
  #lastMicros: number | undefined;
  /** Commands owed times a million: time passes in microseconds, so nothing is rounded away. */
  #owed = 0;
  #idCount = 0;

  /** `idPrefix`, at most 8 characters, differs from run to run: ids are never used twice. */
  constructor(seed: number, commandsPerSecond: number, idPrefix: string) {
    assert(commandsPerSecond > 0, "a simulator does something");
    assert(idPrefix.length <= 8, "an id has room for a prefix of 8 and a count");
    this.#random = new Prng(seed);
    this.#commandsPerSecond = commandsPerSecond;
    this.#idPrefix = idPrefix;
  }

  /** Starts trading an instrument around `fairTicks`. */
  addInstrument(simulated: SimulatedInstrument, fairTicks: number): void {
    const market = new SimulatedMarket(simulated, fairTicks);
    this.#markets.set(simulated.instrument.instrumentId, market);
  }

  /** What the traders do in the time since the last step; the first step only starts the clock. */
  step(nowMicros: number): SimulatedCommand[] {
    const sinceMicros = nowMicros - (this.#lastMicros ?? nowMicros);
    this.#lastMicros = nowMicros;
    if (this.#markets.size === 0) return [];
    const owedMax = COMMANDS_PER_STEP_MAX * MICROS_PER_SECOND;
    this.#owed = Math.min(this.#owed + sinceMicros * this.#commandsPerSecond, owedMax);
    const commands: SimulatedCommand[] = [];
    for (; this.#owed >= MICROS_PER_SECOND; this.#owed -= MICROS_PER_SECOND) {
      const command = this.#act();
      if (command !== undefined) commands.push(command);
    }
    return commands;
  }

  /** A maker's order rests: one of ours, or one found at the start. */
  onResting(
    instrumentId: number,
    side: number,
    clOrdId: string,
    accountId: number,
    priceTicks: number,
  ): void {
    const maker = this.#markets.get(instrumentId)?.makerOf(side);
    maker?.add({ clOrdId, accountId, priceTicks, isLeaving: false });
  }

  /** The order no longer rests, or never did. */
  onGone(instrumentId: number, side: number, clOrdId: string): void {
    this.#markets.get(instrumentId)?.makerOf(side).remove(clOrdId);
  }

  /** The venue did not take the command: as if it had never been thought of. */
  onRefused({ kind, instrumentId, side, clOrdId }: SimulatedCommand): void {
    if (kind === "make") this.onGone(instrumentId, side, clOrdId);
    const order = this.#markets.get(instrumentId)?.makerOf(side).get(clOrdId);
    if (order !== undefined) order.isLeaving = false;
  }

  /** Resting orders of the makers as the simulator knows them, those on their way included. */
  restingOrders(instrumentId: number): number {
    const market = this.#markets.get(instrumentId);
    return market === undefined ? 0 : market.bids.orderCount + market.asks.orderCount;
  }

  #act(): SimulatedCommand | undefined {
    const markets = [...this.#markets.values()];
    const market = markets[this.#random.nextBelow(markets.length)];
    market.wander(this.#random);
    const first = this.#random.nextChance(1, 2) ? SIDE_BUY : SIDE_SELL;
    const second = first === SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    return (
      this.#clear(market, first) ??
      this.#clear(market, second) ??
      this.#takeSometimes(market, first) ??
      this.#make(market, first) ??
      this.#make(market, second) ??
      this.#withdraw(market, first)
    );
  }

  /** Takes an order away that the fair price has left behind or run through. */
  #clear(market: SimulatedMarket, side: Side): SimulatedCommand | undefined {
    const order = market.makerOf(side).misplaced(market.fairTicks);
    return order && this.#cancel(market, side, order.clOrdId, order.accountId);
  }

  #make(market: SimulatedMarket, side: Side): SimulatedCommand | undefined {
    const maker = market.makerOf(side);
    const priceTicks = maker.vacantPrice(market.fairTicks, this.#random);
    if (priceTicks === undefined) return undefined;
    const command: SimulatedCommand = {
      kind: "make",
      accountId: this.#oneOf(MAKER_ACCOUNT_IDS),
      instrumentId: market.instrumentId,
      clOrdId: this.#nextId(),
      side,
      priceTicks,
      qtyLots: market.qtyLots(this.#random, 20),
    };
    maker.add({ ...command, priceTicks, isLeaving: false });
    return command;
  }

  /** One time in four, when enough rests on the other side. */
  #takeSometimes(market: SimulatedMarket, side: Side): SimulatedCommand | undefined {
    const opposite = side === SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    if (market.makerOf(opposite).orderCount < TAKEN_ORDERS_MIN) return undefined;
    if (!this.#random.nextChance(1, 4)) return undefined;
    const hasLimit = this.#random.nextChance(2, 3);
    return {
      kind: "take",
      accountId: this.#oneOf(TAKER_ACCOUNT_IDS),
      instrumentId: market.instrumentId,
      clOrdId: this.#nextId(),
      side,
      priceTicks: hasLimit ? market.takerLimit(side) : undefined,
      qtyLots: market.qtyLots(this.#random, 12),
    };
  }

  #withdraw(market: SimulatedMarket, side: Side): SimulatedCommand | undefined {
    const order = market.makerOf(side).any(this.#random);
    return order && this.#cancel(market, side, order.clOrdId, order.accountId);
  }

  #cancel(
    market: SimulatedMarket,
    side: Side,
    clOrdId: string,
    accountId: number,
  ): SimulatedCommand {
    const order = market.makerOf(side).get(clOrdId);
    assert(order !== undefined && !order.isLeaving, "an order is canceled once");
    order.isLeaving = true;
    const { instrumentId } = market;
    return { kind: "cancel", accountId, instrumentId, clOrdId, side, priceTicks: 0, qtyLots: 0 };
  }

  #nextId(): string {
    return `${this.#idPrefix}${(++this.#idCount).toString(36)}`;
  }

  #oneOf(accountIds: readonly number[]): number {
    return accountIds[this.#random.nextBelow(accountIds.length)];
  }
}

/** One instrument with its fair price and the makers' two sides. */
class SimulatedMarket {
  readonly bids: MakerSide;
  readonly asks: MakerSide;
  readonly #simulated: SimulatedInstrument;
  readonly #fairTicksMin: number;
  readonly #fairTicksMax: number;
  fairTicks: number;

  constructor(simulated: SimulatedInstrument, fairTicks: number) {
    const { levelTicks, instrument } = simulated;
    const marginTicks = levelTicks * RANGE_MARGIN_TICKS_FACTOR;
    this.#simulated = simulated;
    this.#fairTicksMin = instrument.priceTicksMin + marginTicks;
    this.#fairTicksMax = instrument.priceTicksMax - marginTicks;
    assert(this.#fairTicksMin < this.#fairTicksMax, "the price range has room for the ladders");
    this.fairTicks = this.#clamped(fairTicks);
    this.bids = new MakerSide(SIDE_BUY, levelTicks);
    this.asks = new MakerSide(SIDE_SELL, levelTicks);
  }

  get instrumentId(): number {
    return this.#simulated.instrument.instrumentId;
  }

  makerOf(side: number): MakerSide {
    return side === SIDE_BUY ? this.bids : this.asks;
  }

  /** One time in six the fair price moves, up as often as down. */
  wander(random: Prng): void {
    if (!random.nextChance(1, 6)) return;
    const { moveTicksMax } = this.#simulated;
    this.fairTicks = this.#clamped(
      this.fairTicks + random.nextBetween(-moveTicksMax, moveTicksMax),
    );
  }

  /** 1 to `clipsMax` clips, small ones more often. */
  qtyLots(random: Prng, clipsMax: number): number {
    const clips = Math.min(random.nextBetween(1, clipsMax), random.nextBetween(1, clipsMax));
    return clips * this.#simulated.clipLots;
  }

  takerLimit(side: Side): number {
    const reachTicks = this.#simulated.levelTicks * TAKER_LEVELS;
    return side === SIDE_BUY ? this.fairTicks + reachTicks : this.fairTicks - reachTicks;
  }

  #clamped(fairTicks: number): number {
    return Math.min(Math.max(fairTicks, this.#fairTicksMin), this.#fairTicksMax);
  }
}
