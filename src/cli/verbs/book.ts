// `outcry book`: time travel from snapshot and log, without disturbing a running exchange.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { ENGINE_LIMITS } from "../../engine/engine-limits.ts";
import { foldAt } from "../../exchange/time-travel.ts";
import { readMoment } from "../../gateway/http/time-travel-routes.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { formatSteps, type Instrument } from "../../model/instrument.ts";
import type { DepthLevel } from "../../model/venue.ts";
import {
  DATA_OPTION,
  EXIT_DONE,
  EXIT_FAILED,
  integerArgument,
  onlyArgument,
  usageError,
  type Verb,
} from "../verb.ts";

const USAGE = `usage: outcry book SYMBOL --at SEQUENCE|TIME [--levels N] [--data DIR] [--json]

The displayed book of an instrument as it was after a command, or at a time such as
2026-11-27T18:00:00.000Z: from the newest snapshot before it and the log from there. Exits 1 when
there was no such instrument then.

  --levels N   levels of each side (default 10)
  --data DIR   the exchange's data directory (default ./data, or OUTCRY_DATA)
  --json       one JSON object; prices in ticks, quantities in lots
`;

const LEVELS_MAX = 1_000_000;

export const verb: Verb = {
  name: "book",
  summary: "a book as it was at a sequence or a time",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      at: { type: "string" },
      data: DATA_OPTION,
      levels: { type: "string", default: "10" },
      json: { type: "boolean", default: false },
    },
  });
  const symbol = onlyArgument("SYMBOL", "one symbol", positionals);
  const moment = readMoment(values.at ?? "");
  if (moment === undefined) throw usageError("--at", "a sequence or a time", values.at ?? "none");
  const levelsMax = integerArgument("--levels", values.levels, 1, LEVELS_MAX);
  const { engine, feed } = foldAt(join(values.data, "log"), nodeDisk, ENGINE_LIMITS, moment);
  const instrument = instrumentOf(symbol, engine.tables.instruments);
  if (instrument === undefined) {
    process.stderr.write(`outcry book: expected an instrument ${symbol} by then, found none\n`);
    return EXIT_FAILED;
  }
  const { bids, asks } = feed.depth(instrument.instrumentId, levelsMax);
  const { sequence, timeMicros } = engine;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ symbol, sequence, timeMicros, bids, asks })}\n`);
    return EXIT_DONE;
  }
  const time = new Date(timeMicros / 1000).toISOString();
  process.stdout.write(`${symbol} after command ${sequence}, ${time}\n`);
  for (const level of asks.toReversed()) process.stdout.write(levelText("ask", level, instrument));
  for (const level of bids) process.stdout.write(levelText("bid", level, instrument));
  return EXIT_DONE;
}

type Instruments = {
  count(): number;
  termsOf(book: number): Instrument;
};

function instrumentOf(symbol: string, instruments: Instruments): Instrument | undefined {
  for (let book = 0; book < instruments.count(); book++) {
    const instrument = instruments.termsOf(book);
    if (instrument.symbol === symbol) return instrument;
  }
  return undefined;
}

function levelText(side: string, level: DepthLevel, instrument: Instrument): string {
  const [priceTicks, qtyLots, orderCount] = level;
  const { priceDecimals, tickUnits, qtyDecimals, lotUnits } = instrument;
  const price = formatSteps(priceTicks, priceDecimals, tickUnits);
  const quantity = formatSteps(qtyLots, qtyDecimals, lotUnits);
  return `${side}  ${price.padStart(14)}  ${quantity.padStart(14)}  ${orderCount} orders\n`;
}
