// One REST route: how it is dispatched and how it is documented, side by side, so that neither can
// say what the other does not.

import type { ServerResponse } from "node:http";
import type { Role } from "../keys.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type QueryParameter = {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the text. */
  readonly schema: { readonly type: "string" | "integer"; readonly [keyword: string]: unknown };
};

export type RouteAnswer = {
  readonly description: string;
  /** Name of a schema of openapi-schemas.ts; none for an answer that is not JSON. */
  readonly schema?: string;
  /** Of an answer that is not JSON. */
  readonly mediaType?: string;
};

/** A request that has passed the route's checks. */
export type Call = {
  readonly response: ServerResponse;
  /** Whose key it came with; 0 on a route that needs none, and for the operator. */
  readonly accountId: number;
  /** Decoded values of the {placeholders} of the path, in order. */
  readonly pathValues: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined on a route without a body. */
  readonly body: unknown;
};

export type Route = {
  readonly method: Method;
  /** As OpenAPI writes it: "/orders/{orderId}". */
  readonly path: string;
  readonly tag: "Orders" | "Account" | "History" | "Market data" | "Operator" | "Service";
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly needsKey: boolean;
  /** Whose keys may use it; left out: everybody's. */
  readonly roles?: readonly Role[];
  readonly query?: readonly QueryParameter[];
  /** Name of the schema of the JSON body. */
  readonly body?: string;
  /** By HTTP status; what every such route can answer (401, 415, ...) is added to the document. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  handle(call: Call): void;
  /**
   * A quicker way for bodies of the usual shape: handles the call from the bytes and returns true,
   * or leaves it alone and returns false; then the body is parsed and `handle` gets it.
   */
  handleUsual?(call: Call, bytes: Uint8Array): boolean;
};

export function placeholdersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
}
