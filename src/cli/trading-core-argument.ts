import { coresOf } from "../ops/trading-core.ts";
import { integerArgument, usageError } from "./verb.ts";

const CORE_MAX = 8191;

/** The core that `--trading-core` names; a usage error unless it is one of several. */
export function tradingCoreArgument(
  text: string | undefined,
  isRealTime: boolean,
): number | undefined {
  if (text === undefined) return undefined;
  // Beside real-time threads those that give way would never have a core.
  if (isRealTime) throw usageError("--trading-core", "no --realtime beside it", "both");
  const core = integerArgument("--trading-core", text, 0, CORE_MAX);
  const cores = coresOf("self");
  if (cores.includes(core) && cores.length > 1) return core;
  const have = cores.length === 0 ? "none that Linux tells" : cores.join(", ");
  throw usageError("--trading-core", `one of several cores of this process (${have})`, text);
}
