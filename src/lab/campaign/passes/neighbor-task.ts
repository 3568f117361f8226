// What the one word that a neighbor looks at tells it to do.

export const NEIGHBOR_SPINS = 0;
export const NEIGHBOR_STREAMS = 1;
export const NEIGHBOR_ENDS = 2;
