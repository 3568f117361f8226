// A number that nobody guesses from two others, the same on every replay: it is part of what a log
// means, so it never changes.

/** 32 bits that both numbers decide, each by its lowest 32 bits. */
export function mixed(first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(second, 0x9e37_79b1), 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  hash ^= hash >>> 16;
  return hash >>> 0;
}
