// How sure an answer to a command is when it leaves the exchange.

/** It was checked, given its place and matched: a crash may still forget it. */
export const ACK_ACCEPTED = "accepted";
/** It would be there after the power failed now. The rule. */
export const ACK_DURABLE = "durable";
/** The same on several machines, where the log's backend has them. */
export const ACK_REPLICATED = "replicated";

export type AckLevel = typeof ACK_ACCEPTED | typeof ACK_DURABLE | typeof ACK_REPLICATED;

export const ACK_LEVELS: readonly AckLevel[] = [ACK_ACCEPTED, ACK_DURABLE, ACK_REPLICATED];
