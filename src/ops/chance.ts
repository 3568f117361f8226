// Chance of the exchange's edge: a seam. The engine never sees it: what it draws reaches it inside
// commands.

/** 32 bits, as a signed integer. */
export type Chance = () => number;

/** What nobody can foresee. */
export const systemChance: Chance = () => crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
