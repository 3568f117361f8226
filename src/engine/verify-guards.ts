// Asserts what must hold of guards between any two commands. Costs O(state): only tests and
// simulations call it.

import { assert } from "../base/assert.ts";
import { EVERY_SESSION } from "../model/guard.ts";
import type { EngineTables } from "./engine-tables.ts";
import {
  ACCOUNT_DISABLED,
  ACCOUNT_DISCONNECTS,
  ACCOUNT_KILLED,
  SESSION_ACCOUNT_SHIFT,
  SESSION_DISCONNECTS,
  SESSION_KILLED,
} from "./guard-tables.ts";

export function verifyGuards(tables: EngineTables): void {
  const { accounts, guards } = tables;
  const { killedFirms, protections, sessions } = guards;
  let killedCount = killedFirms.count + (guards.isMarketKilled ? 1 : 0);
  for (let row = 0; row < sessions.count; row++) {
    const word = sessions.wordAt(row);
    const accountRow = (word >>> SESSION_ACCOUNT_SHIFT) - 1;
    const cancels = (word & SESSION_DISCONNECTS) !== 0;
    assert(sessions.wordOf(sessions.idAt(row)) === word, "a session is found by its id");
    assert(cancels === accountRow >= 0, "a session that cancels knows its account");
    assert(accountRow < accounts.count(), "and that account is known");
    if ((word & SESSION_KILLED) !== 0) killedCount++;
  }
  let mindsEnds = sessions.count > 0;
  for (let row = 0; row < accounts.count(); row++) {
    verifyAccount(tables, row);
    if ((guards.accountFlagsOf(row) & ACCOUNT_DISCONNECTS) !== 0) mindsEnds = true;
  }
  assert(guards.mindsEndOf(EVERY_SESSION) === mindsEnds, "ends are minded where somebody asked");
  if (killedCount > 0) assert(guards.asks, "a switch that is on is asked for");
  if (protections.count > 0) assert(guards.asks && guards.watchesFills, "protections count fills");
  assert(protections.trippedCount === 0, "what tripped was acted on");
  verifyDeadMen(tables);
  verifyBands(tables);
}

function verifyBands({ guards, instruments }: EngineTables): void {
  for (let book = 0; book < instruments.count(); book++) {
    const width = guards.bands.staticWidthOf(book) + guards.bands.dynamicWidthOf(book);
    if (width > 0) assert(guards.bands.isUsed, "bands that are set are asked for");
  }
}

function verifyAccount({ guards }: EngineTables, row: number): void {
  const isStopped = (guards.accountFlagsOf(row) & (ACCOUNT_KILLED | ACCOUNT_DISABLED)) !== 0;
  if (isStopped || guards.limits.isLimited(row)) {
    assert(guards.asks, "an account with a switch or limits is asked for them");
  }
}

function verifyDeadMen({ accounts, guards }: EngineTables): void {
  const { deadMen } = guards;
  let armedCount = 0;
  for (let row = 0; row < accounts.count(); row++) if (deadMen.has(row)) armedCount++;
  assert(armedCount === deadMen.count, "dead-man timers are those of accounts");
}
