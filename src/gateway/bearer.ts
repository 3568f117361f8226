// A key in the header `Authorization: Bearer KEY`, over HTTP and gRPC, and what a caller hears
// whom it does not let in.

import type { ApiKey, KeyRing } from "./keys.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** The key that the header carries; undefined without one that somebody has. */
export function keyOfHeader(authorization: string | undefined, keys: KeyRing): ApiKey | undefined {
  const keyText = BEARER.exec(authorization ?? "")?.[1];
  return keyText === undefined ? undefined : keys.find(keyText);
}

/** Never the key itself: answers end in logs. */
export function unknownKeyText(authorization: string | undefined): string {
  return `authorization: expected Bearer and a known key, found ${foundIn(authorization)}`;
}

function foundIn(authorization: string | undefined): string {
  if (authorization === undefined) return "no such header";
  return BEARER.test(authorization) ? "a key that nobody has" : "another form than Bearer KEY";
}
