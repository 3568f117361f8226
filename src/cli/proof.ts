// Proofs that something is in the signed history: the leaves with the events of an order, the way
// from each to the root of its seal, and the seal. Whoever has the operator's public key can check
// one without the log and without us.

import type { KeyObject } from "node:crypto";
import { readU64 } from "../base/record-buffer.ts";
import { BLOCK_BYTES } from "../codec/command.ts";
import {
  EVENT_BYTES,
  EVENT_END,
  EVENT_ORDER_ID_WORD,
  EVENT_WORDS,
  eventKindOf,
  isAccountKind,
} from "../codec/event.ts";
import { type NamedFields, namedCommand, namedEvent } from "../codec/record-fields.ts";
import { LeafBuilder } from "../exchange/leaf-builder.ts";
import { leafHash, merklePath, merkleRoot, rootOfPath } from "../log/merkle.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { isSealedBy, LEAF_COMMANDS, leafCountOf, type Seal } from "../log/seal.ts";
import { readSeals } from "../log/seal-file.ts";
import { oldestFold, scanLog } from "./log-scan.ts";

/** Ids count from 1. */
const NO_ORDER = 0;

export type ProvenLeaf = {
  /** Commands and their events, base64. */
  readonly bytes: string;
  readonly index: number;
  /** Hashes beside the way to the root, hexadecimal. */
  readonly path: readonly string[];
  readonly seal: Seal;
};

export type Proof = { readonly orderId: number; readonly leaves: readonly ProvenLeaf[] };

export type ProofResult = {
  readonly proof: Proof;
  /** Events of the order that no seal vouches for yet. */
  readonly unsealedEvents: number;
};

/** Whether it has the form of a proof; what is in it checkProof() says. */
export function isProof(found: unknown): found is Proof {
  const { orderId, leaves } = (found ?? {}) as Partial<Proof>;
  return Number.isSafeInteger(orderId) && Array.isArray(leaves) && leaves.every(isProvenLeaf);
}

function isProvenLeaf(found: unknown): boolean {
  const { bytes, index, path, seal } = (found ?? {}) as Partial<ProvenLeaf>;
  if (typeof bytes !== "string" || !Number.isSafeInteger(index)) return false;
  if (typeof seal?.signature !== "string") return false;
  return Array.isArray(path) && path.every((hash) => typeof hash === "string");
}

/** Why a proof is none, or that the log is not what was sealed. */
export class ProofError extends Error {
  override name = "ProofError";
  readonly code = "PROOF";
}

/** Replays the log and finds the leaves of the order. Throws ProofError where a seal differs. */
export function proveOrder(directory: string, orderId: number): ProofResult {
  const seals = readSeals(nodeDisk, directory);
  const { fold, start } = oldestFold(directory);
  const prover = new Prover(seals, orderId, start.fromSequence);
  const { problem } = scanLog(directory, start, (block) =>
    fold.applyBlock(block, (records, at) => {
      const { events, sequence } = fold.engine;
      prover.add(sequence, records, at, events.words, events.endWord);
    }),
  );
  if (problem !== undefined) throw problem;
  return { proof: { orderId, leaves: prover.leaves }, unsealedEvents: prover.unsealedEvents };
}

/** Compares roots alone with what a replay gives: ProofError where one differs. */
export class SealCheck {
  readonly #prover: Prover;

  constructor(seals: readonly Seal[], fromSequence: number) {
    this.#prover = new Prover(seals, NO_ORDER, fromSequence);
  }

  readonly add: Prover["add"] = (...step) => this.#prover.add(...step);
}

class Prover {
  readonly leaves: ProvenLeaf[] = [];
  unsealedEvents = 0;
  readonly #seals: readonly Seal[];
  readonly #orderId: number;
  #sealIndex: number;
  #builder: LeafBuilder | undefined;
  #hashes: Uint8Array[] = [];
  /** Whether the leaf that is being built has an event of the order. */
  #isOwnLeaf = false;
  #found: { index: number; bytes: Buffer }[] = [];

  constructor(seals: readonly Seal[], orderId: number, fromSequence: number) {
    this.#seals = seals;
    this.#orderId = orderId;
    this.#sealIndex = seals.findIndex((seal) => seal.firstSequence >= fromSequence);
    if (this.#sealIndex === -1) this.#sealIndex = seals.length;
  }

  add(
    sequence: number,
    records: Parameters<LeafBuilder["add"]>[0],
    at: number,
    words: Int32Array,
    endWord: number,
  ): void {
    const seal = this.#seals[this.#sealIndex];
    if (seal === undefined || sequence < seal.firstSequence) {
      this.unsealedEvents += eventsOf(this.#orderId, words, 0, endWord);
      return;
    }
    this.#builder ??= new LeafBuilder(sequence, (bytes) => this.#onLeaf(bytes));
    const isOwn = this.#orderId !== NO_ORDER && eventsOf(this.#orderId, words, 0, endWord) > 0;
    if (isOwn) this.#isOwnLeaf = true;
    this.#builder.add(records, at, words, endWord);
    if (sequence === seal.lastSequence) this.#endSeal(this.#builder, seal);
  }

  #onLeaf(bytes: Uint8Array): void {
    const index = this.#hashes.length;
    this.#hashes.push(leafHash(bytes));
    if (this.#isOwnLeaf) this.#found.push({ index, bytes: Buffer.from(bytes) });
    this.#isOwnLeaf = false;
  }

  #endSeal(builder: LeafBuilder, seal: Seal): void {
    builder.flush();
    const root = Buffer.from(merkleRoot(this.#hashes)).toString("hex");
    if (root !== seal.root) {
      const range = `sequences ${seal.firstSequence} to ${seal.lastSequence}`;
      throw new ProofError(`${range}: expected the sealed root ${seal.root}, replay gives ${root}`);
    }
    for (const { index, bytes } of this.#found) {
      const path = merklePath(this.#hashes, index).map((hash) => Buffer.from(hash).toString("hex"));
      this.leaves.push({ bytes: bytes.toString("base64"), index, path, seal });
    }
    this.#builder = undefined;
    this.#hashes = [];
    this.#found = [];
    this.#sealIndex++;
  }
}

/** One command of a leaf and its events, without the end mark. */
export type Step = { readonly command: NamedFields; readonly events: readonly NamedFields[] };

/** What a proof shows of its order. Throws ProofError where anything in it is not as signed. */
export function checkProof(proof: Proof, publicKey: KeyObject): Step[] {
  const steps: Step[] = [];
  if (proof.leaves.length === 0) throw new ProofError("expected a leaf, found none");
  for (const { bytes, index, path, seal } of proof.leaves) {
    const leaf = Buffer.from(bytes, "base64");
    if (leaf.toString("base64") !== bytes)
      throw new ProofError("expected base64, found other text");
    if (!isSealedBy(seal, publicKey)) {
      throw new ProofError(`expected the key's signature on the seal of ${seal.lastSequence}`);
    }
    const hashes = path.map((hash) => Buffer.from(hash, "hex"));
    const root = rootOfPath(leafHash(leaf), index, leafCountOf(seal), hashes);
    if (root === undefined || Buffer.from(root).toString("hex") !== seal.root) {
      throw new ProofError(`expected a leaf of the seal of ${seal.lastSequence}, found another`);
    }
    const first = seal.firstSequence + index * LEAF_COMMANDS;
    steps.push(...stepsOf(proof.orderId, leaf, first));
  }
  return steps;
}

function stepsOf(orderId: number, leaf: Uint8Array, firstSequence: number): Step[] {
  const steps = stepsIn(leaf);
  steps.forEach(({ command }, index) => {
    if (command["sequence"] === firstSequence + index) return;
    throw new ProofError(`expected command ${firstSequence + index}, found another`);
  });
  const own = steps.map(({ command, events }) => ({
    command,
    events: events.filter((event) => isOf(orderId, event)),
  }));
  const found = own.filter(({ events }) => events.length > 0);
  if (found.length === 0) throw new ProofError(`expected an event of order ${orderId}, found none`);
  return found;
}

function stepsIn(leaf: Uint8Array): Step[] {
  const bytes = new Uint8Array(leaf); // Aligned, so that words can be read.
  const words = new Int32Array(bytes.buffer, 0, bytes.length / 4);
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length; ) {
    const command = namedCommand(bytes, at);
    at += (bytes[at + 2] ?? 0) * BLOCK_BYTES;
    const events: NamedFields[] = [];
    for (; at < bytes.length && eventKindOf(words, at / 4) !== EVENT_END; at += EVENT_BYTES) {
      if (!isAccountKind(eventKindOf(words, at / 4))) events.push(namedEvent(bytes, at));
    }
    at += EVENT_BYTES; // The end mark.
    steps.push({ command, events });
  }
  return steps;
}

function isOf(orderId: number, event: NamedFields): boolean {
  return event["orderId"] === orderId;
}

function eventsOf(orderId: number, words: Int32Array, startWord: number, endWord: number): number {
  let count = 0;
  for (let at = startWord; at < endWord; at += EVENT_WORDS) {
    const kind = eventKindOf(words, at);
    const isOwn = readU64(words, at + EVENT_ORDER_ID_WORD) === orderId;
    if (isOwn && kind !== EVENT_END && !isAccountKind(kind)) count++;
  }
  return count;
}
