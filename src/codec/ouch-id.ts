// hot path
// The identity of an OUCH order, UserRefNum and ClOrdID, in the 16 bytes of a client order id. The
// third form beside those of cl-ord-id.ts: the two top bits of byte 8 are 11, which neither ASCII
// nor a UUID has. An account's order is known by its UserRefNum alone; the ClOrdID is carried.
//
// The 14 characters, each one of 95, are numbers in groups of 4, 3, 4 and 3: 27, 20, 27, 20 bits.
//
//   word 0   UserRefNum
//   word 1   first group, 27 bits; low 5 bits of the second
//   word 2   bits 0-5 low bits of what is left of the fourth group; 6-7 the form; 8-22 what is left
//            of the second; 23-31 the rest of the fourth
//   word 3   third group, 27 bits; low 5 bits of the fourth

export const OUCH_CL_ORD_ID_BYTES = 14;

const FORM = 0xc0;
const FIRST_CHARACTER = 0x20;
const CHARACTERS = 95;
const LONG_GROUP_MASK = 0x7ff_ffff;
const OTHER_GROUP_SHIFT = 27;

/** Whether the client order id from `words[at]` is an OUCH order's. */
export function isOuchId(words: Int32Array, at: number): boolean {
  return (words[at + 2] & FORM) === FORM;
}

/** Whether both client order ids name one order: of OUCH orders the UserRefNum alone counts. */
export function isSameOrderId(
  words: Int32Array,
  at: number,
  others: Int32Array,
  otherAt: number,
): boolean {
  if (words[at] !== others[otherAt]) return false;
  if (isOuchId(words, at) && isOuchId(others, otherAt)) return true;
  return (
    words[at + 1] === others[otherAt + 1] &&
    words[at + 2] === others[otherAt + 2] &&
    words[at + 3] === others[otherAt + 3]
  );
}

/** The id by which an order is named: without its ClOrdID. */
export function writeOuchId(words: Int32Array, at: number, userRefNum: number): void {
  words[at] = userRefNum;
  words[at + 1] = 0;
  words[at + 2] = FORM;
  words[at + 3] = 0;
}

/**
 * Puts the 14 characters from `bytes[from]` into the id from `words[at]`; false, with nothing
 * written, when one of them is not printable ASCII.
 */
export function packOuchClOrdId(
  bytes: Uint8Array,
  from: number,
  words: Int32Array,
  at: number,
): boolean {
  for (let i = 0; i < OUCH_CL_ORD_ID_BYTES; i++) {
    const character = bytes[from + i] - FIRST_CHARACTER;
    if (character < 0 || character >= CHARACTERS) return false;
  }
  const first = groupOf(bytes, from) * CHARACTERS + bytes[from + 3] - FIRST_CHARACTER;
  const second = groupOf(bytes, from + 4);
  const third = groupOf(bytes, from + 7) * CHARACTERS + bytes[from + 10] - FIRST_CHARACTER;
  const fourth = groupOf(bytes, from + 11);
  const fourthRest = fourth >>> 5;
  words[at + 1] = first | (second << OTHER_GROUP_SHIFT);
  words[at + 2] = FORM | (fourthRest & 0x3f) | ((second >>> 5) << 8) | ((fourthRest >>> 6) << 23);
  words[at + 3] = third | (fourth << OTHER_GROUP_SHIFT);
  return true;
}

/** The inverse of packOuchClOrdId. */
export function unpackOuchClOrdId(
  words: Int32Array,
  at: number,
  bytes: Uint8Array,
  to: number,
): void {
  const first = words[at + 1] & LONG_GROUP_MASK;
  const rests = words[at + 2];
  const second = (words[at + 1] >>> OTHER_GROUP_SHIFT) | (((rests >>> 8) & 0x7fff) << 5);
  const third = words[at + 3] & LONG_GROUP_MASK;
  const fourthRest = (rests & 0x3f) | ((rests >>> 23) << 6);
  const fourth = (words[at + 3] >>> OTHER_GROUP_SHIFT) | (fourthRest << 5);
  writeGroup(bytes, to, (first / CHARACTERS) | 0);
  bytes[to + 3] = FIRST_CHARACTER + (first % CHARACTERS);
  writeGroup(bytes, to + 4, second);
  writeGroup(bytes, to + 7, (third / CHARACTERS) | 0);
  bytes[to + 10] = FIRST_CHARACTER + (third % CHARACTERS);
  writeGroup(bytes, to + 11, fourth);
}

/** Three characters as one number. */
function groupOf(bytes: Uint8Array, from: number): number {
  const first = bytes[from] - FIRST_CHARACTER;
  const second = bytes[from + 1] - FIRST_CHARACTER;
  return (first * CHARACTERS + second) * CHARACTERS + bytes[from + 2] - FIRST_CHARACTER;
}

function writeGroup(bytes: Uint8Array, to: number, group: number): void {
  const firstTwo = (group / CHARACTERS) | 0;
  bytes[to] = FIRST_CHARACTER + ((firstTwo / CHARACTERS) | 0);
  bytes[to + 1] = FIRST_CHARACTER + (firstTwo % CHARACTERS);
  bytes[to + 2] = FIRST_CHARACTER + (group % CHARACTERS);
}
