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
import type { Engine } from "../engine/engine.ts";
import { OrderStory } from "../engine/order-story.ts";
import { applyBlock } from "../exchange/follower.ts";
import type { Instrument } from "../model/instrument.ts";
import { oldestFold, scanLog } from "./log-scan.ts";

export type ToldStory = {
  readonly story: OrderStory;
  /** The order's; undefined when the log has no such order. */
  readonly instrument: Instrument | undefined;
  /** Whose it is; 0 where there is none. */
  readonly accountId: number;
  /** Where the log begins to tell: older segments may be gone. */
  readonly fromSequence: number;
};

type Accepted = Pick<ToldStory, "instrument" | "accountId">;

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
  const { fold, start } = oldestFold(directory);
  const { engine } = fold;
  const story = new OrderStory(engine, orderId, linesMax, seesDark);
  let accepted: Accepted | undefined;
  const { problem } = scanLog(directory, start, (block) => {
    applyBlock(engine, block, (words, startWord, endWord) => {
      story.observe();
      accepted ??= acceptedIn(engine, orderId, words, startWord, endWord);
    });
  });
  if (problem !== undefined) throw problem;
  const { fromSequence } = start;
  return { story, ...(accepted ?? { instrument: undefined, accountId: 0 }), fromSequence };
}

/** Instrument and account of the order, in the batch that accepts it. */
function acceptedIn(
  engine: Engine,
  orderId: number,
  words: Int32Array,
  startWord: number,
  endWord: number,
): Accepted | undefined {
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
