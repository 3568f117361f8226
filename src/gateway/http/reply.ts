// hot path
// Writing an answer: one head, one body, one write. A client that has gone away gets nothing and
// changes nothing.

import type { ServerResponse } from "node:http";
import { type Refusal, refusalJson } from "../error-codes.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** `json` is ASCII, so its length is its bytes and it goes out as they are. */
export function replyJson(response: ServerResponse, status: number, json: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, ["content-type", JSON_TYPE, "content-length", String(json.length)]);
  response.end(json, "latin1");
}

/**
 * Answers with an ASCII JSON text in many parts, put together as bytes: as a string it would be
 * copied three times on its way.
 */
export function replyJsonParts(
  response: ServerResponse,
  status: number,
  parts: readonly string[],
): void {
  if (response.headersSent || response.destroyed) return;
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const part of parts) at += bytes.write(part, at, "latin1");
  replyJsonBytes(response, status, bytes);
}

/** `json` goes out as it is and must not change any more. */
export function replyJsonBytes(response: ServerResponse, status: number, json: Buffer): void {
  if (response.headersSent || response.destroyed) return;
  const length = String(json.length);
  response.writeHead(status, ["content-type", JSON_TYPE, "content-length", length]);
  response.end(json);
}

/** Answers with an error; `headers` are added to the head. */
export function replyRefusal(
  response: ServerResponse,
  refusal: Refusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (refusal.status === 503) response.setHeader("retry-after", "1");
  const json = refusalJson(refusal);
  response.statusCode = refusal.status;
  response.setHeader("content-type", JSON_TYPE);
  response.setHeader("content-length", Buffer.byteLength(json));
  response.end(json);
}

/** Answers with bytes or text of another type than JSON. */
export function replyWith(
  response: ServerResponse,
  contentType: string,
  body: Uint8Array | string,
): void {
  if (response.headersSent || response.destroyed) return;
  response.setHeader("content-type", contentType);
  response.setHeader("content-length", Buffer.byteLength(body));
  response.end(body);
}
