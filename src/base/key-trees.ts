// hot path
// Many sorted maps from 32-bit keys to slots over one pool of nodes: radix trees, 32 ways a node,
// seven nodes deep. Every key is reached in seven steps whatever a client chose, and memory grows
// with the number of keys, not with their range. A direct-mapped cache of leaves makes the usual
// case one step, and each tree knows its smallest key.
//
//   key (sign bit flipped)  31 30 | 29..25 | 24..20 | 19..15 | 14..10 | 9..5 | 4..0
//                           root                                        leaf's parent, leaf
//
// A leaf that loses its last key stays for a while, because prices come back: at most
// EMPTY_LEAVES_MAX of them, oldest reclaimed first, and none that a new key needs the room of.
// Empty nodes are never met by a search for the smallest key: their bit in the parent is off.
//
// Why a function with inner functions and not a class: decision 0011.

import { assert } from "./assert.ts";
import { NONE } from "./none.ts";
import { createRegisters } from "./registers.ts";
import { createRows, rowMaskOf } from "./rows.ts";
import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

/** The greatest key: what an empty tree's smallest key reads as, and a limit that excludes none. */
export const KEY_MAX = 2_147_483_647;
/** New nodes that one key can need at most: its whole path. */
export const PATH_NODES = 7;

const WAYS = 32;
const WAY_BITS = 5;
const WAY_MASK = 31;
const ROOT_SHIFT = 30;
const SIGN_BIT = 0x8000_0000 | 0;

// Node header, four words.
const HEADER_WORDS = 4;
const BITS = 0; // Which children hold a key.
const PARENT = 1; // Parent node x 32 + position there; NONE in a root; threads the free list.
const LEAF_KEY = 2; // A leaf's key without its low five bits; NONE elsewhere.
const TREE = 3;

// Registers: the scalars of the state, kept in an array so that a snapshot is byte copies.
const USED_NODES = 0;
const FREE_NODE = 1;
const FREE_COUNT = 2;
const EMPTIED_HEAD = 3;
const EMPTIED_TAIL = 4;
const REGISTERS = 5;

/** 4096 leaves of 32 keys: 16 KiB, shared by all trees. */
const CACHE_ENTRIES = 4096;
const CACHE_MASK = CACHE_ENTRIES - 1;
/** Leaves kept though empty: with their paths under 5 MiB, whatever a client does. */
const EMPTY_LEAVES_MAX = 4096;
const EMPTY_MASK = EMPTY_LEAVES_MAX - 1;
/** Spreads the trees over the cache (2^32 divided by the golden ratio). */
const SPREAD = 0x9e37_79b1 | 0;

export type KeyTrees = ReturnType<typeof createKeyTrees>;

/**
 * Trees numbered from 0. Memory for `nodesMax` nodes (148 bytes each) is touched only when used.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createKeyTrees(treesMax: number, nodesMax: number) {
  assert(nodesMax >= PATH_NODES, "a tree has room for one key");
  const rows = createRows(nodesMax, HEADER_WORDS * 4);
  const { words: headers, mask } = rows;
  const bitsOf = rows.wordColumn(BITS);
  const parents = rows.wordColumn(PARENT);
  const leafKeys = rows.wordColumn(LEAF_KEY);
  const treesOf = rows.wordColumn(TREE);
  const children = createRows(nodesMax, WAYS * 4).words;
  const placeMask = children.length - 1;
  /** Children of an inner node; of a leaf, 1 while it stands in the ring of emptied leaves. */
  const tenants = new Int32Array(mask + 1);
  const treeMask = rowMaskOf(treesMax);
  const roots = new Int32Array(treeMask + 1).fill(NONE);
  const firstSlots = new Int32Array(treeMask + 1).fill(NONE);
  const firstKeys = new Int32Array(treeMask + 1).fill(KEY_MAX);
  /** Leaves that were emptied, oldest first; some have filled again since. */
  const emptied = new Int32Array(EMPTY_LEAVES_MAX);
  const registers = createRegisters(REGISTERS);
  const cache = new Int32Array(CACHE_ENTRIES).fill(NONE);
  registers[FREE_NODE] = NONE;

  /** Whether the pool has nodes for any one more key; emptied leaves are given up for it. */
  function hasRoom(): boolean {
    return hasRoomFor(1);
  }

  /** The same for any `keys` more. */
  function hasRoomFor(keys: number): boolean {
    while (nodesMax - registers[USED_NODES] + registers[FREE_COUNT] < keys * PATH_NODES) {
      if (registers[EMPTIED_HEAD] === registers[EMPTIED_TAIL]) return false;
      giveUpOldest();
    }
    return true;
  }

  /** The slot at `key`, or NONE. */
  function find(tree: number, key: number): number {
    const turned = key ^ SIGN_BIT;
    const leaf = findLeaf(tree, turned >>> WAY_BITS);
    if (leaf === NONE) return NONE;
    const position = turned & WAY_MASK;
    if (((bitsOf[(leaf & mask) * HEADER_WORDS] >>> position) & 1) === 0) return NONE;
    return children[(leaf & mask) * WAYS + position];
  }

  /** The slot of the smallest key, or NONE when the tree is empty. */
  function first(tree: number): number {
    return firstSlots[tree & treeMask];
  }

  /** The smallest key; KEY_MAX when the tree is empty. */
  function firstKey(tree: number): number {
    return firstKeys[tree & treeMask];
  }

  /**
   * Maps `key`, which find() does not know, to `slot`; returns its leaf, for remove() and next().
   */
  function insert(tree: number, key: number, slot: number): number {
    const leafKey = (key ^ SIGN_BIT) >>> WAY_BITS;
    let leaf = findLeaf(tree, leafKey);
    if (leaf === NONE) leaf = growLeaf(tree, leafKey);
    const position = key & WAY_MASK; // The sign bit is not among the low five.
    children[(leaf & mask) * WAYS + position] = slot;
    setBit(leaf, position);
    if (firstSlots[tree & treeMask] === NONE || key < firstKeys[tree & treeMask]) {
      firstSlots[tree & treeMask] = slot;
      firstKeys[tree & treeMask] = key;
    }
    return leaf;
  }

  /** Takes `key` out of its leaf. */
  function remove(leaf: number, key: number): void {
    const tree = treesOf[(leaf & mask) * HEADER_WORDS];
    const node = clearBit(leaf, key & WAY_MASK);
    if (key === firstKeys[tree & treeMask]) findFirst(tree, node);
    if (node !== leaf && tenants[leaf & mask] === 0) noteEmptied(leaf);
  }

  /** The slot of the smallest key greater than `key`, or NONE. */
  function next(leaf: number, key: number): number {
    let node = leaf;
    let position = key & WAY_MASK;
    for (;;) {
      const at = (node & mask) * HEADER_WORDS;
      const after = bitsOf[at] & (-2 << position);
      if (after !== 0) {
        const child = children[(node & mask) * WAYS + trailingZeros(after)];
        return leafKeys[at] !== NONE ? child : children[firstPlaceBelow(child) & placeMask];
      }
      const parent = parents[at];
      if (parent === NONE) return NONE;
      node = parent >>> WAY_BITS;
      position = parent & WAY_MASK;
    }
  }

  function save(snapshot: SnapshotWriter): void {
    const usedNodes = registers[USED_NODES];
    snapshot.array(registers);
    snapshot.array(headers, usedNodes * HEADER_WORDS);
    snapshot.array(children, usedNodes * WAYS);
    snapshot.array(tenants, usedNodes);
    snapshot.array(roots);
    snapshot.array(firstSlots);
    snapshot.array(firstKeys);
    snapshot.array(emptied);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(headers);
    snapshot.into(children);
    snapshot.into(tenants);
    snapshot.into(roots);
    snapshot.into(firstSlots);
    snapshot.into(firstKeys);
    snapshot.into(emptied);
    cache.fill(NONE);
  }

  function findLeaf(tree: number, leafKey: number): number {
    const entry = (leafKey ^ Math.imul(tree, SPREAD)) & CACHE_MASK;
    const cached = cache[entry];
    if (cached !== NONE) {
      const at = (cached & mask) * HEADER_WORDS;
      if (leafKeys[at] === leafKey && treesOf[at] === tree) return cached;
    }
    const leaf = walkToLeaf(tree, leafKey);
    if (leaf !== NONE) cache[entry] = leaf;
    return leaf;
  }

  function walkToLeaf(tree: number, leafKey: number): number {
    let node = roots[tree & treeMask];
    if (node === NONE) return NONE;
    for (let shift = ROOT_SHIFT - WAY_BITS; shift >= 0; shift -= WAY_BITS) {
      node = children[(node & mask) * WAYS + ((leafKey >>> shift) & WAY_MASK)];
      if (node === NONE) return NONE;
    }
    return node;
  }

  function growLeaf(tree: number, leafKey: number): number {
    let node = roots[tree & treeMask];
    if (node === NONE) {
      node = acquireNode(NONE, NONE, tree);
      roots[tree & treeMask] = node;
    }
    for (let shift = ROOT_SHIFT - WAY_BITS; shift >= 0; shift -= WAY_BITS) {
      const place = (node & mask) * WAYS + ((leafKey >>> shift) & WAY_MASK);
      let child = children[place & placeMask];
      if (child === NONE) {
        child = acquireNode(place, shift === 0 ? leafKey : NONE, tree);
        children[place & placeMask] = child;
        tenants[node & mask]++;
      }
      node = child;
    }
    return node;
  }

  /** Marks a child as holding keys, up to the first node that held some already. */
  function setBit(leaf: number, leafPosition: number): void {
    let at = (leaf & mask) * HEADER_WORDS;
    let before = bitsOf[at];
    bitsOf[at] = before | (1 << leafPosition);
    while (before === 0) {
      const parent = parents[at];
      if (parent === NONE) return;
      at = (parent >>> WAY_BITS) * HEADER_WORDS;
      before = bitsOf[at];
      bitsOf[at] = before | (1 << (parent & WAY_MASK));
    }
  }

  /** The reverse; returns the nearest node at or above the leaf that still holds keys, or NONE. */
  function clearBit(leaf: number, leafPosition: number): number {
    let node = leaf;
    let position = leafPosition;
    for (;;) {
      const at = (node & mask) * HEADER_WORDS;
      const bits = bitsOf[at] & ~(1 << position);
      bitsOf[at] = bits;
      if (bits !== 0) return node;
      const parent = parents[at];
      if (parent === NONE) return NONE;
      node = parent >>> WAY_BITS;
      position = parent & WAY_MASK;
    }
  }

  /** Notes the new smallest key, which is below `node`; the tree is empty when that is NONE. */
  function findFirst(tree: number, node: number): void {
    if (node === NONE) {
      firstSlots[tree & treeMask] = NONE;
      firstKeys[tree & treeMask] = KEY_MAX;
      return;
    }
    const place = firstPlaceBelow(node);
    const leafKey = headers[(place >>> WAY_BITS) * HEADER_WORDS + LEAF_KEY];
    firstSlots[tree & treeMask] = children[place & placeMask];
    firstKeys[tree & treeMask] = ((leafKey << WAY_BITS) | (place & WAY_MASK)) ^ SIGN_BIT;
  }

  /** Where the smallest key below `node` stands: leaf x 32 + position. */
  function firstPlaceBelow(node: number): number {
    let here = node;
    for (;;) {
      const at = (here & mask) * HEADER_WORDS;
      const place = here * WAYS + trailingZeros(bitsOf[at]);
      if (leafKeys[at] !== NONE) return place;
      here = children[place & placeMask];
    }
  }

  /** Remembers a leaf that just lost its last key and reclaims the one emptied longest ago. */
  function noteEmptied(leaf: number): void {
    if (((registers[EMPTIED_HEAD] - registers[EMPTIED_TAIL]) | 0) === EMPTY_LEAVES_MAX) {
      giveUpOldest();
    }
    emptied[registers[EMPTIED_HEAD]++ & EMPTY_MASK] = leaf;
    tenants[leaf & mask] = 1;
  }

  /** Takes the oldest leaf off the ring and reclaims it, unless it has filled again. */
  function giveUpOldest(): void {
    const oldest = emptied[registers[EMPTIED_TAIL]++ & EMPTY_MASK];
    tenants[oldest & mask] = 0;
    if (bitsOf[(oldest & mask) * HEADER_WORDS] === 0) reclaim(oldest);
  }

  /** Frees an empty leaf and every node above it that has no other child. */
  function reclaim(leaf: number): void {
    let node = leaf;
    for (;;) {
      const parent = parents[(node & mask) * HEADER_WORDS];
      releaseNode(node);
      if (parent === NONE) return;
      children[parent & placeMask] = NONE;
      node = parent >>> WAY_BITS;
      if (--tenants[node & mask] > 0) return;
    }
  }

  function acquireNode(parent: number, leafKey: number, tree: number): number {
    let node = registers[FREE_NODE];
    if (node === NONE) {
      node = registers[USED_NODES]++;
      assert(node < nodesMax, "a node is asked for only while there is room");
    } else {
      registers[FREE_NODE] = parents[(node & mask) * HEADER_WORDS];
      registers[FREE_COUNT]--;
    }
    const at = (node & mask) * HEADER_WORDS;
    bitsOf[at] = 0;
    parents[at] = parent;
    leafKeys[at] = leafKey;
    treesOf[at] = tree;
    tenants[node & mask] = 0;
    children.fill(NONE, node * WAYS, node * WAYS + WAYS);
    return node;
  }

  function releaseNode(node: number): void {
    const at = (node & mask) * HEADER_WORDS;
    if (parents[at] === NONE) roots[treesOf[at] & treeMask] = NONE;
    parents[at] = registers[FREE_NODE];
    leafKeys[at] = NONE;
    treesOf[at] = NONE;
    registers[FREE_NODE] = node;
    registers[FREE_COUNT]++;
  }

  return { hasRoom, hasRoomFor, find, first, firstKey, insert, remove, next, save, load };
}

function trailingZeros(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) & WAY_MASK;
}
