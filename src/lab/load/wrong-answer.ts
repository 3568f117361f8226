// What ends a campaign: an answer that the reference book does not give. How fast a target is wrong
// nobody asks, and one that is somebody's shall not be driven on.

import type { LoadResult } from "./load-result.ts";

export class WrongAnswer extends Error {
  override name = "WrongAnswer";
}

/** Throws, with the first one told, where a load had wrong answers. */
export function refuseWrong({ wrong, answered, firstWrong }: LoadResult): void {
  if (wrong === 0) return;
  throw new WrongAnswer(`${wrong} of ${answered} answers were wrong, the first ${firstWrong}`);
}
