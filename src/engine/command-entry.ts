// hot path
// How a command is applied: its number and time, what it does, what follows from that, and the end
// mark. The four kinds of every day are told apart here; all others are handed on.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, readU64 } from "../base/record-buffer.ts";
import {
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_NEW,
  COMMAND_NEW_WITH_TERMS,
  COMMAND_SEQUENCE_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandKindOf,
} from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { ASKS } from "./guard-tables.ts";
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
  const { frame, states, time } = tables;
  const { words: command } = frame;
  const { switches } = tables.guards;
  const { aftermath, amends, cancels, entry, guards, plain, protector } = handling;
  // Called through a table, each is compiled by itself, with all that it needs inlined.
  const handlers: CommandHandler[] = new Array(KINDS).fill(handleOther);
  handlers[COMMAND_NEW] = enter;
  handlers[COMMAND_CANCEL] = cancel;
  handlers[COMMAND_AMEND] = amend;
  handlers[COMMAND_NEW_WITH_TERMS] = ({ words }, _, at) => entry.enter(words, at, true);

  function apply(commands: RecordBuffer, offsetBytes: number): void {
    const at = offsetBytes >> 2;
    frame.take(commands, at);
    const sequence = readU64(command, COMMAND_SEQUENCE_WORD);
    assert(sequence === numbers[SEQUENCE] + 1, "commands are applied in sequence, none left out");
    numbers[SEQUENCE] = sequence;
    const sessionId = command[COMMAND_SESSION_ID_WORD] >>> 0;
    if (sessionId > numbers[SESSION_ID_MAX]) numbers[SESSION_ID_MAX] = sessionId;

    time.set(command, COMMAND_TIME_MICROS_WORD);
    events.begin(command, 0);
    const isGuarded = switches[ASKS] !== 0;
    if (isGuarded) guards.begin(commands.words, at);
    handlers[commandKindOf(command, 0)](commands, offsetBytes, at);
    if (isGuarded && guards.hasTripped) protector.act();
    if (states.touchedCount() > 0) aftermath.run();
    events.end(command);
  }

  /** The usual orders first, for nearly all are. */
  function enter(): void {
    if (!plain.enter()) entry.enter(command, 0, false);
  }

  function cancel(): void {
    if (!plain.cancel()) cancels.cancel(command, 0);
  }

  function amend(commands: RecordBuffer, _: number, at: number): void {
    frame.takeSecond(commands, at);
    if (!plain.amend()) amends.amend(command, 0);
  }

  return apply;
}
