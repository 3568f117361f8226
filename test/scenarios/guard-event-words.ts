// What the exchange says of market integrity.

import {
  COMMAND_ARM_DEAD_MAN,
  COMMAND_RESET_PROTECTION,
  COMMAND_SET_BANDS,
  COMMAND_SET_CASCADE_LIMIT,
  COMMAND_SET_DISCONNECT,
  COMMAND_SET_ENDED_IDS,
  COMMAND_SET_KILL_SWITCH,
  COMMAND_SET_MESSAGE_LIMITS,
  COMMAND_SET_PROTECTION,
} from "../../src/codec/command.ts";
import { EVENT_GUARD_SET, EVENT_GUARD_TRIPPED } from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { reasonName } from "../../src/model/reasons.ts";
import type { ScenarioNames } from "./scenario-names.ts";

const SETTINGS = new Map([
  [COMMAND_SET_KILL_SWITCH, "kill switch set"],
  [COMMAND_SET_DISCONNECT, "disconnect set"],
  [COMMAND_ARM_DEAD_MAN, "dead-man timer set"],
  [COMMAND_SET_MESSAGE_LIMITS, "message limits set"],
  [COMMAND_SET_PROTECTION, "protection set"],
  [COMMAND_RESET_PROTECTION, "protection reset"],
  [COMMAND_SET_BANDS, "bands set"],
  [COMMAND_SET_CASCADE_LIMIT, "cascade limit set"],
  [COMMAND_SET_ENDED_IDS, "ids of ended orders set"],
]);

/** The line of an event about guards; undefined for any other. */
export function guardEventLine(event: PlainEvent, names: ScenarioNames): string | undefined {
  const { accountId, commandKind, instrumentId, kind, reason } = event;
  const where = instrumentId === 0 ? "" : ` on ${names.symbolName(instrumentId)}`;
  const who = accountId === 0 ? "" : `${names.accountName(accountId)} `;
  if (kind === EVENT_GUARD_SET) return `${who}${SETTINGS.get(commandKind)}${where}`;
  if (kind === EVENT_GUARD_TRIPPED) return `${who}tripped ${reasonName(reason)}${where}`;
  return undefined;
}
