// The OpenAPI 3.1 document, made from the route table.

import {
  BODY_TOO_LARGE,
  type ErrorCode,
  FORBIDDEN,
  INVALID_FIELD,
  MALFORMED_JSON,
  TOO_FAST,
  UNAUTHORIZED,
  WRONG_MEDIA_TYPE,
} from "../error-codes.ts";
import { SCHEMAS } from "./openapi-schemas.ts";
import { placeholdersOf, type Route, type RouteAnswer } from "./route.ts";

export type OpenApiDocument = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [part: string]: unknown;
};

const DESCRIPTION = `Prices, quantities and money are decimal strings on the instrument's grid; a
value between two ticks or lots is refused, never rounded. Times are microseconds since the Unix
epoch. Unknown fields are refused by name. Every error is \`{"code", "message"}\` and says what was
expected and what was found. WebSocket: \`/ws\`.`;

const PLACEHOLDERS: Readonly<Record<string, { description: string; schema: object }>> = {
  symbol: {
    description: "symbol of the instrument",
    schema: { type: "string", examples: ["BTC-USD"] },
  },
  orderId: { description: "the exchange's number", schema: { type: "integer", minimum: 1 } },
  clOrdId: {
    description: "client order id, percent-encoded",
    schema: { type: "string", examples: ["my-1"] },
  },
};

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Outcry",
      version,
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: ["Orders", "Account", "History", "Market data", "Operator", "Service"].map((name) => ({
      name,
    })),
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        key: { type: "http", scheme: "bearer", bearerFormat: "outcry-<id>-<secret>" },
        signature: {
          type: "apiKey",
          in: "header",
          name: "outcry-signature",
          description: "with outcry-key (the key's id) and outcry-time: docs/protocols/json.md",
        },
      },
    },
  };
}

function operationOf(route: Route): object {
  const { tag, operationId, summary, description, needsKey, body } = route;
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    tags: [tag],
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    security: needsKey ? [{ key: [] }, { signature: [] }] : [],
    ...(route.roles === undefined ? {} : { "x-roles": route.roles }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: jsonContent(body) } }),
    responses: responsesOf(route),
  };
}

function pathParameters(route: Route): object[] {
  return placeholdersOf(route.path).map((name) => ({
    name,
    in: "path",
    required: true,
    ...PLACEHOLDERS[name],
  }));
}

function queryParameters(route: Route): object[] {
  return (route.query ?? []).map((parameter) => ({ ...parameter, in: "query" }));
}

/** The route's own answers, and those that its checks give before it is asked. */
function responsesOf(route: Route): Record<string, object> {
  const shared: ErrorCode[] = [route.body === undefined ? INVALID_FIELD : MALFORMED_JSON];
  if (route.needsKey) shared.push(UNAUTHORIZED);
  if (route.roles !== undefined) shared.push(FORBIDDEN, TOO_FAST);
  if (route.body !== undefined) shared.push(BODY_TOO_LARGE, WRONG_MEDIA_TYPE);
  const responses: Record<string, object> = {};
  for (const { status, meaning } of shared) {
    responses[status] = { description: meaning, content: jsonContent("Error") };
  }
  for (const [status, answer] of Object.entries(route.answers)) {
    responses[status] = { description: answer.description, content: contentOf(answer) };
  }
  const unavailable = { description: "stopping, busy or behind", content: jsonContent("Error") };
  responses["503"] ??= unavailable;
  return responses;
}

function contentOf({ schema, mediaType }: RouteAnswer): object {
  if (schema !== undefined) return jsonContent(schema);
  return { [mediaType ?? "application/octet-stream"]: { schema: { type: "string" } } };
}

function jsonContent(schema: string): object {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } };
}
