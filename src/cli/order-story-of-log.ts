// Folds a log through an engine of its own for the story of one order.

import { readU64 } from "../base/record-buffer.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_WORDS,
  eventKindOf,
} from "../codec/event.ts";
import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { OrderStory } from "../engine/order-story.ts";
import { applyBlock } from "../exchange/follower.ts";
import { LogReader } from "../log/log-reader.ts";
import type { Instrument } from "../model/instrument.ts";

export type ToldStory = {
  readonly story: OrderStory;
  /** The order's; undefined when the log has no such order. */
  readonly instrument: Instrument | undefined;
  /** Whose it is; 0 where there is none. */
  readonly accountId: number;
};

/**
 * Reads what the log in `directory` holds now; a writer beside it is not disturbed. `seesDark`: the
 * story counts what the public does not see too.
 */
export function tellOrderStory(
  directory: string,
  orderId: number,
  linesMax: number,
  seesDark = true,
): ToldStory {
  const engine = new Engine(ENGINE_LIMITS);
  const story = new OrderStory(engine, orderId, linesMax, seesDark);
  const reader = new LogReader(directory, 1);
  let accepted: Omit<ToldStory, "story"> | undefined;
  try {
    for (let block = reader.next(); block !== undefined; block = reader.next()) {
      applyBlock(engine, block, (words, startWord, endWord) => {
        story.observe();
        accepted ??= acceptedIn(engine, orderId, words, startWord, endWord);
      });
    }
  } finally {
    reader.close();
  }
  return { story, ...(accepted ?? { instrument: undefined, accountId: 0 }) };
}

/** Instrument and account of the order, in the batch that accepts it. */
function acceptedIn(
  engine: Engine,
  orderId: number,
  words: Int32Array,
  startWord: number,
  endWord: number,
): Omit<ToldStory, "story"> | undefined {
  for (let at = startWord; at < endWord; at += EVENT_WORDS) {
    if (eventKindOf(words, at) !== EVENT_ACCEPTED) continue;
    if (readU64(words, at + EVENT_ORDER_ID_WORD) !== orderId) continue;
    const { instruments } = engine.tables;
    const book = instruments.find(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
    const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
    return { instrument: instruments.termsOf(book), accountId };
  }
  return undefined;
}
