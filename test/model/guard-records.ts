// Commands of market integrity as records, asked by whom the flow says.

import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD } from "../../src/codec/command.ts";
import {
  writeArmDeadMan,
  writeResetProtection,
  writeSessionEnded,
  writeSetBands,
  writeSetCascadeLimit,
  writeSetDisconnect,
  writeSetEndedIds,
  writeSetKillSwitch,
  writeSetMessageLimits,
  writeSetProtection,
} from "../../src/codec/guard-command.ts";
import { commandRecord } from "../../src/codec/record-for-test.ts";
import type { GuardCommand } from "./naive-guard-commands.ts";

export function guardRecord(command: GuardCommand): RecordBuffer {
  const record = commandRecord();
  write(record, command);
  record.words[COMMAND_ACCOUNT_ID_WORD] = command.askedBy;
  return record;
}

function write(record: RecordBuffer, command: GuardCommand): void {
  const { askedBy: accountId, sessionId } = command;
  const asker = { accountId, sessionId };
  switch (command.kind) {
    case "killSwitch":
      writeSetKillSwitch(record, 0, sessionId, command.asked);
      break;
    case "disconnect":
      writeSetDisconnect(record, 0, asker, command.cancels, command.isOfAccount);
      break;
    case "sessionEnded":
      writeSessionEnded(record, 0, command.targetSessionId);
      break;
    case "deadMan":
      writeArmDeadMan(record, 0, asker, command.timeoutMicros);
      break;
    case "messageLimits":
      writeSetMessageLimits(record, 0, sessionId, command.limits);
      break;
    case "protection":
      writeSetProtection(record, 0, asker, command.protection);
      break;
    case "bands":
      writeSetBands(record, 0, sessionId, command.bands);
      break;
    case "cascade":
      writeSetCascadeLimit(record, 0, sessionId, command.limit);
      break;
    case "endedIds":
      writeSetEndedIds(record, 0, sessionId, command.knownMax);
      break;
    case "resetProtection": {
      const { instrumentId, targetAccountId } = command;
      writeResetProtection(record, 0, asker, targetAccountId, instrumentId);
      break;
    }
  }
}
