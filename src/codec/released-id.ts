// hot path
// Client order ids that the exchange itself makes, for orders that a list releases: "#" and the
// order's number, one more "#" for each time that the account has used the id already.

import { assert } from "../base/assert.ts";
import { CL_ORD_ID_BYTES } from "./cl-ord-id.ts";

const MARK = 0x23; // #
const ZERO = 0x30; // 0

/** Writes the id into the 16 bytes of `idBytes`. */
export function writeReleasedId(idBytes: Uint8Array, orderId: number, marks: number): void {
  let digits = 1;
  for (let rest = orderId; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  assert(marks + digits <= CL_ORD_ID_BYTES, "the id of a released order fits");
  idBytes.fill(0);
  idBytes.fill(MARK, 0, marks);
  let rest = orderId;
  for (let at = marks + digits - 1; at >= marks; at--) {
    idBytes[at] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
