// One look at the past, in a thread of its own that ends with the answer.

import { parentPort, workerData } from "node:worker_threads";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { foldAt } from "../exchange/time-travel.ts";
import { nodeDisk } from "../log/node-disk.ts";
import type { LogMoment, PastDepth, PastOrder } from "../model/time-travel.ts";
import { tellOrderStory } from "./order-story-of-log.ts";

export type PastQuestion =
  | {
      readonly what: "depth";
      readonly instrumentId: number;
      readonly moment: LogMoment;
      readonly levelsMax: number;
    }
  | {
      readonly what: "story";
      readonly accountId: number;
      readonly orderId: number;
      readonly linesMax: number;
    };

export type TimeTravelTask = {
  readonly logDirectory: string;
  readonly durableSequence: number;
  readonly question: PastQuestion;
};

const NO_STORY: PastOrder = { instrumentId: 0, lines: [], untoldCount: 0 };

parentPort?.postMessage(answerOf(workerData as TimeTravelTask));

function answerOf({ logDirectory, durableSequence, question }: TimeTravelTask) {
  if (question.what === "story") return storyOf(logDirectory, question);
  const { instrumentId, levelsMax, moment } = question;
  const { engine, feed } = foldAt(logDirectory, nodeDisk, ENGINE_LIMITS, moment, durableSequence);
  const answer: PastDepth = {
    ...feed.depth(instrumentId, levelsMax),
    atSequence: engine.sequence,
    atMicros: engine.timeMicros,
  };
  return answer;
}

function storyOf(
  logDirectory: string,
  { accountId, orderId, linesMax }: PastQuestion & { what: "story" },
): PastOrder {
  const told = tellOrderStory(logDirectory, orderId, linesMax, false);
  const isOwn = told.accountId === accountId;
  if (!isOwn || told.instrument === undefined) return NO_STORY;
  const { lines, untoldCount } = told.story;
  return { instrumentId: told.instrument.instrumentId, lines, untoldCount };
}
