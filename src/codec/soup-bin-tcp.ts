// hot path
// SoupBinTCP packets: docs/protocols/ouch.md, "SoupBinTCP". A packet is two bytes of length, a type
// and a payload; the length counts the type and the payload.

import { putU16, u16At } from "./big-endian.ts";

export const SOUP_DEBUG = 0x2b; // +
export const SOUP_LOGIN_ACCEPTED = 0x41; // A
export const SOUP_LOGIN_REJECTED = 0x4a; // J
export const SOUP_SEQUENCED_DATA = 0x53; // S
export const SOUP_UNSEQUENCED_DATA = 0x55; // U
export const SOUP_SERVER_HEARTBEAT = 0x48; // H
export const SOUP_END_OF_SESSION = 0x5a; // Z
export const SOUP_LOGIN_REQUEST = 0x4c; // L
export const SOUP_CLIENT_HEARTBEAT = 0x52; // R
export const SOUP_LOGOUT_REQUEST = 0x4f; // O

export const SOUP_NOT_AUTHORIZED = 0x41; // A
export const SOUP_SESSION_NOT_AVAILABLE = 0x53; // S

/** Length and type. */
export const SOUP_HEADER_BYTES = 3;

/** From the packet's first byte, its length. */
export const LOGIN_REQUEST_USERNAME_BYTE = 3;
export const LOGIN_REQUEST_PASSWORD_BYTE = 9;
export const LOGIN_REQUEST_SESSION_BYTE = 19;
export const LOGIN_REQUEST_SEQUENCE_BYTE = 29;
export const LOGIN_REQUEST_BYTES = 49;

export const LOGIN_ACCEPTED_SESSION_BYTE = 3;
export const LOGIN_ACCEPTED_SEQUENCE_BYTE = 13;
export const LOGIN_ACCEPTED_BYTES = 33;

export const USERNAME_BYTES = 6;
export const PASSWORD_BYTES = 10;
export const SESSION_BYTES = 10;
export const SEQUENCE_BYTES = 20;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** Writes length and type of a packet with `payloadBytes` behind them. */
export function putSoupHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  payloadBytes: number,
): void {
  putU16(bytes, at, payloadBytes + 1);
  bytes[at + 2] = type;
}

/** A packet of its own: for the few that are not on the hot path. */
export function soupPacket(type: number, payload: string): Uint8Array {
  const bytes = new Uint8Array(SOUP_HEADER_BYTES + payload.length);
  putSoupHeader(bytes, 0, type, payload.length);
  putText(bytes, SOUP_HEADER_BYTES, payload);
  return bytes;
}

export type SoupLogin = {
  readonly username: string;
  readonly password: string;
  /** "": the present one. */
  readonly session: string;
  /** The first message wanted, from 1; 0: only what comes from now on; below 0: no number. */
  readonly sequence: number;
};

export function loginRequest(login: SoupLogin): Uint8Array {
  const { username, password, session, sequence } = login;
  const user = username.padEnd(USERNAME_BYTES);
  const place = session.padStart(SESSION_BYTES) + String(sequence).padStart(SEQUENCE_BYTES);
  return soupPacket(SOUP_LOGIN_REQUEST, user + password.padEnd(PASSWORD_BYTES) + place);
}

export function loginAccepted(session: string, sequence: number): Uint8Array {
  const place = session.padStart(SESSION_BYTES) + String(sequence).padStart(SEQUENCE_BYTES);
  return soupPacket(SOUP_LOGIN_ACCEPTED, place);
}

/** The login in the packet at `at`, which has LOGIN_REQUEST_BYTES. */
export function readLoginRequest(bytes: Uint8Array, at: number): SoupLogin {
  return {
    username: textAt(bytes, at + LOGIN_REQUEST_USERNAME_BYTE, USERNAME_BYTES),
    password: textAt(bytes, at + LOGIN_REQUEST_PASSWORD_BYTE, PASSWORD_BYTES),
    session: textAt(bytes, at + LOGIN_REQUEST_SESSION_BYTE, SESSION_BYTES),
    sequence: readSequence(bytes, at + LOGIN_REQUEST_SEQUENCE_BYTE),
  };
}

/** The inverse of loginAccepted. */
export function readLoginAccepted(
  bytes: Uint8Array,
  at: number,
): { session: string; sequence: number } {
  return {
    session: textAt(bytes, at + LOGIN_ACCEPTED_SESSION_BYTE, SESSION_BYTES),
    sequence: readSequence(bytes, at + LOGIN_ACCEPTED_SEQUENCE_BYTE),
  };
}

/** A decimal number padded with spaces or zeros; blank is 0, -1 is none. */
function readSequence(bytes: Uint8Array, at: number): number {
  const text = textAt(bytes, at, SEQUENCE_BYTES);
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i);
    if (digit < ZERO || digit > NINE) return -1;
    value = value * 10 + digit - ZERO;
    if (value > Number.MAX_SAFE_INTEGER) return -1;
  }
  return value;
}

/** Text without the spaces that pad it on either side. */
function textAt(bytes: Uint8Array, at: number, length: number): string {
  let from = at;
  let end = at + length;
  while (from < end && bytes[from] === SPACE) from++;
  while (end > from && bytes[end - 1] === SPACE) end--;
  let text = "";
  for (let i = from; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/** Gets a whole packet: `length` bytes from `bytes[at]`, its header included. */
export type SoupPacketListener = (bytes: Uint8Array, at: number, length: number) => void;

/**
 * Cuts what a socket gives into packets, whatever pieces it comes in. Whole packets are read where
 * they lie; only one that is cut by the end of a piece is put together elsewhere.
 */
export class SoupReader {
  readonly #packetBytesMax: number;
  readonly #onPacket: SoupPacketListener;
  #carry = new Uint8Array(64);
  #carriedBytes = 0;

  /** `packetBytesMax` counts the header too. */
  constructor(packetBytesMax: number, onPacket: SoupPacketListener) {
    this.#packetBytesMax = packetBytesMax;
    this.#onPacket = onPacket;
  }

  /** Bytes of a packet that is not whole yet. */
  get carriedBytes(): number {
    return this.#carriedBytes;
  }

  /** False: what comes is no SoupBinTCP, or a packet over the limit; nothing more is to be read. */
  read(bytes: Uint8Array): boolean {
    let at = 0;
    while (this.#carriedBytes > 0 && at < bytes.length) {
      const taken = this.#complete(bytes, at);
      if (taken < 0) return false;
      at += taken;
    }
    while (at + 2 <= bytes.length) {
      const length = u16At(bytes, at) + 2;
      if (length < SOUP_HEADER_BYTES || length > this.#packetBytesMax) return false;
      if (at + length > bytes.length) break;
      this.#onPacket(bytes, at, length);
      at += length;
    }
    if (at < bytes.length) this.#keep(bytes, at, bytes.length - at);
    return true;
  }

  /** Takes what the carried packet lacks from `bytes[at]`; says how much, -1 for no packet. */
  #complete(bytes: Uint8Array, at: number): number {
    const wanted = this.#carriedBytes < 2 ? 2 : u16At(this.#carry, 0) + 2;
    const taken = Math.min(wanted - this.#carriedBytes, bytes.length - at);
    this.#keep(bytes, at, taken);
    if (this.#carriedBytes < 2) return taken;
    const length = u16At(this.#carry, 0) + 2;
    if (length < SOUP_HEADER_BYTES || length > this.#packetBytesMax) return -1;
    if (this.#carriedBytes === length) {
      this.#carriedBytes = 0;
      this.#onPacket(this.#carry, 0, length);
    }
    return taken;
  }

  #keep(bytes: Uint8Array, at: number, count: number): void {
    const needed = this.#carriedBytes + count;
    if (needed > this.#carry.length) {
      const carry = new Uint8Array(Math.max(this.#packetBytesMax, needed));
      carry.set(this.#carry.subarray(0, this.#carriedBytes));
      this.#carry = carry;
    }
    for (let i = 0; i < count; i++) this.#carry[this.#carriedBytes + i] = bytes[at + i];
    this.#carriedBytes = needed;
  }
}
