// Replays a log through this build's engine beside another one: the engine of another build over
// the same commands, or this engine over another log. The first event that differs is the finding.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { EVENT_WORDS } from "../codec/event.ts";
import { type NamedFields, namedCommand, namedEvent } from "../codec/record-fields.ts";
import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { LogReader } from "../log/log-reader.ts";
import { blocksToEnd } from "../log/log-tail.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { recordsIn } from "./log-scan.ts";

/** What every build's engine has: all that is asked of one. */
export type ShadowEngine = {
  readonly events: { readonly words: Int32Array; readonly endWord: number };
  apply(commands: RecordBuffer, offsetBytes: number): void;
};

export type ShadowDifference = {
  readonly sequence: number;
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly command: NamedFields;
  /** What this build, or the first log, says; undefined where it says nothing there. */
  readonly mine: NamedFields | undefined;
  readonly other: NamedFields | undefined;
};

export type ShadowResult = {
  readonly commands: number;
  readonly difference: ShadowDifference | undefined;
};

/** The engine of a build: a directory with dist/, or dist itself. */
export async function loadEngine(build: string): Promise<ShadowEngine> {
  const candidates = [join(build, "dist"), build].map((root) => join(root, "engine", "engine.js"));
  const file = candidates.find(existsSync);
  if (file === undefined) throw new Error(`expected a build with ${candidates[0]}, found none`);
  const module = await import(pathToFileURL(resolve(file)).href);
  return new module.Engine();
}

/** The commands of `directory` through this engine and `other`. */
export function shadowBuild(directory: string, other: ShadowEngine): ShadowResult {
  const engine = new Engine(ENGINE_LIMITS);
  let commands = 0;
  for (const { records, at, sequence } of commandsIn(directory)) {
    engine.apply(records, at);
    other.apply(records, at);
    commands++;
    const difference = compare(engine, other);
    if (difference === undefined) continue;
    const command = namedCommand(records.bytes, at);
    return { commands, difference: { sequence, command, ...difference } };
  }
  return { commands, difference: undefined };
}

/** Both logs through engines of this build; one that ends first is a difference too. */
export function shadowLog(directory: string, otherDirectory: string): ShadowResult {
  const [engine, other] = [new Engine(ENGINE_LIMITS), new Engine(ENGINE_LIMITS)];
  const others = commandsIn(otherDirectory);
  let commands = 0;
  for (const { records, at, sequence } of commandsIn(directory)) {
    const command = namedCommand(records.bytes, at);
    engine.apply(records, at);
    commands++;
    const counterpart = others.next();
    if (counterpart.done === true) {
      const difference = { sequence, index: 0, command, mine: eventAt(engine, 0) };
      return { commands, difference: { ...difference, other: undefined } };
    }
    other.apply(counterpart.value.records, counterpart.value.at);
    const difference = compare(engine, other);
    if (difference !== undefined) {
      return { commands, difference: { sequence, command, ...difference } };
    }
  }
  const more = others.next();
  if (more.done === true) return { commands, difference: undefined };
  const { records, at, sequence } = more.value;
  other.apply(records, at);
  const command = namedCommand(records.bytes, at);
  const difference = { sequence, index: 0, command, mine: undefined, other: eventAt(other, 0) };
  return { commands, difference };
}

function* commandsIn(directory: string) {
  const reader = new LogReader(directory, 1);
  try {
    for (const block of blocksToEnd(reader, directory, nodeDisk)) {
      const { records } = block;
      for (const { at, sequence } of recordsIn(block)) yield { records, at, sequence };
    }
  } finally {
    reader.close();
  }
}

type Difference = Pick<ShadowDifference, "index" | "mine" | "other">;

/** The first event of the two last batches that is not the same, byte for byte. */
function compare(mine: ShadowEngine, other: ShadowEngine): Difference | undefined {
  const [first, second] = [mine.events, other.events];
  const endWord = Math.max(first.endWord, second.endWord);
  for (let at = 0; at < endWord; at++) {
    const isThere = at < first.endWord && at < second.endWord;
    if (isThere && first.words[at] === second.words[at]) continue;
    const index = Math.floor(at / EVENT_WORDS);
    return { index, mine: eventAt(mine, index), other: eventAt(other, index) };
  }
  return undefined;
}

function eventAt({ events }: ShadowEngine, index: number): NamedFields | undefined {
  const { words, endWord } = events;
  if (index * EVENT_WORDS >= endWord) return undefined;
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return namedEvent(bytes, index * EVENT_WORDS * 4);
}
