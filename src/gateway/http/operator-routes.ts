// The operator's commands, one POST each: the answer is the sequence at which it counts.

import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import {
  EVENT_COMMAND_REJECTED,
  EVENT_SEQUENCE_WORD,
  eventKindOf,
  reasonOf,
} from "../../codec/event.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import type { CommandSession } from "../command-session.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import type { Symbols } from "../json/command-reader.ts";
import { isObject, refuseUnknown, unexpected } from "../json/fields.ts";
import { OPERATOR_COMMANDS, type OperatorCommand } from "../operator-commands.ts";
import { readOperatorFields } from "../operator-fields.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { Call, Route } from "./route.ts";

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);

export function operatorRoutes(session: CommandSession, symbols: Symbols): readonly Route[] {
  return OPERATOR_COMMANDS.map((command) => ({
    method: "POST",
    path: `/operator/${command.name}`,
    tag: "Operator",
    operationId: command.name,
    summary: command.summary,
    needsKey: true,
    roles: ["operator"],
    body: operatorSchemaName(command),
    answers: {
      200: { description: "done", schema: "Done" },
      404: { description: "no such instrument", schema: "Error" },
      422: { description: "the exchange rejected it", schema: "Error" },
    },
    handle: (call) => {
      const refusal = enter(command, call, session, symbols);
      if (refusal !== undefined) replyRefusal(call.response, refusal);
    },
  }));
}

/** "SetAccount" */
export function operatorSchemaName({ name }: OperatorCommand): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function enter(
  command: OperatorCommand,
  { body, response }: Call,
  session: CommandSession,
  symbols: Symbols,
): Refusal | undefined {
  if (!isObject(body)) return unexpected("body", "an object", body);
  const unknown = refuseUnknown(body, new Set(command.fields.map(({ name }) => name)));
  if (unknown !== undefined) return unknown;
  const values = readOperatorFields(command.fields, body, symbols);
  if (isRefusal(values)) return values;
  const refused = command.refuse?.(values, body);
  if (refused !== undefined) return refused;
  command.write(record, session.sessionId, values);
  const reason = session.submit(record, (words, startWord) => {
    if (eventKindOf(words, startWord) === EVENT_COMMAND_REJECTED) {
      replyRefusal(response, refuseForReason(reasonOf(words, startWord)));
      return;
    }
    const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
    replyJson(response, 200, `{"sequence":${sequence}}`);
  });
  return reason === REASON_NONE ? undefined : refuseForReason(reason);
}

function isRefusal(values: object): values is Refusal {
  return "code" in values;
}
