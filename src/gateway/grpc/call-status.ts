// Why a call as a whole ends: gRPC's own codes. Refusals of orders are answers and not here.

import { type Metadata, status } from "@grpc/grpc-js";
import { keyOfHeader, unknownKeyText } from "../bearer.ts";
import type { Refusal } from "../error-codes.ts";
import { foundText } from "../json/fields.ts";
import { type ApiKey, KEY_REVOKED, type KeyRing, type Role } from "../keys.ts";

export type CallFailure = Error & { readonly code: number; readonly details: string };

export function callFailure(code: number, details: string): CallFailure {
  return Object.assign(new Error(details), { code, details });
}

/** The key that the metadata carry, where its role is one of `roles`. */
export function keyOf(
  metadata: Metadata,
  keys: KeyRing,
  roles: readonly Role[],
): ApiKey | CallFailure {
  const [header] = metadata.get("authorization");
  const authorization = header === undefined ? undefined : String(header);
  const key = keyOfHeader(authorization, keys);
  if (key !== undefined && roles.includes(key.role)) return key;
  if (key !== undefined) {
    const details = `role: expected ${roles.join(" or ")}, found ${key.role}`;
    return callFailure(status.PERMISSION_DENIED, details);
  }
  return callFailure(status.UNAUTHENTICATED, unknownKeyText(authorization));
}

/** Of a question that has no answer to say no in. */
export function callFailureOf({ status: httpStatus, code, message }: Refusal): CallFailure {
  return callFailure(codeOf(httpStatus), `${code}: ${message}`);
}

function codeOf(httpStatus: number): number {
  if (httpStatus === 404) return status.NOT_FOUND;
  return httpStatus === 503 ? status.UNAVAILABLE : status.INVALID_ARGUMENT;
}

export function stopping(): CallFailure {
  return callFailure(status.UNAVAILABLE, "STOPPED: the exchange is stopping");
}

export function keyRevoked(): CallFailure {
  return callFailure(status.UNAUTHENTICATED, KEY_REVOKED);
}

export function tooManyStreams(): CallFailure {
  const details = "streams: expected fewer, of the account or of all clients together";
  return callFailure(status.RESOURCE_EXHAUSTED, details);
}

export function tooManyResumes(): CallFailure {
  const details = "after_sequence: expected fewer streams of the account that hear the past";
  return callFailure(status.RESOURCE_EXHAUSTED, details);
}

export function slowConsumer(unreadBytes: number): CallFailure {
  const details = `slow consumer: ${unreadBytes} bytes unread`;
  return callFailure(status.RESOURCE_EXHAUSTED, details);
}

export function unknownSymbol(symbol: unknown): CallFailure {
  const details = `symbols: expected those of ListInstruments, found ${foundText(symbol)}`;
  return callFailure(status.NOT_FOUND, details);
}
