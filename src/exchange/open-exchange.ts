// Opening an exchange on its directory: recover the log, fold it, go on from there. A first start,
// a clean restart and a restart after a crash are the same.

import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS, type EngineLimits } from "../engine/engine-limits.ts";
import { MarketFeed } from "../feed/market-feed.ts";
import { OuchFeed } from "../feed/ouch-feed.ts";
import { type LogOptions, recoverLog } from "../log/recovery.ts";
import type { BatchListener } from "../model/venue.ts";
import { type Chance, systemChance } from "../ops/chance.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import { Exchange } from "./exchange.ts";
import { applyBlock } from "./follower.ts";

/** SoupBinTCP's session is the log itself: a name from its random number. */
const SESSION_CHARACTERS = 10;

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
  const { instruments } = engine.tables;
  const ouch = new OuchFeed((id) => instruments.termsOf(instruments.find(id)));
  const onBatch: BatchListener = (words, startWord, endWord) => {
    feed.onBatch(words, startWord, endWord);
    ouch.onBatch(words, startWord, endWord);
  };
  const recovered = await recoverLog(directory, { chance, ...logOptions }, (block) =>
    applyBlock(engine, block, onBatch),
  );
  const { log, tornBytes, instanceId } = recovered;
  ouch.session = instanceId.slice(0, SESSION_CHARACTERS).toUpperCase();
  ouch.tell();
  const recoveredCommands = engine.sequence;
  const exchange = new Exchange({ engine, log, feed, ouch, clock, chance });
  return { exchange, recoveredCommands, tornBytes };
}
