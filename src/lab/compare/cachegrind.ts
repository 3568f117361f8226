// The summary that cachegrind prints at a program's end.

export type CachegrindSummary = {
  readonly instructions: number;
  /** 0 where the caches or branches were not simulated. */
  readonly firstLevelMisses: number;
  readonly lastLevelMisses: number;
  readonly mispredicts: number;
};

/** Throws when there is no count of instructions. */
export function readCachegrind(stderr: string): CachegrindSummary {
  const count = (name: string) => {
    const text = new RegExp(`==\\d+== ${name}:\\s+([\\d,]+)`).exec(stderr)?.[1];
    return text === undefined ? undefined : Number(text.replaceAll(",", ""));
  };
  const instructions = count("I +refs");
  if (instructions === undefined) throw new Error("cachegrind: expected a count of I refs");
  return {
    instructions,
    firstLevelMisses: count("D1 +misses") ?? 0,
    lastLevelMisses: count("LLd misses") ?? 0,
    mispredicts: count("Mispredicts") ?? 0,
  };
}
