// Files of the page and of the API reference, read once at start and served from memory by exact
// name: no path is ever built from what a client sent.

import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FileTree } from "../../ops/file-tree.ts";
import { replyWith } from "./reply.ts";

type StaticFile = {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
};

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  map: "application/json; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

/** Vite names what it puts there by its contents, so it never changes under its name. */
const IMMUTABLE_PREFIX = "/assets/";
const IMMUTABLE = "public, max-age=31536000, immutable";
const ASK_AGAIN = "no-cache";

export class StaticFiles {
  readonly #byPath = new Map<string, StaticFile>();

  /** Serves `tree` below `prefix` ("/" or "/docs/"); its index.html also at the prefix itself. */
  add(prefix: string, tree: FileTree): void {
    for (const [name, body] of tree) {
      const path = `${prefix}${name}`;
      const extension = name.slice(name.lastIndexOf(".") + 1);
      const file = {
        body,
        contentType: CONTENT_TYPES[extension] ?? "application/octet-stream",
        etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
        cacheControl: path.startsWith(IMMUTABLE_PREFIX) ? IMMUTABLE : ASK_AGAIN,
      };
      this.#byPath.set(path, file);
      if (name !== "index.html") continue;
      this.#byPath.set(prefix, file);
      if (prefix !== "/") this.#byPath.set(prefix.slice(0, -1), file);
    }
  }

  /** Whether a file has this path. */
  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** Answers a GET or HEAD of a path that is there; 304 when the client has it already. */
  reply(request: IncomingMessage, response: ServerResponse, path: string): void {
    const file = this.#byPath.get(path);
    if (file === undefined) return;
    response.setHeader("etag", file.etag);
    response.setHeader("cache-control", file.cacheControl);
    response.setHeader("x-content-type-options", "nosniff");
    if (request.headers["if-none-match"] === file.etag) {
      response.statusCode = 304;
      response.end();
      return;
    }
    replyWith(response, file.contentType, file.body);
  }
}
