// hot path
// How a command is applied: its number and time, what it does, what follows from that, and the end
// mark. The four kinds of every day are told apart here; all others are handed on.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, readU64 } from "../base/record-buffer.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_NEW,
  COMMAND_NEW_WITH_TERMS,
  COMMAND_SEQUENCE_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandKindOf,
} from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import type { OrderHandling } from "./order-handling.ts";

/** Applies the command at `offsetBytes`, whose first word is `at`. */
export type CommandHandler = (commands: RecordBuffer, offsetBytes: number, at: number) => void;

/** What the engine knows of the commands that it has applied. */
export const SEQUENCE = 0;
export const SESSION_ID_MAX = 1;
export const COMMAND_NUMBERS = 2;
/** A kind is a byte. */
const KINDS = 256;

export function createCommandEntry(
  tables: EngineTables,
  events: EventBuffer,
  handling: OrderHandling,
  numbers: Float64Array,
  handleOther: CommandHandler,
) {
  const { states, time } = tables;
  // Called through a table, each is compiled by itself, with all that it needs inlined.
  const handlers: CommandHandler[] = new Array(KINDS).fill(handleOther);
  handlers[COMMAND_NEW] = ({ words }, _, at) => enter(words, at);
  handlers[COMMAND_CANCEL] = ({ words }, _, at) => cancel(words, at);
  handlers[COMMAND_AMEND] = ({ words }, _, at) => amend(words, at);
  handlers[COMMAND_NEW_WITH_TERMS] = ({ words }, _, at) => entry.enter(words, at, true);
  const { aftermath, amends, cancels, entry, guards, plain, protector } = handling;

  function apply(commands: RecordBuffer, offsetBytes: number): void {
    const { words } = commands;
    const at = offsetBytes >> 2;
    const sequence = readU64(words, at + COMMAND_SEQUENCE_WORD);
    assert(sequence === numbers[SEQUENCE] + 1, "commands are applied in sequence, none left out");
    numbers[SEQUENCE] = sequence;
    const sessionId = words[at + COMMAND_SESSION_ID_WORD] >>> 0;
    if (sessionId > numbers[SESSION_ID_MAX]) numbers[SESSION_ID_MAX] = sessionId;

    time.set(words, at + COMMAND_TIME_MICROS_WORD);
    events.begin(words, at);
    const isGuarded = guards.isOn;
    if (isGuarded) guards.begin(words, at);
    handlers[commandKindOf(words, at)](commands, offsetBytes, at);
    if (isGuarded && guards.hasTripped) protector.act();
    if (states.touchedCount() > 0) aftermath.run();
    const end = events.end();
    const { fields } = events;
    fields.instrumentId[end] = words[at + COMMAND_INSTRUMENT_ID_WORD];
    fields.accountId[end] = words[at + COMMAND_ACCOUNT_ID_WORD];
    fields.sessionId[end] = sessionId;
    fields.reason[end] = commandKindOf(words, at) << 24;
  }

  /** The usual orders first, for nearly all are. */
  function enter(words: Int32Array, at: number): void {
    if (!plain.enter(words, at)) entry.enter(words, at, false);
  }

  function cancel(words: Int32Array, at: number): void {
    if (!plain.cancel(words, at)) cancels.cancel(words, at);
  }

  function amend(words: Int32Array, at: number): void {
    if (!plain.amend(words, at)) amends.amend(words, at);
  }

  return apply;
}
