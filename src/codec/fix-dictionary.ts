// What FIX 4.4 asks of a message before anybody looks at what it means: which fields it must have,
// what their values may look like, what may stand only once. Fields that the exchange does not read
// are not looked at.

import type { FixMessage } from "./fix-message.ts";
import * as tag from "./fix-tags.ts";
import { fixDateEndMicros, fixTimeMicros } from "./fix-time.ts";

/** SessionRejectReason (373). */
export const REJECT_REQUIRED_TAG_MISSING = 1;
export const REJECT_TAG_WITHOUT_VALUE = 4;
export const REJECT_VALUE_INCORRECT = 5;
export const REJECT_INCORRECT_FORMAT = 6;
export const REJECT_COMP_ID = 9;
export const REJECT_SENDING_TIME = 10;
export const REJECT_INVALID_MSG_TYPE = 11;
export const REJECT_REPEATED_TAG = 13;
export const REJECT_OUT_OF_ORDER = 14;
export const REJECT_GROUP_COUNT = 16;
export const REJECT_OTHER = 99;

/** `text`: what was expected and what was found. */
export type FixFault = { readonly reason: number; readonly tag: number; readonly text: string };

/** Characters of a client's value that are said again. */
const FOUND_CHARACTERS_MAX = 40;

/** Every type of message of FIX 4.4: others are invalid, these may be unsupported. */
const MSG_TYPES = new Set(
  (
    "0 1 2 3 4 5 6 7 8 9 A B C D E F G H J K L M N P Q R S T V W X Y Z a b c d e f g h i j k l " +
    "m n o p q r s t u v w x y z AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AP AQ AR AS AT AU " +
    "AV AW AX AY AZ BA BB BC BD BE BF BG BH"
  ).split(" "),
);

const HEADER_TAGS = new Set([
  ...[
    8, 9, 34, 35, 43, 49, 50, 52, 56, 57, 90, 91, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145,
  ],
  ...[212, 213, 347, 369, 627, 628, 629, 630],
]);

const REQUIRED: Readonly<Record<string, readonly number[]>> = {
  [tag.MSG_TEST_REQUEST]: [tag.TAG_TEST_REQ_ID],
  [tag.MSG_RESEND_REQUEST]: [tag.TAG_BEGIN_SEQ_NO, tag.TAG_END_SEQ_NO],
  [tag.MSG_REJECT]: [tag.TAG_REF_SEQ_NUM],
  [tag.MSG_SEQUENCE_RESET]: [tag.TAG_NEW_SEQ_NO],
  [tag.MSG_LOGON]: [tag.TAG_ENCRYPT_METHOD, tag.TAG_HEART_BT_INT],
  [tag.MSG_NEW_ORDER_SINGLE]: [
    ...[tag.TAG_CL_ORD_ID, tag.TAG_SYMBOL, tag.TAG_SIDE, tag.TAG_TRANSACT_TIME, tag.TAG_ORD_TYPE],
  ],
  [tag.MSG_ORDER_CANCEL_REQUEST]: [
    ...[tag.TAG_ORIG_CL_ORD_ID, tag.TAG_CL_ORD_ID, tag.TAG_SYMBOL, tag.TAG_SIDE],
    tag.TAG_TRANSACT_TIME,
  ],
  [tag.MSG_ORDER_CANCEL_REPLACE_REQUEST]: [
    ...[tag.TAG_ORIG_CL_ORD_ID, tag.TAG_CL_ORD_ID, tag.TAG_SYMBOL, tag.TAG_SIDE],
    ...[tag.TAG_TRANSACT_TIME, tag.TAG_ORD_TYPE],
  ],
  [tag.MSG_ORDER_STATUS_REQUEST]: [tag.TAG_CL_ORD_ID, tag.TAG_SYMBOL, tag.TAG_SIDE],
  [tag.MSG_ORDER_MASS_CANCEL_REQUEST]: [
    ...[tag.TAG_CL_ORD_ID, tag.TAG_MASS_CANCEL_REQUEST_TYPE, tag.TAG_TRANSACT_TIME],
  ],
  [tag.MSG_MARKET_DATA_REQUEST]: [
    ...[tag.TAG_MD_REQ_ID, tag.TAG_SUBSCRIPTION_REQUEST_TYPE, tag.TAG_MARKET_DEPTH],
    ...[tag.TAG_NO_MD_ENTRY_TYPES, tag.TAG_NO_RELATED_SYM],
  ],
  [tag.MSG_SECURITY_STATUS_REQUEST]: [
    ...[tag.TAG_SECURITY_STATUS_REQ_ID, tag.TAG_SYMBOL, tag.TAG_SUBSCRIPTION_REQUEST_TYPE],
  ],
  [tag.MSG_TRADING_SESSION_STATUS_REQUEST]: [
    ...[tag.TAG_TRAD_SES_REQ_ID, tag.TAG_SUBSCRIPTION_REQUEST_TYPE],
  ],
  [tag.MSG_SECURITY_LIST_REQUEST]: [
    ...[tag.TAG_SECURITY_REQ_ID, tag.TAG_SECURITY_LIST_REQUEST_TYPE],
  ],
};

/** A group's count and the field that each of its entries begins with. */
const GROUPS: readonly (readonly [number, number])[] = [
  [tag.TAG_NO_MD_ENTRY_TYPES, tag.TAG_MD_ENTRY_TYPE],
  [tag.TAG_NO_RELATED_SYM, tag.TAG_SYMBOL],
];

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d{1,16}(?:\.\d{0,18})?$/;
const FLAG = /^[YN]$/;
/** Values that FIX 4.4 has, whether the exchange does them or not. */
const SIDES = /^[1-9A-G]$/;
const ORD_TYPES = /^[1-9A-MPj]$/;
const LIFETIMES = /^[0-7]$/;
const EXEC_INSTS = /^[0-9A-Za-z](?: [0-9A-Za-z])*$/;

type Format = {
  readonly test: (value: string) => boolean;
  readonly reason: number;
  readonly expected: string;
};

const FORMATS: ReadonlyMap<number, Format> = new Map([
  ...formats(WHOLE, "a whole number", REJECT_INCORRECT_FORMAT, [
    ...[tag.TAG_BEGIN_SEQ_NO, tag.TAG_END_SEQ_NO, tag.TAG_NEW_SEQ_NO, tag.TAG_REF_SEQ_NUM],
    ...[tag.TAG_HEART_BT_INT, tag.TAG_ENCRYPT_METHOD, tag.TAG_MARKET_DEPTH, tag.TAG_MD_UPDATE_TYPE],
    ...[tag.TAG_NO_MD_ENTRY_TYPES, tag.TAG_NO_RELATED_SYM, tag.TAG_PEG_OFFSET_TYPE],
    tag.TAG_SECURITY_LIST_REQUEST_TYPE,
  ]),
  ...formats(DECIMAL, "a decimal number", REJECT_INCORRECT_FORMAT, [
    ...[tag.TAG_ORDER_QTY, tag.TAG_PRICE, tag.TAG_STOP_PX, tag.TAG_MIN_QTY, tag.TAG_MAX_FLOOR],
    ...[tag.TAG_CASH_ORDER_QTY, tag.TAG_PEG_OFFSET_VALUE, tag.TAG_DISPLAY_QTY],
    tag.TAG_DISPLAY_HIGH_QTY,
  ]),
  ...formats(FLAG, "Y or N", REJECT_VALUE_INCORRECT, [
    ...[tag.TAG_POSS_DUP_FLAG, tag.TAG_POSS_RESEND, tag.TAG_GAP_FILL_FLAG],
    tag.TAG_RESET_SEQ_NUM_FLAG,
  ]),
  ...formats(SIDES, "1 to 9 or A to G", REJECT_VALUE_INCORRECT, [tag.TAG_SIDE]),
  ...formats(ORD_TYPES, "a type of order", REJECT_VALUE_INCORRECT, [tag.TAG_ORD_TYPE]),
  ...formats(LIFETIMES, "0 to 7", REJECT_VALUE_INCORRECT, [tag.TAG_TIME_IN_FORCE]),
  ...formats(EXEC_INSTS, "codes with spaces between", REJECT_VALUE_INCORRECT, [tag.TAG_EXEC_INST]),
  ...formats(/^[0-2]$/, "0 to 2", REJECT_VALUE_INCORRECT, [tag.TAG_SUBSCRIPTION_REQUEST_TYPE]),
  ...formats(/^[1-9]$/, "1 to 9", REJECT_VALUE_INCORRECT, [tag.TAG_MASS_CANCEL_REQUEST_TYPE]),
  ...times("a UTC time", fixTimeMicros, [
    ...[tag.TAG_TRANSACT_TIME, tag.TAG_EXPIRE_TIME, tag.TAG_ORIG_SENDING_TIME],
  ]),
  ...times("a date", fixDateEndMicros, [tag.TAG_EXPIRE_DATE]),
]);

/** Fields that no group holds: they stand in a message once. */
const ONCE = new Set([...HEADER_TAGS, ...FORMATS.keys(), ...Object.values(REQUIRED).flat()]);
/** Messages whose symbol no group holds. */
const SYMBOL_ONCE = new Set([
  ...[tag.MSG_NEW_ORDER_SINGLE, tag.MSG_ORDER_CANCEL_REQUEST, tag.MSG_ORDER_STATUS_REQUEST],
  ...[tag.MSG_ORDER_CANCEL_REPLACE_REQUEST, tag.MSG_ORDER_MASS_CANCEL_REQUEST],
  ...[tag.MSG_SECURITY_STATUS_REQUEST, tag.MSG_SECURITY_LIST_REQUEST],
]);

export function isFixMsgType(msgType: string): boolean {
  return MSG_TYPES.has(msgType);
}

/** What is wrong with the message; undefined: nothing. */
export function fixFaultOf(message: FixMessage): FixFault | undefined {
  if (!isFixMsgType(message.msgType)) {
    const text = expectedText(tag.TAG_MSG_TYPE, "a type of FIX 4.4", message.msgType);
    return { reason: REJECT_INVALID_MSG_TYPE, tag: tag.TAG_MSG_TYPE, text };
  }
  return fieldFault(message) ?? missingFault(message) ?? groupFault(message);
}

function fieldFault(message: FixMessage): FixFault | undefined {
  let isBody = false;
  for (let i = 0; i < message.count - 1; i++) {
    const each = message.tags[i];
    if (message.isEmptyAt(i)) {
      return {
        reason: REJECT_TAG_WITHOUT_VALUE,
        tag: each,
        text: `expected tag ${each} with a value`,
      };
    }
    if (!HEADER_TAGS.has(each)) isBody = true;
    else if (isBody) {
      const text = `expected tag ${each} in the header, found it in the body`;
      return { reason: REJECT_OUT_OF_ORDER, tag: each, text };
    }
    if (isOnce(message, each) && message.find(each) !== i) {
      return { reason: REJECT_REPEATED_TAG, tag: each, text: `expected tag ${each} once` };
    }
    const format = FORMATS.get(each);
    if (format !== undefined && !format.test(message.textAt(i))) {
      const text = expectedText(each, format.expected, message.textAt(i));
      return { reason: format.reason, tag: each, text };
    }
  }
  return undefined;
}

function isOnce(message: FixMessage, field: number): boolean {
  return field === tag.TAG_SYMBOL ? SYMBOL_ONCE.has(message.msgType) : ONCE.has(field);
}

function missingFault(message: FixMessage): FixFault | undefined {
  const missing = REQUIRED[message.msgType]?.find((each) => !message.has(each));
  return missing === undefined ? undefined : missingTag(missing);
}

export function missingTag(field: number): FixFault {
  return { reason: REJECT_REQUIRED_TAG_MISSING, tag: field, text: `expected tag ${field}` };
}

function groupFault(message: FixMessage): FixFault | undefined {
  for (const [countTag, firstTag] of GROUPS) {
    const countAt = message.find(countTag);
    if (countAt < 0) continue;
    let entries = 0;
    for (let i = countAt; i < message.count; i++) if (message.tags[i] === firstTag) entries++;
    if (entries === message.integer(countTag)) continue;
    const found = `${message.integer(countTag)} of ${entries} entries`;
    const text = expectedText(countTag, `how often tag ${firstTag} follows`, found);
    return { reason: REJECT_GROUP_COUNT, tag: countTag, text };
  }
  return undefined;
}

/** "expected a decimal number in tag 44, found 1e2", whatever the client sent. */
export function expectedText(field: number, expected: string, found: string): string {
  const isLong = found.length > FOUND_CHARACTERS_MAX;
  const shown = isLong ? `${found.slice(0, FOUND_CHARACTERS_MAX)}...` : found;
  return `expected ${expected} in tag ${field}, found ${shown === "" ? "nothing" : shown}`;
}

function formats(
  pattern: RegExp,
  expected: string,
  reason: number,
  tags: readonly number[],
): (readonly [number, Format])[] {
  const test = (value: string): boolean => pattern.test(value);
  return tags.map((each) => [each, { test, reason, expected }] as const);
}

function times(
  expected: string,
  read: (text: string) => number,
  tags: readonly number[],
): (readonly [number, Format])[] {
  const test = (value: string): boolean => !Number.isNaN(read(value));
  return tags.map((each) => [each, { test, reason: REJECT_INCORRECT_FORMAT, expected }] as const);
}
