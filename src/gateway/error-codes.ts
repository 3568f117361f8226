// What a gateway itself answers with when a request never reached the exchange. Refusals of the
// exchange have the codes of model/reasons.ts; both share one space of names, listed in
// docs/protocols/reasons.md (a test compares).

import {
  REASON_BUSY,
  REASON_OUTCOME_UNKNOWN,
  REASON_RATE_LIMIT,
  REASON_STOPPED,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNKNOWN_ORDER,
  REASONS,
  reasonName,
} from "../model/reasons.ts";

export type ErrorCode = {
  readonly name: string;
  /** HTTP status of a REST answer. */
  readonly status: number;
  readonly meaning: string;
};

export const MALFORMED_JSON = code("MALFORMED_JSON", 400, "the text is not JSON; says where");
export const UNKNOWN_FIELD = code("UNKNOWN_FIELD", 400, "a field or parameter nobody knows");
export const MISSING_FIELD = code("MISSING_FIELD", 400, "a field that is needed is not there");
export const INVALID_FIELD = code("INVALID_FIELD", 400, "a field of the wrong type or form");
export const MALFORMED_REQUEST = code("MALFORMED_REQUEST", 400, "the request is not HTTP as it is");
export const UNAUTHORIZED = code("UNAUTHORIZED", 401, "no API key, or one that nobody has");
export const FORBIDDEN = code("FORBIDDEN", 403, "the role of the key does not go so far");
export const TOO_FAST = code("TOO_FAST", 429, "more requests than one connection may send");
export const NOT_FOUND = code("NOT_FOUND", 404, "nothing has this address");
export const METHOD_NOT_ALLOWED = code("METHOD_NOT_ALLOWED", 405, "the address has other methods");
export const REQUEST_TIMEOUT = code("REQUEST_TIMEOUT", 408, "the request took too long to arrive");
export const BODY_TOO_LARGE = code("BODY_TOO_LARGE", 413, "the body or message is over its limit");
export const WRONG_MEDIA_TYPE = code("WRONG_MEDIA_TYPE", 415, "the body is not application/json");
export const HEADERS_TOO_LARGE = code("HEADERS_TOO_LARGE", 431, "the headers are over their limit");
export const HISTORY_UNAVAILABLE = code(
  "HISTORY_UNAVAILABLE",
  503,
  "the history cannot answer now",
);
export const HISTORY_BEHIND = code("HISTORY_BEHIND", 503, "the history has not got there yet");
export const TOO_MANY_CONNECTIONS = code("TOO_MANY_CONNECTIONS", 503, "no further ones are taken");
export const UNKNOWN_OP = code("UNKNOWN_OP", 400, "no WebSocket request has this op");
export const UNKNOWN_STREAM = code("UNKNOWN_STREAM", 404, "no stream has this name");
export const STREAM_GAP = code("STREAM_GAP", 422, "the stream does not go back so far any more");
export const TOO_MANY_STREAMS = code(
  "TOO_MANY_STREAMS",
  422,
  "the connection has as many as it may",
);
export const ALREADY_LOGGED_IN = code("ALREADY_LOGGED_IN", 422, "the connection has its account");

export const ERROR_CODES: readonly ErrorCode[] = [
  MALFORMED_JSON,
  UNKNOWN_FIELD,
  MISSING_FIELD,
  INVALID_FIELD,
  MALFORMED_REQUEST,
  UNKNOWN_OP,
  UNAUTHORIZED,
  FORBIDDEN,
  NOT_FOUND,
  UNKNOWN_STREAM,
  METHOD_NOT_ALLOWED,
  REQUEST_TIMEOUT,
  BODY_TOO_LARGE,
  WRONG_MEDIA_TYPE,
  STREAM_GAP,
  TOO_MANY_STREAMS,
  ALREADY_LOGGED_IN,
  TOO_FAST,
  HEADERS_TOO_LARGE,
  HISTORY_UNAVAILABLE,
  HISTORY_BEHIND,
  TOO_MANY_CONNECTIONS,
];

function code(name: string, status: number, meaning: string): ErrorCode {
  return { name, status, meaning };
}

/** HTTP status of a refusal by the exchange. */
export function statusOfReason(reason: number): number {
  switch (reason) {
    case REASON_UNKNOWN_ORDER:
    case REASON_UNKNOWN_INSTRUMENT:
      return 404;
    case REASON_RATE_LIMIT:
      return 429;
    case REASON_BUSY:
    case REASON_STOPPED:
    case REASON_OUTCOME_UNKNOWN:
      return 503;
    default:
      return 422;
  }
}

/** Why a request is not done, as clients see it: always with what was expected and found. */
export type Refusal = { readonly status: number; readonly code: string; readonly message: string };

export function refuse({ name, status }: ErrorCode, message: string): Refusal {
  return { status, code: name, message };
}

/**
 * A refusal for a reason of the exchange; its meaning is the message where there is none better.
 */
export function refuseForReason(reason: number, message = ""): Refusal {
  const meaning = REASONS.find((known) => known.code === reason)?.meaning ?? "";
  const text = message === "" ? meaning : message;
  return { status: statusOfReason(reason), code: reasonName(reason), message: text };
}

/** Plain ASCII, as all our JSON is: whatever a client sent and is told back is escaped. */
export function refusalJson({ code: name, message }: Refusal): string {
  return `{"code":"${name}","message":${asciiJson(message)}}`;
}

/** A JSON string with everything beyond ASCII escaped. */
export function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
