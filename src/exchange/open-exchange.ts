// Opening an exchange on its directory: recover the log, fold it, go on from there. A first start,
// a clean restart and a restart after a crash are the same.

import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS, type EngineLimits } from "../engine/engine-limits.ts";
import { MarketFeed } from "../feed/market-feed.ts";
import { type LogOptions, recoverLog } from "../log/recovery.ts";
import { type Chance, systemChance } from "../ops/chance.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import { Exchange } from "./exchange.ts";
import { applyBlock } from "./follower.ts";

export type ExchangeOptions = {
  /** Where the log lives; made when missing. */
  readonly directory: string;
  readonly clock?: Clock;
  readonly chance?: Chance;
  readonly limits?: EngineLimits;
  readonly log?: LogOptions;
};

export type OpenedExchange = {
  readonly exchange: Exchange;
  /** Commands replayed from the log. */
  readonly recoveredCommands: number;
  /** Bytes of an unfinished write that recovery cut; none of them was acknowledged. */
  readonly tornBytes: number;
};

/** Rejects with the log's failures (LOG_LOCKED, LOG_DAMAGED, ...), naming file and offset. */
export async function openExchange(options: ExchangeOptions): Promise<OpenedExchange> {
  const { directory, limits = ENGINE_LIMITS, log: logOptions = {} } = options;
  const { clock = systemClock, chance = systemChance } = options;
  const engine = new Engine({ ...limits, salt: chance() >>> 1 });
  const feed = new MarketFeed(limits.instrumentsMax);
  const { log, tornBytes } = await recoverLog(directory, { chance, ...logOptions }, (block) =>
    applyBlock(engine, block, (words, start, end) => feed.onBatch(words, start, end)),
  );
  const recoveredCommands = engine.sequence;
  const exchange = new Exchange({ engine, log, feed, clock, chance });
  return { exchange, recoveredCommands, tornBytes };
}
