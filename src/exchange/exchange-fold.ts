// The whole fold of the log that an exchange starts from: engine, market data and private streams,
// always at the same sequence. The exchange goes on from it, the snapshot's thread keeps another
// one, tools make their own.

import { assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { type SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { ladderNodesMax } from "../book/books.ts";
import { BLOCK_BYTES, commandBlocksOf } from "../codec/command.ts";
import { Engine, SNAPSHOT_VERSION } from "../engine/engine.ts";
import type { EngineLimits } from "../engine/engine-limits.ts";
import { FEED_SNAPSHOT_VERSION, MarketFeed } from "../feed/market-feed.ts";
import { OUCH_SNAPSHOT_VERSION, OuchFeed } from "../feed/ouch-feed.ts";
import type { LogBlock, LogPoint } from "../log/log-reader.ts";
import type { SnapshotFacts, SnapshotHeader } from "../log/snapshot-header.ts";
import type { Instrument } from "../model/instrument.ts";
import type { BatchListener } from "../model/venue.ts";
import { applyBlock } from "./follower.ts";

/** Two versions in one number. */
const VERSIONS = 1000;

export type CommandListener = (records: RecordBuffer, offsetBytes: number) => void;

export class ExchangeFold {
  readonly engine: Engine;
  readonly feed: MarketFeed;
  readonly ouch: OuchFeed;
  readonly #limits: EngineLimits;

  constructor(limits: EngineLimits) {
    this.#limits = limits;
    this.engine = new Engine(limits);
    this.feed = new MarketFeed(limits.instrumentsMax, ladderNodesMax(limits.ordersMax));
    const { instruments } = this.engine.tables;
    const instrumentOf = (id: number): Instrument => instruments.termsOf(instruments.find(id));
    this.ouch = new OuchFeed(instrumentOf, limits.tradesMax);
  }

  get sequence(): number {
    return this.engine.sequence;
  }

  /** `onCommand` is told each command when its events stand in the engine, `onBatch` its events. */
  applyBlock(
    block: LogBlock,
    onCommand: CommandListener = () => {},
    onBatch: BatchListener = () => {},
  ): void {
    let offsetBytes = block.startBytes;
    applyBlock(this.engine, block, (words, start, end) => {
      this.feed.onBatch(words, start, end);
      this.ouch.onBatch(words, start, end);
      onBatch(words, start, end);
      onCommand(block.records, offsetBytes);
      offsetBytes += commandBlocksOf(block.records.words, offsetBytes / 4) * BLOCK_BYTES;
    });
  }

  /** The state as bytes, to be taken before the next command, and what a snapshot says of it. */
  save(point: LogPoint): { facts: SnapshotFacts; parts: readonly Uint8Array[] } {
    const writer = new SnapshotWriter();
    this.engine.save(writer);
    this.feed.save(writer);
    this.ouch.save(writer);
    const facts = {
      ...point,
      ...layoutOf(this.#limits),
      sequence: this.engine.sequence,
      timeMicros: this.engine.timeMicros,
      historyHash: this.engine.events.historyHash >>> 0,
      stateHash: this.engine.stateHash(),
    };
    return { facts, parts: writer.parts() };
  }

  /** The inverse of save, into a new fold; `whyNotLoadable` said nothing against it. */
  load(snapshot: SnapshotReader): void {
    this.engine.load(snapshot);
    this.feed.load(snapshot);
    this.ouch.load(snapshot);
    snapshot.finish();
    assert(this.engine.sequence > 0, "a snapshot is of a state after some command");
  }
}

/** "" when an engine of these limits and this program can load it; else what is different. */
export function whyNotLoadable(header: SnapshotHeader, limits: EngineLimits): string {
  const mine = layoutOf(limits);
  for (const key of ["engineVersion", "feedVersion", "limitsHash"] as const) {
    if (header[key] !== mine[key]) return `expected ${key} ${mine[key]}, found ${header[key]}`;
  }
  return "";
}

function layoutOf({ salt: _, ...sizes }: EngineLimits) {
  let limitsHash = 0;
  for (const size of Object.values(sizes)) limitsHash = (Math.imul(limitsHash, 31) + size) >>> 0;
  const feedVersion = FEED_SNAPSHOT_VERSION * VERSIONS + OUCH_SNAPSHOT_VERSION;
  return { engineVersion: SNAPSHOT_VERSION, feedVersion, limitsHash };
}
