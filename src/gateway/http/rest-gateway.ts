// The HTTP side of the port: checks that every request passes before its route sees it, and answers
// for what is not HTTP at all. Order of the checks: address, method, key, query, body.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { REASON_STOPPED } from "../../model/reasons.ts";
import { keyOfHeader, unknownKeyText } from "../bearer.ts";
import {
  FORBIDDEN,
  HEADERS_TOO_LARGE,
  MALFORMED_REQUEST,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  REQUEST_TIMEOUT,
  type Refusal,
  refusalJson,
  refuse,
  refuseForReason,
  TOO_FAST,
  UNAUTHORIZED,
} from "../error-codes.ts";
import { foundText } from "../json/fields.ts";
import type { ApiKey, KeyRing, Role } from "../keys.ts";
import { type Claim, claimOf, missingOfClaim, type Signatures } from "../signatures.ts";
import { readQuery } from "./query-reader.ts";
import { replyRefusal } from "./reply.ts";
import { readJsonBody, refuseBody } from "./request-body.ts";
import type { Method, Route } from "./route.ts";
import { Router } from "./router.ts";
import type { StaticFiles } from "./static-files.ts";

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  408: "Request Timeout",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

const HOST = "host";
const ABSOLUTE_FORM = /^https?:\/\/[^/?]+(.*)$/i;

/** A request on the socket had the key of the account. */
export type OnKnown = (socket: Duplex, accountId: number) => void;

/** One more request on the socket, where needed of this account; false: one too many. */
export type MayAsk = (socket: Duplex, findAccount: () => number | undefined) => boolean;

export type RestGatewayParts = {
  readonly routes: readonly Route[];
  readonly files: StaticFiles;
  readonly keys: KeyRing;
  readonly signatures: Signatures;
  readonly onKnown: OnKnown;
  readonly mayAsk: MayAsk;
};

export class RestGateway {
  readonly #router: Router;
  readonly #files: StaticFiles;
  readonly #keys: KeyRing;
  readonly #signatures: Signatures;
  readonly #onKnown: OnKnown;
  readonly #mayAsk: MayAsk;
  #isStopping = false;

  constructor({ routes, files, keys, signatures, onKnown, mayAsk }: RestGatewayParts) {
    this.#signatures = signatures;
    this.#router = new Router(routes);
    this.#files = files;
    this.#keys = keys;
    this.#onKnown = onKnown;
    this.#mayAsk = mayAsk;
  }

  /** From now on every new request is answered with STOPPED and its connection closed. */
  beginStop(): void {
    this.#isStopping = true;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "" } = request;
    const target = targetOf(url);
    if (this.#isStopping) {
      replyRefusal(response, refuseForReason(REASON_STOPPED), { connection: "close" });
      return;
    }
    const claim = claimOf(request.headers);
    if (!this.#isWelcome(request, claim)) {
      replyTooMany(response);
      return;
    }
    const hostCount = hostCountOf(request);
    if (hostCount > 1 || (hostCount === 0 && request.httpVersion !== "1.0")) {
      const found = hostCount === 0 ? "none" : hostCount;
      const refusal = refuse(MALFORMED_REQUEST, `host: expected one in HTTP/1.1, found ${found}`);
      replyRefusal(response, refusal, { connection: "close" });
      return;
    }
    const queryAt = target.indexOf("?");
    const path = queryAt === -1 ? target : target.slice(0, queryAt);
    const match = this.#router.find(method, path);
    if (!("route" in match)) {
      this.#handleOther(request, response, path, match);
      return;
    }
    const { route, pathValues } = match;
    const findKey = (body?: Uint8Array): ApiKey | undefined =>
      claim === undefined
        ? keyOf(request, this.#keys)
        : this.#signatures.find(claim, method, url, body);
    // What is signed is known with its body: only then, and only once, is the signature looked at.
    const isBodySigned = claim !== undefined && route.body !== undefined;
    if (isBodySigned && this.#signatures.claimantOf(claim) === undefined) {
      replyUnknownKey(response, this.#signatures); // Whose body is not worth to wait for.
      return;
    }
    const accountId = isBodySigned ? 0 : this.#admit(route, response, findKey);
    if (accountId === undefined) return;
    const query = readQuery(queryAt === -1 ? "" : target.slice(queryAt + 1), route);
    if ("code" in query) {
      replyRefusal(response, query);
      return;
    }
    if (route.body === undefined) {
      const refusal = refuseBody(request);
      if (refusal !== undefined) replyRefusal(response, refusal);
      else route.handle({ response, accountId, pathValues, query, body: undefined });
      return;
    }
    let ownerId = accountId;
    readJsonBody(
      request,
      (bytes) => {
        if (isBodySigned) {
          const found = this.#admit(route, response, () => findKey(bytes));
          if (found === undefined) return true;
          ownerId = found;
        }
        const call = { response, accountId: ownerId, pathValues, query, body: undefined };
        return route.handleUsual?.(call, bytes) ?? false;
      },
      (body) => route.handle({ response, accountId: ownerId, pathValues, query, body }),
      (refusal) => replyRefusal(response, refusal),
    );
  }

  /** The account that asks; undefined where it may not, and has been told. */
  #admit(
    { needsKey, roles }: Route,
    response: ServerResponse,
    findKey: () => ApiKey | undefined,
  ): number | undefined {
    if (!needsKey) return 0;
    const key = findKey();
    if (key === undefined) {
      replyUnknownKey(response, this.#signatures);
      return undefined;
    }
    this.#onKnown(response.req.socket, key.accountId);
    if (roles === undefined || roles.includes(key.role)) return key.accountId;
    replyRefusal(response, refuseRole(roles, key.role));
    return undefined;
  }

  /** Whether it counts as one with a key, or is not one too many of those without. */
  #isWelcome(request: IncomingMessage, claim: Claim | undefined): boolean {
    if (claim !== undefined && this.#signatures.claimantOf(claim) !== undefined) return true;
    return this.#mayAsk(request.socket, () => keyOf(request, this.#keys)?.accountId);
  }

  /** No route: a file, another method's address, or nothing. */
  #handleOther(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    methods: readonly Method[],
  ): void {
    const { method = "" } = request;
    const isFile = this.#files.has(path);
    if (isFile && (method === "GET" || method === "HEAD")) {
      this.#files.reply(request, response, path);
      return;
    }
    const allowed = [...methods, ...(isFile ? ["GET"] : [])];
    if (allowed.includes("GET")) allowed.push("HEAD");
    if (allowed.length === 0) {
      const message = `path: expected one that /openapi.json has, found ${foundText(path)}`;
      replyRefusal(response, refuse(NOT_FOUND, message));
      return;
    }
    const allow = allowed.join(", ");
    const message = `method: expected ${allow}, found ${foundText(method)}`;
    replyRefusal(response, refuse(METHOD_NOT_ALLOWED, message), { allow });
  }
}

/** HTTP/1.0 knows no hosts, HTTP/1.1 one; RFC 9112, 3.2. Node shows the first. */
function hostCountOf({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name.length === HOST.length && name.toLowerCase() === HOST) count++;
  }
  return count;
}

/** Path and query, of an absolute form too; RFC 9112, 3.2.2. */
export function targetOf(url: string): string {
  if (url.startsWith("/")) return url;
  const target = ABSOLUTE_FORM.exec(url)?.[1];
  if (target === undefined) return url;
  return target.startsWith("/") ? target : `/${target}`;
}

/** The key that the request carries; undefined without one that somebody has. */
export function keyOf(request: IncomingMessage, keys: KeyRing): ApiKey | undefined {
  return keyOfHeader(request.headers.authorization, keys);
}

export function refuseRole(roles: readonly Role[], found: Role): Refusal {
  return refuse(FORBIDDEN, `role: expected ${roles.join(" or ")}, found ${found}`);
}

export function refuseKey({ headers }: IncomingMessage, signatures: Signatures): Refusal {
  const claim = claimOf(headers);
  if (claim !== undefined) return refuse(UNAUTHORIZED, signatures.whyNot(claim, "outcry-"));
  const missing = missingOfClaim(headers);
  if (missing === "") return refuse(UNAUTHORIZED, unknownKeyText(headers.authorization));
  return refuse(UNAUTHORIZED, `${missing}: expected with a signed request, found nothing`);
}

function replyUnknownKey(response: ServerResponse, signatures: Signatures): void {
  const refusal = refuseKey(response.req, signatures);
  replyRefusal(response, refusal, { "www-authenticate": "Bearer" });
}

function replyTooMany(response: ServerResponse): void {
  const message = "requests: expected fewer a second from your address without a key";
  replyRefusal(response, refuse(TOO_FAST, message), { connection: "close" });
}

/** A socket on which no request could be read: one answer, then the end. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    answerRaw(socket, refuse(REQUEST_TIMEOUT, "request: expected it whole in time, found a part"));
  } else if (error.code === "HPE_HEADER_OVERFLOW") {
    answerRaw(socket, refuse(HEADERS_TOO_LARGE, "headers: expected at most 16 KiB, found more"));
  } else {
    answerRaw(socket, refuse(MALFORMED_REQUEST, `request: expected HTTP/1.1, found ${error.code}`));
  }
}

/** Writes an answer where node:http has none to write it with, and closes. */
export function answerRaw(socket: Duplex, refusal: Refusal): void {
  const json = refusalJson(refusal);
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_TEXTS[refusal.status] ?? "Error"}\r\n` +
      "content-type: application/json; charset=utf-8\r\n" +
      `content-length: ${Buffer.byteLength(json)}\r\n` +
      `connection: close\r\n\r\n${json}`,
    () => socket.destroy(),
  );
}
