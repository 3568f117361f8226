// Requests that are signed instead of carrying their key: by HMAC-SHA256 or Ed25519 over
//
//   TIME \n METHOD \n URL \n BODY
//
// TIME in microseconds since the Unix epoch, METHOD and URL as in the request line, BODY its bytes.
// A signature counts once and for a few seconds only.

import { createHmac, timingSafeEqual, verify } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../ops/clock.ts";
import { foundText } from "./json/fields.ts";
import { type ApiKey, type KeyRing, publicKeyOf } from "./keys.ts";
import { SIGNATURE_MICROS_MAX, SIGNATURES_MAX } from "./limits.ts";

/** Who says that he signed. */
export type Claim = {
  readonly keyId: string;
  readonly time: string;
  /** Hexadecimal of HMAC-SHA256, or base64 of Ed25519: each has one text, as it counts once. */
  readonly signature: string;
};

export type Signed = { readonly method: string; readonly url: string; readonly body: Uint8Array };

const NO_BODY = new Uint8Array(0);
const MICROS_A_SECOND = 1_000_000;
const TIME_PATTERN = /^\d{1,16}$/;
const HMAC_PATTERN = /^[0-9a-f]{64}$/;
/** Of 64 bytes there is one text: with its padding, and without bits behind the last byte. */
const ED25519_PATTERN = /^[A-Za-z0-9+/]{85}[AQgw]==$/;

const CLAIM_HEADERS = ["outcry-key", "outcry-time", "outcry-signature"];

/** The claim in the headers of a request; undefined where it makes none. */
export function claimOf(headers: IncomingHttpHeaders): Claim | undefined {
  const [keyId, time] = [headers["outcry-key"], headers["outcry-time"]];
  const signature = headers["outcry-signature"];
  if (typeof keyId !== "string" || typeof time !== "string") return undefined;
  return typeof signature === "string" ? { keyId, time, signature } : undefined;
}

/** The headers of a signed request that are missing where others are there; "" else. */
export function missingOfClaim(headers: IncomingHttpHeaders): string {
  const missing = CLAIM_HEADERS.filter((name) => headers[name] === undefined);
  return missing.length === CLAIM_HEADERS.length ? "" : missing.join(", ");
}

export function signedBytes(time: string, { method, url, body }: Signed): Buffer {
  return Buffer.concat([Buffer.from(`${time}\n${method}\n${url}\n`), body]);
}

export class Signatures {
  readonly #keys: KeyRing;
  readonly #clock: Clock;
  /** Signatures that have counted, with when they stop to, oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(keys: KeyRing, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** Whose claim it is, if its signature is; undefined for one that cannot be good. */
  claimantOf({ keyId, time, signature }: Claim): ApiKey | undefined {
    if (!TIME_PATTERN.test(time)) return undefined;
    const isFar = Math.abs(Number(time) - this.#clock.nowMicros()) > SIGNATURE_MICROS_MAX;
    if (isFar || !(HMAC_PATTERN.test(signature) || ED25519_PATTERN.test(signature)))
      return undefined;
    return this.#keys.withId(keyId);
  }

  /** Whose signature it is; undefined for one that is nobody's, too old, or has counted already. */
  find(claim: Claim, method: string, url: string, body: Uint8Array = NO_BODY): ApiKey | undefined {
    const { time, signature } = claim;
    const key = this.claimantOf(claim);
    if (key === undefined) return undefined;
    const nowMicros = this.#clock.nowMicros();
    if (!isSigned(key, signature, signedBytes(time, { method, url, body }))) return undefined;
    return this.#countsOnce(signature, Number(time), nowMicros) ? key : undefined;
  }

  /**
   * Why a claim does not count; `of` stands before the names of its parts. Whose key it is and
   * what it would have to sign is nobody's to find out: all that is one answer.
   */
  whyNot({ time }: Claim, of = ""): string {
    const nowMicros = this.#clock.nowMicros();
    if (!TIME_PATTERN.test(time)) {
      const expected = "microseconds since the Unix epoch in decimal digits";
      return `${of}time: expected ${expected}, found ${foundText(time)}`;
    }
    if (Math.abs(Number(time) - nowMicros) > SIGNATURE_MICROS_MAX) {
      const window = `within ${SIGNATURE_MICROS_MAX / MICROS_A_SECOND} s of ${nowMicros}`;
      return `${of}time: expected microseconds since the Unix epoch ${window}, found ${time}`;
    }
    return (
      `${of}signature: expected one over TIME, METHOD, URL and BODY with line feeds between, by ` +
      `${of}key, which is made for signing, that has not counted yet; found none`
    );
  }

  #countsOnce(signature: string, timeMicros: number, nowMicros: number): boolean {
    for (const [old, untilMicros] of this.#seen) {
      if (untilMicros >= nowMicros) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(signature) || this.#seen.size >= SIGNATURES_MAX) return false;
    this.#seen.set(signature, Math.max(timeMicros, nowMicros) + SIGNATURE_MICROS_MAX);
    return true;
  }
}

function isSigned(key: ApiKey, signature: string, bytes: Buffer): boolean {
  const { hmacKey, ed25519PublicKey } = key;
  if (hmacKey !== undefined && HMAC_PATTERN.test(signature)) {
    const expected = createHmac("sha256", hmacKey).update(bytes).digest();
    return timingSafeEqual(expected, Buffer.from(signature, "hex"));
  }
  if (ed25519PublicKey === undefined || !ED25519_PATTERN.test(signature)) return false;
  return verify(null, bytes, publicKeyOf(ed25519PublicKey), Buffer.from(signature, "base64"));
}
