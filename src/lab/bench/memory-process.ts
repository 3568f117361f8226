// One run at one size, in a process of its own: fills an engine with resting orders, says how much
// the process grew by, then times commands that keep their number. Prints one JSON line. Arguments:
// ORDERS COMMANDS.

import { assert } from "../../base/assert.ts";
import { Prng } from "../../base/prng.ts";
import { Engine } from "../../engine/engine.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import { BENCH_INSTRUMENT } from "./bench-instrument.ts";
import { CommandBatch } from "./command-batch.ts";

const SEED = 20_261_127;
const BATCH_COMMANDS = 10_000;
/** Prices of a side: a deep book of a busy instrument. */
const LEVELS = 500;
const MIDDLE_TICKS = 1_000_000;
const WARM_UP_ORDERS = 1000;
const WARM_UP_COMMANDS_MAX = 200_000;

/** An engine full of resting orders, each known by the sequence of the command that entered it. */
class RestingOrders {
  readonly engine = new Engine();
  readonly #random = new Prng(SEED);
  readonly #batch: CommandBatch;
  readonly #sequences: Int32Array;
  #count = 0;

  /** `sequences` has room for as many orders as shall rest. */
  constructor(batch: CommandBatch, sequences: Int32Array) {
    this.#batch = batch;
    this.#sequences = sequences;
  }

  /** Bids below the middle, asks above it, of many accounts: nobody trades. */
  fill(): void {
    this.#begin();
    this.#batch.list(BENCH_INSTRUMENT);
    this.#batch.apply(this.engine);
    while (this.#count < this.#sequences.length) {
      this.#begin();
      while (this.#batch.count < BATCH_COMMANDS && this.#count < this.#sequences.length) {
        this.#enter(this.#count++);
      }
      this.#batch.apply(this.engine);
    }
    assert(this.#ordersCount() === this.#count, "every order rests");
  }

  /** Cancels a random order and enters another, again and again; processor time a command. */
  renew(commands: number): number {
    let micros = 0;
    for (let done = 0; done < commands; done += BATCH_COMMANDS) {
      this.#begin();
      while (this.#batch.count < BATCH_COMMANDS) this.#replaceOne();
      const started = process.cpuUsage();
      this.#batch.apply(this.engine);
      const { user, system } = process.cpuUsage(started);
      micros += user + system;
    }
    assert(this.#ordersCount() === this.#count, "as many orders rest as before");
    return (micros * 1000) / commands;
  }

  #begin(): void {
    this.#batch.restart(this.engine.sequence + 1);
  }

  #replaceOne(): void {
    const place = this.#random.nextBelow(this.#count);
    this.#batch.cancelEntered(this.#sequences[place] ?? 0);
    this.#enter(place);
  }

  #enter(place: number): void {
    const side = SIDE_BUY + this.#random.nextBelow(2);
    const away = 1 + this.#random.nextBelow(LEVELS);
    const priceTicks = MIDDLE_TICKS + (side === SIDE_SELL ? away : -away);
    this.#sequences[place] = this.#batch.nextSequence;
    const lots = 1 + this.#random.nextBelow(100);
    this.#batch.enter(BENCH_INSTRUMENT.instrumentId, side, priceTicks, lots);
  }

  #ordersCount(): number {
    return this.engine.tables.books.ordersCount();
  }
}

function main(ordersCount: number, commands: number): void {
  const batch = new CommandBatch(BATCH_COMMANDS, 1);
  const warmUp = new RestingOrders(batch, new Int32Array(WARM_UP_ORDERS));
  warmUp.fill();
  warmUp.renew(Math.min(commands, WARM_UP_COMMANDS_MAX));
  // Touched now, so that what the load keeps for itself is not counted.
  const sequences = new Int32Array(ordersCount).fill(1);
  const before = process.memoryUsage.rss();
  const orders = new RestingOrders(batch, sequences);
  orders.fill();
  const bytesPerOrder = (process.memoryUsage.rss() - before) / ordersCount;
  // Kept until now: what it gives back is not to be counted.
  assert(warmUp.engine.sequence > 0, "an engine was warmed up");
  const nanosPerCommand = orders.renew(commands);
  const stateHash = orders.engine.stateHash();
  console.log(JSON.stringify({ orders: ordersCount, bytesPerOrder, nanosPerCommand, stateHash }));
}

const [, , ordersCount = "", commands = ""] = process.argv;
main(Number(ordersCount), Number(commands));
