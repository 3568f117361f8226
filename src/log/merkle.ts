// Merkle trees over SHA-256, as in RFC 6962 (2.1): whoever knows the root can be shown that a leaf
// is in it by a few hashes, and nobody can show another leaf.

import { createHash } from "node:crypto";
import { assert } from "../base/assert.ts";

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export function leafHash(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(LEAF_PREFIX).update(bytes).digest();
}

/** Root over the hashes of one leaf or more. */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  assert(leaves.length > 0, "a tree has a leaf");
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return first;
  const split = largestPowerBelow(leaves.length);
  return nodeHash(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

/** The hashes beside the way from leaf `index` to the root, from the leaf up. */
export function merklePath(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  assert(index >= 0 && index < leaves.length, "the leaf is in the tree");
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...merklePath(left, index), merkleRoot(right)]
    : [...merklePath(right, index - split), merkleRoot(left)];
}

/** The root that a leaf and its path give; undefined where the path has not the tree's length. */
export function rootOfPath(
  leaf: Uint8Array,
  index: number,
  leafCount: number,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (leafCount === 1) return path.length === 0 ? leaf : undefined;
  const beside = path.at(-1);
  if (beside === undefined || leafCount < 1 || index >= leafCount) return undefined;
  const split = largestPowerBelow(leafCount);
  const rest = path.slice(0, -1);
  const isLeft = index < split;
  const mine = isLeft
    ? rootOfPath(leaf, index, split, rest)
    : rootOfPath(leaf, index - split, leafCount - split, rest);
  if (mine === undefined) return undefined;
  return isLeft ? nodeHash(mine, beside) : nodeHash(beside, mine);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(NODE_PREFIX).update(left).update(right).digest();
}

function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
