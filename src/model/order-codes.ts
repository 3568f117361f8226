// hot path
// side, ordType, timeInForce and execInst as one 32-bit word, lowest byte first: the same word in
// commands, in events and in the resting order's row.
//
//   31        24 23        16 15         8 7          0
//   | execInst  | timeInForce |  ordType  |   side    |

import { EXEC_INST_POST_ONLY } from "./exec-inst.ts";

export function packOrderCodes(
  side: number,
  ordType: number,
  timeInForce: number,
  execInst: number,
): number {
  return side | (ordType << 8) | (timeInForce << 16) | (execInst << 24);
}

export function sideOf(codes: number): number {
  return codes & 0xff;
}

export function ordTypeOf(codes: number): number {
  return (codes >>> 8) & 0xff;
}

export function timeInForceOf(codes: number): number {
  return (codes >>> 16) & 0xff;
}

export function execInstOf(codes: number): number {
  return codes >>> 24;
}

export function isPostOnly(codes: number): boolean {
  return (execInstOf(codes) & EXEC_INST_POST_ONLY) !== 0;
}
