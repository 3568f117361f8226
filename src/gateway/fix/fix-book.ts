// What a FIX session has been told of one instrument's book: the levels that it knows, so that a
// change is new, other or gone.

import type { Instrument } from "../../model/instrument.ts";
import type { DepthLevel, DepthSnapshot } from "../../model/venue.ts";

/** MDUpdateAction (279). */
const NEW = "0";
const CHANGE = "1";
const DELETE = "2";

/** MDEntryType (269). */
const BID = "0";
const OFFER = "1";

export type FixBookChange = {
  readonly action: string;
  readonly type: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
  readonly orderCount: number;
};

type Known = Map<number, DepthLevel>;

export class FixBook {
  readonly instrument: Instrument;
  /** Whether it has every level, not only the best ones. */
  readonly isWhole: boolean;
  readonly #bids: Known = new Map();
  readonly #asks: Known = new Map();

  constructor(instrument: Instrument, isWhole: boolean) {
    this.instrument = instrument;
    this.isWhole = isWhole;
  }

  /** Levels with their new totals; of a level of none nothing is left. */
  update({ bids, asks }: DepthSnapshot): readonly FixBookChange[] {
    return [...updated(this.#bids, bids, BID), ...updated(this.#asks, asks, OFFER)];
  }

  /** What is different from what was told before. */
  compare({ bids, asks }: DepthSnapshot): readonly FixBookChange[] {
    return [
      ...updated(this.#bids, [...gone(this.#bids, bids), ...bids], BID),
      ...updated(this.#asks, [...gone(this.#asks, asks), ...asks], OFFER),
    ];
  }
}

/** Known levels that are in `levels` no more. */
function gone(known: Known, levels: readonly DepthLevel[]): DepthLevel[] {
  const prices = new Set(levels.map(([priceTicks]) => priceTicks));
  return [...known.keys()].filter((each) => !prices.has(each)).map((each) => [each, 0, 0]);
}

function updated(known: Known, levels: readonly DepthLevel[], type: string): FixBookChange[] {
  const changes: FixBookChange[] = [];
  for (const level of levels) {
    const [priceTicks, qtyLots, orderCount] = level;
    const before = known.get(priceTicks);
    if (qtyLots === 0) known.delete(priceTicks);
    else known.set(priceTicks, level);
    const action = actionOf(before, level);
    if (action !== "") changes.push({ action, type, priceTicks, qtyLots, orderCount });
  }
  return changes;
}

/** "" where nothing is different. */
function actionOf(before: DepthLevel | undefined, [, qtyLots, orderCount]: DepthLevel): string {
  if (before === undefined) return qtyLots === 0 ? "" : NEW;
  if (qtyLots === 0) return DELETE;
  return before[1] === qtyLots && before[2] === orderCount ? "" : CHANGE;
}
