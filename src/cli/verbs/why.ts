// `outcry why`: what happened to an order, and why others were served before it.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { formatSteps, type Instrument } from "../../model/instrument.ts";
import { tellOrderStory } from "../order-story-of-log.ts";
import { storyTexts } from "../order-story-text.ts";
import {
  DATA_OPTION,
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  onlyArgument,
  type Verb,
} from "../verb.ts";

const USAGE = `usage: outcry why ORDER_ID [--data DIR] [--lines N] [--json]

Reads the log of an exchange, running or not, from its beginning (where older segments are gone,
from the oldest snapshot that is left), and tells the story of one order:
what its owner was told, where it stood and how much stood before it, and whenever another order of
its side traded while it stood there, which, at what price, and why that one came first; more than
three of these in a row, for one reason, are one line. Exits 1 when the log has no such order.

  --data DIR   the exchange's data directory (default ./data, or OUTCRY_DATA)
  --lines N    look no further than so many lines, each counted by itself (default 100000)
  --json       print one JSON object a line, each by itself; prices in ticks, quantities in lots
`;

const LINES_MAX = 1_000_000;

export const verb: Verb = {
  name: "why",
  summary: "what happened to an order, and why it did not fill",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: DATA_OPTION,
      lines: { type: "string", default: "100000" },
      json: { type: "boolean", default: false },
    },
  });
  const text = onlyArgument("ORDER_ID", "one order id", positionals);
  const orderId = integerArgument("ORDER_ID", text, 1, Number.MAX_SAFE_INTEGER);
  const linesMax = integerArgument("--lines", values.lines, 1, LINES_MAX);
  const told = tellOrderStory(join(values.data, "log"), orderId, linesMax);
  const { story, instrument, fromSequence } = told;
  if (instrument === undefined) {
    const part = fromSequence > 1 ? ` from sequence ${fromSequence} on, as it can be told` : "";
    process.stderr.write(
      `outcry why: expected an order ${orderId} in the log${part}, found none\n`,
    );
    return EXIT_FAILED;
  }
  const texts = values.json
    ? story.lines.map((line) => JSON.stringify(line))
    : storyTexts(story.lines, wordsOf(instrument));
  for (const text of texts) process.stdout.write(`${text}\n`);
  const untold = story.untoldCount;
  if (untold > 0) process.stderr.write(`${untold} lines more: --lines tells them\n`);
  return EXIT_DONE;
}

function wordsOf({ priceDecimals, tickUnits, qtyDecimals, lotUnits }: Instrument) {
  return {
    price: (ticks: number) => formatSteps(ticks, priceDecimals, tickUnits),
    quantity: (lots: number) => formatSteps(lots, qtyDecimals, lotUnits),
  };
}
