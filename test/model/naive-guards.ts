// What keeps the market whole when somebody in it does not: what was asked for, what has tripped.

import type { MessageCounts } from "./naive-message-limits.ts";
import type { TwinProtection } from "./naive-protections.ts";

export type TwinGuards = {
  /** Accounts whose orders end with any of their sessions. */
  readonly disconnecting: Set<number>;
  /** Sessions of which something is said: who wants his orders to end with it, if anybody. */
  sessions: { readonly sessionId: number; isKilled: boolean; accountId: number | undefined }[];
  /** When accounts are taken for gone, unless they say something before. */
  readonly deadMen: Map<number, number>;
  readonly messages: Map<number, MessageCounts>;
  protections: TwinProtection[];
  /** Tripped, and nothing was done yet. */
  readonly tripped: TwinProtection[];
  /** Why the command at work may not enter anything, whichever order it is about. */
  reasonOfMessage: number;
};

export function noGuards(): TwinGuards {
  return {
    disconnecting: new Set(),
    sessions: [],
    deadMen: new Map(),
    messages: new Map(),
    protections: [],
    tripped: [],
    reasonOfMessage: 0,
  };
}
