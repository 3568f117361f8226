// What an order may ask for beyond its type, price, quantity and lifetime, as fields of JSON: one
// table that reads, writes and documents them. Without any of them an order is a plain one.

import type { TermsRead, TermValues } from "../../codec/order-command.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
  EXEC_INST_SLIDE,
} from "../../model/exec-inst.ts";
import type { Instrument } from "../../model/instrument.ts";
import { type CodeWords, PEG_WORDS, STP_WORDS, TRIGGER_WORDS } from "../../model/order-words.ts";
import { INVALID_FIELD, type Refusal, refuse } from "../error-codes.ts";
import { textOfSteps } from "./decimal.ts";
import { type JsonObject, unexpected } from "./fields.ts";
import {
  priceText,
  qtyText,
  readAmount,
  readDistanceTicks,
  readPriceTicks,
  readQtyLots,
} from "./order-fields.ts";

/** How a term is written: on the instrument's grid, as a whole number, or as one of some words. */
export type TermForm = "price" | "distance" | "qty" | "amount" | "integer" | CodeWords;

export type TermField = {
  readonly name: string;
  readonly form: TermForm;
  readonly description: string;
  /** Where its record has less room than a number: the most that it holds. */
  readonly max?: number;
  /** What the field's number says. */
  readonly give: (value: number) => TermValues;
  /** The inverse: undefined where the order does not ask for it. */
  readonly tell: (terms: TermsRead) => number | undefined;
};

const I32_MAX = 2 ** 31 - 1;
const U32_MAX = 2 ** 32 - 1;

/** FIX 18 as one true or false each. */
export const EXEC_FIELDS: ReadonlyMap<string, readonly [bit: number, description: string]> =
  new Map([
    ["postOnly", [EXEC_INST_POST_ONLY, "refused where it would take liquidity"]],
    ["slide", [EXEC_INST_SLIDE, "with postOnly: moves one tick behind instead of being refused"]],
    ["hidden", [EXEC_INST_HIDDEN, "never displayed, after all displayed orders at its price"]],
    ["allOrNone", [EXEC_INST_ALL_OR_NONE, "trades whole or waits out of sight"]],
    ["reduceOnly", [EXEC_INST_REDUCE_ONLY, "only ever makes the position smaller"]],
  ]);

export const TERM_FIELDS: readonly TermField[] = [
  {
    name: "stopPx",
    form: "price",
    description: "what fires a stop or an if-touched order; trailing: where tracking begins",
    give: (stopPxTicks) => ({ stopPxTicks }),
    tell: (terms) => terms.stopPxTicks,
  },
  {
    name: "triggerBy",
    form: TRIGGER_WORDS,
    description:
      "which price fires it: the last trade (unless given), the quote it would meet, mid",
    give: (triggerSource) => ({ triggerSource }),
    tell: (terms) => given(terms.triggerSource),
  },
  {
    name: "trailOffset",
    form: "distance",
    description: "trailing: the distance of the stop price from the best price so far",
    give: (offsetTicks) => ({ offsetTicks, trailing: true }),
    tell: (terms) => (terms.trailing && !terms.offsetIsBasisPoints ? terms.offsetTicks : undefined),
  },
  {
    name: "trailBasisPoints",
    form: "integer",
    max: I32_MAX,
    description: "trailing: the same in hundredths of a percent",
    give: (offsetTicks) => ({ offsetTicks, trailing: true, offsetIsBasisPoints: true }),
    tell: (terms) => (terms.trailing && terms.offsetIsBasisPoints ? terms.offsetTicks : undefined),
  },
  {
    name: "trailStep",
    form: "distance",
    description: "trailing: the stop price moves in whole steps of this",
    give: (stepTicks) => ({ stepTicks }),
    tell: (terms) => given(terms.stepTicks),
  },
  {
    name: "pegPriceType",
    form: PEG_WORDS,
    description: "pegged: the best price of its own side, of the other side, or the middle",
    give: (pegPriceType) => ({ pegPriceType }),
    tell: (terms) => given(terms.pegPriceType),
  },
  {
    name: "pegOffset",
    form: "price",
    description: "pegged: added to the reference price",
    give: (offsetTicks) => ({ offsetTicks }),
    tell: (terms) => (terms.pegPriceType === 0 ? undefined : given(terms.offsetTicks)),
  },
  {
    name: "displayQty",
    form: "qty",
    description: "iceberg: what it shows, at least a thousandth of the quantity",
    give: (displayQtyLots) => ({ displayQtyLots }),
    tell: (terms) => given(terms.displayQtyLots),
  },
  {
    name: "displayRandomQty",
    form: "qty",
    max: U32_MAX,
    description: "iceberg: each slice shows up to so much more",
    give: (displayRandomLots) => ({ displayRandomLots }),
    tell: (terms) => given(terms.displayRandomLots),
  },
  {
    name: "minQty",
    form: "qty",
    description: "what must trade at once",
    give: (minQtyLots) => ({ minQtyLots }),
    tell: (terms) => given(terms.minQtyLots),
  },
  {
    name: "expireTime",
    form: "integer",
    description: "gtd: the end of its life, microseconds since the Unix epoch",
    give: (expireTimeMicros) => ({ expireTimeMicros }),
    tell: (terms) => given(terms.expireTimeMicros),
  },
  {
    name: "protection",
    form: "distance",
    description: "market and stop: how far from the best opposite price it may trade",
    give: (protectionTicks) => ({ protectionTicks }),
    tell: (terms) => terms.protectionTicks,
  },
  {
    name: "quoteAmount",
    form: "amount",
    description: "market: spend or raise at most so much money; orderQty is then left out",
    give: (quoteAmount) => ({ quoteAmount }),
    tell: (terms) => given(terms.quoteAmount),
  },
  {
    name: "stp",
    form: STP_WORDS,
    description: "what happens when it would meet an order of its own account or group",
    give: (stpMode) => ({ stpMode }),
    tell: (terms) => given(terms.stpMode),
  },
];

const BY_NAME: ReadonlyMap<string, TermField> = new Map(
  TERM_FIELDS.map((field) => [field.name, field]),
);

export function isTermField(name: string): boolean {
  return BY_NAME.has(name);
}

/** The terms among the fields of an order. */
export function readTermFields(order: JsonObject, instrument: Instrument): TermValues | Refusal {
  const terms: Record<string, unknown> = {};
  for (const name in order) {
    const field = BY_NAME.get(name);
    if (field === undefined) continue;
    const value = readTermField(field, order[name], instrument);
    if (typeof value !== "number") return value;
    if (value > (field.max ?? value)) return unexpected(name, "less", order[name]);
    const asked = field.give(value);
    const twice = Object.keys(asked).find((key) => key in terms);
    if (twice !== undefined) {
      return refuse(INVALID_FIELD, `${name}: expected one offset, found a second one`);
    }
    Object.assign(terms, asked);
  }
  return terms;
}

function readTermField(
  { name, form }: TermField,
  value: unknown,
  instrument: Instrument,
): number | Refusal {
  switch (form) {
    case "price":
      return readPriceTicks(name, value, instrument);
    case "distance":
      return readDistanceTicks(name, value, instrument);
    case "qty":
      return readQtyLots(name, value, instrument);
    case "amount":
      return readAmount(name, value, instrument);
    case "integer": {
      const isWhole = Number.isSafeInteger(value) && Number(value) >= 0;
      return isWhole ? Number(value) : unexpected(name, "a whole number from 0", value);
    }
    default:
      return readWord(name, value, form);
  }
}

/** The code of one of the words, or a refusal that lists them. */
export function readWord(name: string, value: unknown, codes: CodeWords): number | Refusal {
  return codes.codeOf(value) ?? unexpected(name, anyOf(codes.words), value);
}

/** `"a", "b" or "c"` */
function anyOf(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** Post-only as every report says it, the others where they are asked for. */
export function execFieldsJson(execInst: number): string {
  const json: string[] = [];
  for (const [name, [bit]] of EXEC_FIELDS) {
    const isAsked = (execInst & bit) !== 0;
    if (isAsked || bit === EXEC_INST_POST_ONLY) json.push(`"${name}":${isAsked}`);
  }
  return json.join(",");
}

/** The terms as further fields of a report: `,"stopPx":"99.50"`, "" where there are none. */
export function termFieldsJson(terms: TermsRead, instrument: Instrument): string {
  let json = "";
  for (const { name, form, tell } of TERM_FIELDS) {
    const value = tell(terms);
    if (value !== undefined) json += `,"${name}":${termJson(value, form, instrument)}`;
  }
  return json;
}

function termJson(value: number, form: TermForm, instrument: Instrument): string {
  const text = termText(value, form, instrument);
  return form === "integer" ? text : `"${text}"`;
}

export function termText(value: number, form: TermForm, instrument: Instrument): string {
  switch (form) {
    case "price":
    case "distance":
      return priceText(value, instrument);
    case "qty":
      return qtyText(value, instrument);
    case "amount":
      return amountText(value, instrument);
    case "integer":
      return `${value}`;
    default:
      return form.wordOf(value);
  }
}

function amountText(amount: number, instrument: Instrument): string {
  const { priceDecimals, qtyDecimals, tickUnits, lotUnits } = instrument;
  return textOfSteps(amount, priceDecimals + qtyDecimals, tickUnits * lotUnits);
}

/** Zero is "not asked for". */
function given(value: number): number | undefined {
  return value === 0 ? undefined : value;
}
