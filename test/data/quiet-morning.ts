// Makes the sample that ships with the project: a quiet morning in a made-up share, played on the
// naive book, with what happened recorded as the expected executions and books.
//
//   node test/data/quiet-morning.ts      writes samples/quiet-morning.*
//
// The same seed makes the same files; quiet-morning.test.ts holds them against each other.

import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Prng } from "../../src/base/prng.ts";
import { NaiveBook, type NaiveSide, type NaiveTrade } from "../model/naive-book.ts";

export const SAMPLES_DIRECTORY = new URL("../../samples/", import.meta.url);

const SEED = 20_261_123;
const COMMAND_COUNT = 600;
const OPENING_COMMANDS = 60; // Orders already resting when the morning begins.
const BOOK_EVERY = 50;
const OPEN_SECONDS = 34_200; // 09:30.
const FIRST_ORDER_ID = 1001;
const FAIR_TICKS = 10_125;
const RANGE_TICKS = 15;

/** File name in samples/ (without .gz) to content. */
export function makeQuietMorning(): Map<string, string> {
  const morning = new QuietMorning();
  for (let n = 0; n < COMMAND_COUNT; n++) morning.next();
  return new Map([
    ["quiet-morning.commands.csv", `${morning.commands.join("\n")}\n`],
    ["quiet-morning.expected.jsonl", `${morning.expected.join("\n")}\n`],
    ["quiet-morning.books.jsonl", `${morning.books.join("\n")}\n`],
  ]);
}

class QuietMorning {
  readonly commands = ["n,t,cmd,order_id,side,price,qty,tif,why"];
  readonly expected: string[] = [];
  readonly books: string[] = [];
  readonly #random = new Prng(SEED);
  readonly #book = new NaiveBook();
  #number = 0;
  #lastOrderId = FIRST_ORDER_ID - 1;
  #fairTicks = FAIR_TICKS;
  #micros = 0;

  next(): void {
    const isOpening = this.#number < OPENING_COMMANDS;
    if (!isOpening) this.#micros += this.#random.nextBetween(2000, 4_000_000);
    if (this.#random.nextChance(1, 12)) this.#fairTicks += this.#random.nextBetween(-2, 2);
    const draw = isOpening ? 0 : this.#random.nextBelow(100);
    if (draw < 45 || this.#pick() === undefined) this.#enter(isOpening ? "seed" : "book");
    else if (draw < 65) this.#cancel();
    else if (draw < 73) this.#reduce();
    else if (draw < 85) this.#replace();
    else this.#take();
    if (this.#number % BOOK_EVERY === 0 || this.#number === COMMAND_COUNT) this.#record();
  }

  /** A new order that usually stays away from the other side and sometimes walks into it. */
  #enter(why: "seed" | "book"): void {
    const side = this.#side();
    const nearestTicks = why === "seed" ? 1 : -1;
    const awayTicks = this.#random.nextBetween(nearestTicks, RANGE_TICKS);
    const priceTicks = side === "buy" ? this.#fairTicks - awayTicks : this.#fairTicks + awayTicks;
    const qtyLots = this.#random.nextBetween(1, 20) * 5;
    const id = this.#nextId();
    const { trades } = this.#book.enter({ id, side, priceTicks, qtyLots });
    this.#write(`new,${id},${side},${priceTicks},${qtyLots},GTC,${why}`, trades);
  }

  #cancel(): void {
    const order = this.#pickAny();
    this.#book.cancel(order.id);
    this.#write(`cancel,${order.id},,,,,book`, []);
  }

  #reduce(): void {
    const order = this.#pickAny();
    const byLots = Math.max(1, Math.floor(order.leavesQtyLots / 3));
    this.#book.reduce(order.id, byLots);
    this.#write(`reduce,${order.id},,,${byLots},,book`, []);
  }

  /** Half of them keep their price, and of these half keep their place. */
  #replace(): void {
    const { id, side, priceTicks, leavesQtyLots } = this.#pickAny();
    const movedTicks = this.#random.nextChance(1, 2) ? this.#random.nextBetween(-2, 2) : 0;
    const changedLots = this.#random.nextBetween(-4, 4) * 5;
    const newPriceTicks = priceTicks + movedTicks;
    const newLots = Math.max(1, leavesQtyLots + changedLots);
    const amend = { priceTicks: newPriceTicks, leavesQtyLots: newLots };
    const { trades } = this.#book.amend(id, amend);
    this.#write(`replace,${id},${side},${newPriceTicks},${newLots},,book`, trades);
  }

  /** A taker for what stands on the best one to three levels, or a part of it. */
  #take(): void {
    const side = this.#side();
    const levels = this.#book.depth(side === "buy" ? "sell" : "buy");
    const reached = levels.slice(0, this.#random.nextBetween(1, 3));
    const worst = reached.at(-1);
    if (worst === undefined) {
      this.#enter("book");
      return;
    }
    const nearLots = reached.slice(0, -1).reduce((lots, [, levelLots]) => lots + levelLots, 0);
    const qtyLots = nearLots + this.#random.nextBetween(1, worst[1]);
    const id = this.#nextId();
    const order = { id, side, priceTicks: worst[0], qtyLots, timeInForce: "ioc" } as const;
    const { trades } = this.#book.enter(order);
    this.#write(`new,${id},${side},${worst[0]},${qtyLots},IOC,taker`, trades);
  }

  #write(fields: string, trades: readonly NaiveTrade[]): void {
    const seconds = OPEN_SECONDS + Math.floor(this.#micros / 1_000_000);
    const fraction = String(this.#micros % 1_000_000).padStart(6, "0");
    this.commands.push(`${this.#number},${seconds}.${fraction},${fields}`);
    if (trades.length > 0) {
      const fills = trades.map((trade) => [Number(trade.makerId), trade.priceTicks, trade.qtyLots]);
      this.expected.push(JSON.stringify({ n: this.#number, fills }));
    }
    this.#number++;
  }

  #record(): void {
    const bids = this.#book.depth("buy");
    const asks = this.#book.depth("sell");
    this.books.push(JSON.stringify({ after_n: this.#number - 1, bids, asks }));
  }

  #side(): NaiveSide {
    return this.#random.nextChance(1, 2) ? "buy" : "sell";
  }

  #nextId(): string {
    return String(++this.#lastOrderId);
  }

  #pickAny() {
    const order = this.#pick();
    if (order === undefined) throw new Error("expected a resting order, found an empty book");
    return order;
  }

  #pick() {
    const orders = [...this.#book.queue("buy"), ...this.#book.queue("sell")];
    return orders.length === 0 ? undefined : orders[this.#random.nextBelow(orders.length)];
  }
}

if (import.meta.main) {
  mkdirSync(SAMPLES_DIRECTORY, { recursive: true });
  for (const [name, content] of makeQuietMorning()) {
    writeFileSync(new URL(`${name}.gz`, SAMPLES_DIRECTORY), gzipSync(content, { level: 9 }));
  }
}
