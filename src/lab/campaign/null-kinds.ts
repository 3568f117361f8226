// What stands for an operation that does nothing, in a layer's record.

export const OWN_NULL = "the target's own null operation";
export const ECHO = "the lab's echo server on the same kind of socket: an upper bound";
