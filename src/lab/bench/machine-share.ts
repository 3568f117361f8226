// How the venue and the load beside it share the machine, where more is asked for than that the
// kernel gives each a core when it can.

import { makeRealTime } from "../../ops/real-time.ts";
import { leaveTradingCore } from "../../ops/trading-core.ts";

export type MachineShare = {
  /** Real-time priority for both processes. */
  readonly isRealTime: boolean;
  /** The venue's trading thread has this one alone. */
  readonly tradingCore: number | undefined;
};

/** What the venue is started with. */
export function venueOptionsOf({ isRealTime, tradingCore }: MachineShare): string[] {
  const core = tradingCore === undefined ? [] : ["--trading-core", String(tradingCore)];
  return isRealTime ? [...core, "--realtime"] : core;
}

/** This process takes what is left to the load. Throws where the host does not give it. */
export function takeShare({ isRealTime, tradingCore }: MachineShare): void {
  if (tradingCore !== undefined) leaveTradingCore(tradingCore);
  if (isRealTime) makeRealTime();
}
