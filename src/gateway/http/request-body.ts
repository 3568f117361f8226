// hot path
// The JSON body of a request, bounded. What is too large is answered at once and then read and
// thrown away for a while: closing at once would reset the connection before the client has read
// why.

import type { IncomingMessage } from "node:http";
import {
  BODY_TOO_LARGE,
  INVALID_FIELD,
  type Refusal,
  refuse,
  WRONG_MEDIA_TYPE,
} from "../error-codes.ts";
import { foundText } from "../json/fields.ts";
import { parseJson } from "../json/parse-json.ts";
import { MESSAGE_BYTES_MAX } from "../limits.ts";

/** Thrown away after a 413 before the connection is closed. */
const DISCARD_BYTES_MAX = 16 * MESSAGE_BYTES_MAX;
const NOTHING: Buffer = Buffer.alloc(0);
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:"utf-8"|utf-8))?\s*$/i;

/** What is kept of bodies that did not come in one piece. */
const keptBytes = new WeakMap<IncomingMessage, number>();

/** What is kept of a body whose rest has not come. */
export function unsentBytesOf(request: IncomingMessage): number {
  return request.complete ? 0 : (keptBytes.get(request) ?? 0);
}

/**
 * Calls one of the two once, unless the client goes away first, or neither when `takesBytes` has
 * taken the bytes as they are.
 */
export function readJsonBody(
  request: IncomingMessage,
  takesBytes: (bytes: Uint8Array) => boolean,
  onBody: (body: unknown) => void,
  onRefusal: (refusal: Refusal) => void,
): void {
  const contentType = request.headers["content-type"];
  if (contentType !== "application/json" && !JSON_TYPE.test(contentType ?? "")) {
    const found = foundText(contentType);
    const message = `content-type: expected application/json, found ${found}`;
    onRefusal(refuse(WRONG_MEDIA_TYPE, message));
    return;
  }
  const { "content-encoding": encoding = "identity" } = request.headers;
  if (encoding !== "identity") {
    const message = `content-encoding: expected none, found ${foundText(encoding)}`;
    onRefusal(refuse(WRONG_MEDIA_TYPE, message));
    return;
  }
  let isRefused = statesTooMuch(request);
  if (isRefused) onRefusal(refuseSize(request.headers["content-length"] ?? ""));
  const statedBytes = Number(request.headers["content-length"] ?? 0);
  let gathered = NOTHING; // Its first `totalBytes`, for chunks may be of a byte each.
  let totalBytes = 0;
  request.on("data", (chunk: Buffer) => {
    const at = totalBytes;
    totalBytes += chunk.length;
    if (totalBytes > MESSAGE_BYTES_MAX) {
      gathered = NOTHING;
      if (!isRefused) onRefusal(refuseSize(`${totalBytes} or more`));
      isRefused = true;
      if (totalBytes > DISCARD_BYTES_MAX) request.destroy();
      return;
    }
    if (at === 0) gathered = chunk;
    else gathered = withChunk(gathered, at, chunk);
    if (totalBytes !== statedBytes) keptBytes.set(request, gathered.length);
  });
  request.on("end", () => {
    if (isRefused) return;
    const bytes = gathered.length === totalBytes ? gathered : gathered.subarray(0, totalBytes);
    if (takesBytes(bytes)) return;
    const parsed = parseJson(bytes.toString());
    if ("refusal" in parsed) onRefusal(parsed.refusal);
    else onBody(parsed.value);
  });
}

/** `chunk` at `at`; a copy where there is no room for it. */
function withChunk(gathered: Buffer, at: number, chunk: Buffer): Buffer {
  const totalBytes = at + chunk.length;
  let into: Buffer = gathered;
  if (totalBytes > gathered.length) {
    into = Buffer.allocUnsafeSlow(2 * totalBytes);
    gathered.copy(into, 0, 0, at);
  }
  chunk.copy(into, at);
  return into;
}

/** Whether its headers say that the body is over the limit. */
export function statesTooMuch({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > MESSAGE_BYTES_MAX;
}

/** A body where none belongs: a DELETE whose filter stood in it would cancel too much. */
export function refuseBody(request: IncomingMessage): Refusal | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return undefined;
  return refuse(INVALID_FIELD, `body: expected none, found ${length ?? "chunked"} bytes`);
}

function refuseSize(found: string): Refusal {
  return refuse(
    BODY_TOO_LARGE,
    `body: expected at most ${MESSAGE_BYTES_MAX} bytes, found ${found}`,
  );
}
