// A URL of somebody's service, asked while the laboratory drives it: when an answer is none or too
// late, what runs shall end.

import { setTimeout as wait } from "node:timers/promises";

export type HealthBudget = { readonly url: string; readonly millisMax: number };

export type HealthWatch = {
  /** Aborted when the budget is exceeded. */
  readonly signal: AbortSignal;
  end(): void;
};

const PAUSE_MILLIS = 200;

export function watchHealth(budget: HealthBudget, tell: (line: string) => void): HealthWatch {
  const harm = new AbortController();
  const ended = new AbortController();

  async function watch(): Promise<void> {
    while (!ended.signal.aborted) {
      const fault = await faultOf(budget);
      if (fault !== undefined && !ended.signal.aborted) {
        tell(`health: ${fault}; stopping`);
        harm.abort();
        return;
      }
      await wait(PAUSE_MILLIS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  void watch();
  return { signal: harm.signal, end: () => ended.abort() };
}

/** Undefined: answered in time. */
async function faultOf({ url, millisMax }: HealthBudget): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(millisMax) });
    await response.arrayBuffer();
    return response.ok ? undefined : `${url} answered ${response.status}`;
  } catch {
    return `${url} gave no answer within ${millisMax} ms`;
  }
}
