// Made-up order flow for a lap: a price that wanders, orders around it, cancels, replacements and
// immediate-or-cancel orders in given shares. All from a seed.

import { Prng } from "../../base/prng.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import {
  LAP_CANCEL,
  LAP_NEW,
  LAP_NULL,
  LAP_REPLACE,
  type Lap,
  LapBuilder,
  type LapCommand,
} from "./lap.ts";

export type Mix = {
  /** Commands before the closing cancels. */
  readonly commands: number;
  /** Parts in 100; the rest are new orders that last. */
  readonly cancelPercent: number;
  readonly replacePercent: number;
  readonly iocPercent: number;
  /** Orders that rest far from the market before the flow begins: the size of the book. */
  readonly restingOrders: number;
  readonly seed: number;
};

export const USUAL_MIX: Mix = {
  commands: 200_000,
  cancelPercent: 35,
  replacePercent: 5,
  iocPercent: 15,
  restingOrders: 0,
  seed: 1,
};

/** Whether the target's amend means what a lap's replacement means: the new rest. */
export function takesReplacements({ kind }: { readonly kind: string }): boolean {
  return !["http", "websocket", "venue", "ouch", "fix", "grpc", "template"].includes(kind);
}

const PRICE_MIDDLE_TICKS = 100_000;
const QTY_LOTS_MAX = 100;
/** Orders are canceled or replaced from so many that came last. */
const RECENT = 256;
/** So many tries to find one of them that still rests; then a new order comes instead. */
const TRIES_MAX = 32;
/** Every so many commands the fair price moves by a tick at most. */
const MOVE_EVERY = 16;
const REST_DISTANCE_TICKS = 2000;
const REST_LEVELS = 4096;
const RESTING_ID_FIRST = 1 << 30;

export function mixedLap(mix: Mix): Lap {
  const flow = new MixedFlow(mix.seed);
  for (let i = 0; i < mix.restingOrders; i++) flow.rest();
  for (let i = 0; i < mix.commands; i++) flow.next(mix);
  return flow.builder.close();
}

/** Orders far from the market, which stay: their ids begin above those of any lap. */
export function restingLap(orders: number, seed: number): Lap {
  const flow = new MixedFlow(seed, RESTING_ID_FIRST);
  for (let i = 0; i < orders; i++) flow.rest();
  return flow.builder.leave();
}

/** Commands that ask for nothing: what is left is the way there and back. */
export function nullLap(commands: number): Lap {
  const builder = new LapBuilder();
  for (let i = 0; i < commands; i++) {
    const row = {
      side: SIDE_BUY,
      isIoc: false,
      orderId: i + 1,
      priceTicks: 0,
      qtyLots: 0,
    } as const;
    builder.push({ kind: LAP_NULL, ...row });
  }
  return builder.leave();
}

class MixedFlow {
  readonly builder = new LapBuilder();
  readonly #prng: Prng;
  /** Order ids, negative where the order sells. */
  readonly #recent = new Int32Array(RECENT);
  #lastOrderId: number;
  #fairTicks = PRICE_MIDDLE_TICKS;

  constructor(seed: number, idBefore = 0) {
    this.#prng = new Prng(seed);
    this.#lastOrderId = idBefore;
  }

  /** An order far from the market. */
  rest(): void {
    const isBuy = this.#prng.nextChance(1, 2);
    const away = REST_DISTANCE_TICKS + this.#prng.nextBelow(REST_LEVELS);
    const priceTicks = PRICE_MIDDLE_TICKS + (isBuy ? -away : away);
    this.builder.push(this.#order(LAP_NEW, ++this.#lastOrderId, isBuy, priceTicks, false));
  }

  next(mix: Mix): void {
    if (this.builder.count % MOVE_EVERY === 0) this.#fairTicks += this.#prng.nextBelow(3) - 1;
    const draw = this.#prng.nextBelow(100);
    const { cancelPercent, replacePercent, iocPercent } = mix;
    const ofKnown = cancelPercent + replacePercent;
    const known = draw < ofKnown ? this.#findResting() : 0;
    if (known !== 0) this.#change(draw < cancelPercent ? LAP_CANCEL : LAP_REPLACE, known);
    else this.#enter(draw >= ofKnown && draw < ofKnown + iocPercent);
  }

  /** One of the recent orders that rest; 0 when none was found. */
  #findResting(): number {
    for (let i = 0; i < TRIES_MAX; i++) {
      const known = this.#recent[this.#prng.nextBelow(RECENT)];
      if (known !== 0 && this.builder.isResting(Math.abs(known))) return known;
    }
    return 0;
  }

  #change(kind: number, known: number): void {
    const isBuy = known > 0;
    const priceTicks = this.#priceTicks(isBuy);
    this.builder.push(this.#order(kind, Math.abs(known), isBuy, priceTicks, false));
  }

  #enter(isIoc: boolean): void {
    const isBuy = this.#prng.nextChance(1, 2);
    const orderId = ++this.#lastOrderId;
    // One in four crosses the fair price; the others stand behind it, most of them near.
    const isTaker = isIoc || this.#prng.nextChance(1, 4);
    const priceTicks = this.#priceTicks(isTaker ? !isBuy : isBuy);
    this.builder.push(this.#order(LAP_NEW, orderId, isBuy, priceTicks, isIoc));
    if (this.builder.isResting(orderId))
      this.#recent[orderId % RECENT] = isBuy ? orderId : -orderId;
  }

  /** Behind the fair price of a side: 1 to 64 ticks, the near ones more often. */
  #priceTicks(isBuy: boolean): number {
    const away = 1 + Math.floor(this.#prng.nextBelow(64) * (this.#prng.nextBelow(64) / 64));
    return this.#fairTicks + (isBuy ? -away : away);
  }

  #order(
    kind: number,
    orderId: number,
    isBuy: boolean,
    priceTicks: number,
    isIoc: boolean,
  ): LapCommand {
    const side = isBuy ? SIDE_BUY : SIDE_SELL;
    return {
      kind,
      side,
      isIoc,
      orderId,
      priceTicks,
      qtyLots: this.#prng.nextBetween(1, QTY_LOTS_MAX),
    };
  }
}
