// Commands about an instrument's trading day as records, asked by whom the flow says.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD } from "../../src/codec/command.ts";
import {
  writeChangeInstrument,
  writeSetCalendar,
  writeSetCall,
  writeSetDay,
  writeSetPhase,
} from "../../src/codec/market-command.ts";
import { commandRecord } from "../../src/codec/record-for-test.ts";
import type { MarketCommand } from "./naive-market-commands.ts";

const SESSION_ID = 1;

export function marketRecord(command: MarketCommand): RecordBuffer {
  const record = commandRecord();
  write(record, command);
  record.words[COMMAND_ACCOUNT_ID_WORD] = command.askedBy;
  return record;
}

function write(record: RecordBuffer, command: MarketCommand): void {
  switch (command.kind) {
    case "setPhase":
      writeSetPhase(record, 0, SESSION_ID, command.order);
      break;
    case "setCalendar":
      writeSetCalendar(record, 0, SESSION_ID, command.instrumentId, command.calendar);
      break;
    case "setDay":
      writeSetDay(record, 0, SESSION_ID, command, command.session);
      break;
    case "setCall":
      writeSetCall(record, 0, SESSION_ID, command.instrumentId, command.terms);
      break;
    case "changeInstrument":
      writeChangeInstrument(record, 0, SESSION_ID, command.instrumentId, command.change);
      break;
  }
}
