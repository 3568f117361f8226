// What the operator says, as records.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import {
  writeBustTrade,
  writeCorrectTrade,
  writeDeposit,
  writeSetAccount,
  writeSetFees,
  writeWithdraw,
} from "../../src/codec/account-command.ts";
import { COMMAND_ACCOUNT_ID_WORD } from "../../src/codec/command.ts";
import { commandRecord } from "../../src/codec/record-for-test.ts";
import type { OperatorCommand } from "./naive-operator.ts";

const SESSION_ID = 1;

export function operatorRecord(command: OperatorCommand): RecordBuffer {
  const record = commandRecord();
  write(record, command);
  record.words[COMMAND_ACCOUNT_ID_WORD] = command.askedBy;
  return record;
}

function write(record: RecordBuffer, command: OperatorCommand): void {
  switch (command.kind) {
    case "setAccount":
      writeSetAccount(record, 0, SESSION_ID, command.terms);
      break;
    case "deposit":
      writeDeposit(record, 0, SESSION_ID, command.move);
      break;
    case "withdraw":
      writeWithdraw(record, 0, SESSION_ID, command.move);
      break;
    case "setFees":
      writeSetFees(record, 0, SESSION_ID, command.scope, command.fees);
      break;
    case "bust":
      writeBustTrade(record, 0, SESSION_ID, command.tradeId);
      break;
    case "correct":
      writeCorrectTrade(record, 0, SESSION_ID, command.correction);
      break;
  }
}
