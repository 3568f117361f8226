// What an account says for the time when it cannot speak: cancel on disconnect, the dead-man timer.

import type { RecordBuffer } from "../../base/record-buffer.ts";
import type { Asker } from "../../codec/command.ts";
import { writeArmDeadMan, writeSetDisconnect } from "../../codec/guard-command.ts";
import { GUARD_WINDOW_MICROS_MAX } from "../../model/guard.ts";
import type { Refusal } from "../error-codes.ts";
import { type JsonObject, unexpected } from "./fields.ts";

const MILLIS_MAX = GUARD_WINDOW_MICROS_MAX / 1000;

/** Writes what is to happen when the session, or any of the account's, ends: 64 bytes. */
export function readDisconnect(
  { on, scope = "session" }: JsonObject,
  asker: Asker,
  record: RecordBuffer,
): Refusal | undefined {
  if (typeof on !== "boolean") return unexpected("on", "true or false", on);
  if (scope !== "session" && scope !== "account") {
    return unexpected("scope", '"session" or "account"', scope);
  }
  writeSetDisconnect(record, 0, asker, on, scope === "account");
  return undefined;
}

/** Writes the arming of the account's dead-man timer, 64 bytes; 0 disarms it. */
export function readDeadMan(
  { timeoutMillis }: JsonObject,
  asker: Asker,
  record: RecordBuffer,
): Refusal | undefined {
  const isWhole = Number.isInteger(timeoutMillis);
  const millis = Number(timeoutMillis);
  if (!isWhole || millis < 0 || millis > MILLIS_MAX) {
    return unexpected("timeoutMillis", `a whole number from 0 to ${MILLIS_MAX}`, timeoutMillis);
  }
  writeArmDeadMan(record, 0, asker, millis * 1000);
  return undefined;
}
