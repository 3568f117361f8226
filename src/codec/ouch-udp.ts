// hot path
// OUCH over UDP: docs/protocols/ouch.md, "UDP". Packets have MoldUDP64's header and framing both
// ways; this is what stands in them beyond OUCH's own messages.

import { putU16, putU64, u64At } from "./big-endian.ts";
import { MOLD_HEADER_BYTES, putMoldHeader } from "./mold-udp64.ts";
import {
  LOGIN_REQUEST_BYTES,
  loginAccepted,
  loginRequest,
  readLoginAccepted,
  readLoginRequest,
  SOUP_LOGIN_ACCEPTED,
  SOUP_LOGIN_REJECTED,
  SOUP_LOGIN_REQUEST,
  type SoupLogin,
} from "./soup-bin-tcp.ts";

/** A datagram that passes every usual link whole. */
export const OUCH_UDP_BYTES_MAX = 1400;
/** The number of the request that an answer is to; then the OUCH message. */
export const ANSWER_HEADER_BYTES = 8;
/** A login's answer is no receipt: requests begin at 1. */
export const LOGIN_ANSWER_SEQUENCE = 0;
/** Of a client's packet without messages: it has the answer to the request of this number. */
export const ANSWER_CONFIRMED_COUNT = 0xfffe;
/** Nobody yet: the session of a login. */
export const NO_TOKEN = "";

/** Messages of SoupBinTCP lie here without their length and with their type. */
const SOUP_LENGTH_BYTES = 2;
const LOGIN_MESSAGE_BYTES = LOGIN_REQUEST_BYTES - SOUP_LENGTH_BYTES;

/** A packet of these messages; undefined where they do not fit. */
export function ouchUdpPacket(
  session: string,
  sequence: number,
  messages: readonly Uint8Array[],
): Uint8Array | undefined {
  const length = messages.reduce((sum, each) => sum + 2 + each.length, MOLD_HEADER_BYTES);
  if (length > OUCH_UDP_BYTES_MAX) return undefined;
  const bytes = new Uint8Array(length);
  putMoldHeader(bytes, session, sequence, messages.length);
  let at = MOLD_HEADER_BYTES;
  for (const message of messages) {
    putU16(bytes, at, message.length);
    bytes.set(message, at + 2);
    at += 2 + message.length;
  }
  return bytes;
}

/** A packet that is nothing but its header. */
export function ouchUdpHeader(session: string, sequence: number, count: number): Uint8Array {
  const bytes = new Uint8Array(MOLD_HEADER_BYTES);
  putMoldHeader(bytes, session, sequence, count);
  return bytes;
}

export function loginMessage(login: SoupLogin): Uint8Array {
  return loginRequest(login).subarray(SOUP_LENGTH_BYTES);
}

/** Undefined: it is none. */
export function readLoginMessage(
  bytes: Uint8Array,
  at: number,
  length: number,
): SoupLogin | undefined {
  if (length !== LOGIN_MESSAGE_BYTES || bytes[at] !== SOUP_LOGIN_REQUEST) return undefined;
  return readLoginRequest(bytes, at - SOUP_LENGTH_BYTES);
}

/** The session of the reports, and the number of the next one. */
export function acceptedMessage(session: string, sequence: number): Uint8Array {
  return loginAccepted(session, sequence).subarray(SOUP_LENGTH_BYTES);
}

export function rejectedMessage(reason: number): Uint8Array {
  return Uint8Array.of(SOUP_LOGIN_REJECTED, reason);
}

export type LoginAnswer = { readonly session: string; readonly sequence: number };

/** What a login is answered with; undefined: it is rejected. */
export function readLoginAnswer(bytes: Uint8Array, at: number): LoginAnswer | undefined {
  if (bytes[at] !== SOUP_LOGIN_ACCEPTED) return undefined;
  return readLoginAccepted(bytes, at - SOUP_LENGTH_BYTES);
}

/** The answer of the gateway itself to request `sequence`. */
export function answerMessage(sequence: number, message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ANSWER_HEADER_BYTES + message.length);
  putU64(bytes, 0, sequence);
  bytes.set(message, ANSWER_HEADER_BYTES);
  return bytes;
}

export function answeredSequence(bytes: Uint8Array, at: number): number {
  return u64At(bytes, at);
}
