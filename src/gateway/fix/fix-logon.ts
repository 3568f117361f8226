// A logon, before there is a session: who it is, as whom, and what for.

import type { FixMessage } from "../../codec/fix-message.ts";
import * as tag from "../../codec/fix-tags.ts";
import { fixTimeMicros } from "../../codec/fix-time.ts";
import { type ApiKey, type KeyRing, ROLES, type Role } from "../keys.ts";
import { FIX_HEARTBEAT_SECONDS_MAX, FIX_SENDING_TIME_MICROS_MAX } from "../limits.ts";
import { COMP_ID_PATTERN, FIX_DROP_COPY, FIX_TRADING } from "./fix-sessions.ts";

const TRADERS: readonly Role[] = ["trader"];

export type FixLogon = {
  readonly key: ApiKey;
  /** EVERY_ACCOUNT in an operator's drop copy. */
  readonly accountId: number;
  /** The client's. */
  readonly compId: string;
  /** Ours: FIX_TRADING, FIX_DROP_COPY. */
  readonly purpose: string;
  readonly heartBtIntSeconds: number;
  readonly isReset: boolean;
  readonly wantsReceipts: boolean;
};

/** A text says why there is no session. */
export function readLogon(
  message: FixMessage,
  keys: KeyRing,
  nowMicros: number,
): FixLogon | string {
  if (message.textAt(0) !== tag.FIX_BEGIN_STRING) {
    return `expected BeginString (8) ${tag.FIX_BEGIN_STRING}`;
  }
  if (message.msgType !== tag.MSG_LOGON) return "expected a Logon";
  const sendingTime = fixTimeMicros(message.text(tag.TAG_SENDING_TIME));
  if (!(Math.abs(sendingTime - nowMicros) <= FIX_SENDING_TIME_MICROS_MAX)) {
    return "expected a SendingTime (52) within two minutes of ours";
  }
  const purpose = message.text(tag.TAG_TARGET_COMP_ID);
  if (purpose !== FIX_TRADING && purpose !== FIX_DROP_COPY) {
    return `expected TargetCompID (56) ${FIX_TRADING} or ${FIX_DROP_COPY}`;
  }
  // Who may only look may look at copies; an operator's account is everybody's.
  const roles = purpose === FIX_DROP_COPY ? ROLES : TRADERS;
  const username = message.text(tag.TAG_USERNAME);
  const key = keys.findShort(username, message.text(tag.TAG_PASSWORD), roles);
  if (key === undefined) return "expected Username (553) and Password (554) of an API key";
  const compId = message.text(tag.TAG_SENDER_COMP_ID);
  if (!COMP_ID_PATTERN.test(compId)) {
    return "expected a SenderCompID (49) of 1 to 32 letters, digits, _ and -";
  }
  if (message.integer(tag.TAG_ENCRYPT_METHOD) !== 0) return "expected EncryptMethod (98) 0";
  const heartBtIntSeconds = message.integer(tag.TAG_HEART_BT_INT);
  if (!(heartBtIntSeconds >= 1 && heartBtIntSeconds <= FIX_HEARTBEAT_SECONDS_MAX)) {
    return `expected HeartBtInt (108) from 1 to ${FIX_HEARTBEAT_SECONDS_MAX}`;
  }
  const isReset = message.isYes(tag.TAG_RESET_SEQ_NUM_FLAG);
  const msgSeqNum = message.integer(tag.TAG_MSG_SEQ_NUM);
  if (!(msgSeqNum >= 1)) return "expected a MsgSeqNum (34)";
  if (isReset && msgSeqNum !== 1) return "expected MsgSeqNum (34) 1 with ResetSeqNumFlag (141)";
  const wantsReceipts = message.isYes(tag.TAG_WANTS_RECEIPTS);
  const { accountId } = key;
  return { key, accountId, compId, purpose, heartBtIntSeconds, isReset, wantsReceipts };
}
