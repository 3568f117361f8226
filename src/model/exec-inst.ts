// FIX 18=ExecInst as bits of one byte, because an order may carry several.

/** Participate don't initiate (FIX ExecInst 6): refused if it would take liquidity. */
export const EXEC_INST_POST_ONLY = 1 << 0;
export const EXEC_INST_KNOWN = EXEC_INST_POST_ONLY;
