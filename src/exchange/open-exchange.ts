// Opening an exchange on its directory: the newest usable snapshot, then the log after it, then go
// on from there. A first start, a clean restart and a restart after a crash are the same.

import { assert } from "../base/assert.ts";
import { ENGINE_LIMITS, type EngineLimits } from "../engine/engine-limits.ts";
import type { LogFailure } from "../log/log-failure.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { type LogOptions, type LogStart, recoverLog } from "../log/recovery.ts";
import { headerProblems } from "../log/segment.ts";
import type { BatchListener } from "../model/venue.ts";
import { type Chance, systemChance } from "../ops/chance.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import { Exchange } from "./exchange.ts";
import { openItch } from "./open-itch.ts";
import { type Previews, previewsInPlace } from "./previews.ts";
import { type RestoredFold, restoreFold, startAfter, unreadSnapshot } from "./restore-fold.ts";

/** SoupBinTCP's session is the log itself: a name from its random number. */
const SESSION_CHARACTERS = 10;
/** ITCH's session is one opening of the log: so many characters for the log, the rest counts. */
const ITCH_LOG_CHARACTERS = 4;

export type ExchangeOptions = {
  /** Where log and snapshots live; made when missing. */
  readonly directory: string;
  readonly clock?: Clock;
  readonly chance?: Chance;
  readonly limits?: EngineLimits;
  readonly log?: Omit<LogOptions, "start">;
  /** Who works out previews; in the exchange's own thread, which waits for each. */
  readonly previews?: Previews;
  /** Whether market data is published order by order too; false. */
  readonly itch?: boolean;
  /** Gets the events of each command that is replayed, as subscribers do of later ones. */
  readonly onRecovered?: BatchListener;
};

export type OpenedExchange = {
  readonly exchange: Exchange;
  /** Sequence of the snapshot that was loaded; 0 without one. */
  readonly snapshotSequence: number;
  /** Commands replayed from the log after it. */
  readonly recoveredCommands: number;
  /** Newer snapshots that could not be used, and why. */
  readonly skippedSnapshots: readonly LogFailure[];
  /** What is wrong with segments that the start did not need, as far as their headers show it. */
  readonly oldDamage: readonly LogFailure[];
  /** Bytes of an unfinished write that recovery cut; none of them was acknowledged. */
  readonly tornBytes: number;
};

/** Rejects with the log's failures (LOG_LOCKED, LOG_DAMAGED, ...), naming file and offset. */
export async function openExchange(options: ExchangeOptions): Promise<OpenedExchange> {
  const { directory, limits = ENGINE_LIMITS, log: logOptions = {} } = options;
  const { clock = systemClock, chance = systemChance, previews = previewsInPlace } = options;
  const { disk = nodeDisk } = logOptions;
  const salted = { ...limits, salt: chance() >>> 1 };
  let restored: RestoredFold | undefined;
  const start = (): LogStart => {
    restored = restoreFold(directory, disk, salted);
    return startAfter(restored.header);
  };
  const { log, tornBytes, instanceId, epoch } = await recoverLog(
    directory,
    { chance, ...logOptions, start },
    (block) => restored?.fold.applyBlock(block, undefined, options.onRecovered),
  ).catch((failure: unknown) => {
    throw unreadSnapshot(failure, restored?.skipped ?? []) ?? failure;
  });
  assert(restored !== undefined, "recovery asks where to start");
  const { engine, feed, ouch } = restored.fold;
  ouch.session = instanceId.slice(0, SESSION_CHARACTERS).toUpperCase();
  ouch.tell();
  const itchSession = `${instanceId.slice(0, ITCH_LOG_CHARACTERS)}${epoch.toString(36)}`;
  const itch = options.itch === true ? openItch(itchSession.toUpperCase(), engine) : undefined;
  const snapshotSequence = restored.header?.sequence ?? 0;
  // Before the exchange goes on: it may begin with commands of its own.
  const recoveredCommands = engine.sequence - snapshotSequence;
  return {
    exchange: new Exchange({ engine, log, feed, ouch, itch, clock, chance, previews }),
    snapshotSequence,
    recoveredCommands,
    skippedSnapshots: restored.skipped,
    oldDamage: headerProblems(disk, directory),
    tornBytes,
  };
}
