// Frames of two builds as one name where they are one function: what differs from build to build
// without a change of the function goes away, line numbers of files and offsets into stripped
// modules.

import { FoldedStacks, type Frame } from "./folded-stacks.ts";

/** `match book/books.js:96_[j]` is `match book/books.js_[j]`; `server+0x4d10` is `server`. */
export function matchedFrame(frame: Frame): Frame {
  return frame.replace(/:\d+(_\[[jkg]\])?$/, "$1").replace(/\+0x[0-9a-f]+$/, "");
}

/** With matched frames and every weight times `factor`. */
export function matchedStacks(stacks: FoldedStacks, factor = 1): FoldedStacks {
  const matched = new FoldedStacks();
  for (const { frames, weight } of stacks.entries()) {
    matched.add(frames.map(matchedFrame), weight * factor);
  }
  return matched;
}
