// What operators and machines ask: is it alive, may it have traffic, its numbers, its description.

import type { Venue, VenueHealth } from "../../model/venue.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { asciiJson } from "../error-codes.ts";
import { replyJson, replyJsonBytes, replyWith } from "./reply.ts";
import type { Route } from "./route.ts";

export type ServiceRoutesParts = {
  readonly venue: Venue;
  readonly metrics: Metrics;
  /** Whether the gateway still takes requests. */
  readonly isServing: () => boolean;
  /** JSON of the OpenAPI document, which needs all routes, these too. */
  readonly openApiJson: () => Buffer;
  /** JSON of the AsyncAPI document. */
  readonly asyncApiJson: () => Buffer;
};

export function serviceRoutes(parts: ServiceRoutesParts): readonly Route[] {
  const { venue, metrics, isServing, openApiJson, asyncApiJson } = parts;
  return [
    {
      method: "GET",
      path: "/health",
      tag: "Service",
      operationId: "health",
      summary: "The process is alive; the exchange is as it says",
      needsKey: false,
      answers: { 200: { description: "always", schema: "Health" } },
      handle: ({ response }) => replyJson(response, 200, healthJson(venue.health())),
    },
    {
      method: "GET",
      path: "/ready",
      tag: "Service",
      operationId: "ready",
      summary: "Whether orders are taken",
      needsKey: false,
      answers: {
        200: { description: "they are", schema: "Health" },
        503: { description: "not now", schema: "Health" },
      },
      handle: ({ response }) => {
        const health = venue.health();
        const isReady = health.state === "running" && isServing();
        replyJson(response, isReady ? 200 : 503, healthJson(health));
      },
    },
    {
      method: "GET",
      path: "/metrics",
      tag: "Service",
      operationId: "metrics",
      summary: "Numbers for Prometheus",
      needsKey: false,
      answers: { 200: { description: "exposition format", mediaType: "text/plain" } },
      handle: ({ response }) => {
        metrics.render().then(
          (page) => replyWith(response, metrics.contentType, page),
          (error: Error) => response.destroy(error),
        );
      },
    },
    {
      method: "GET",
      path: "/openapi.json",
      tag: "Service",
      operationId: "openApi",
      summary: "This document",
      needsKey: false,
      answers: { 200: { description: "OpenAPI 3.1", schema: "OpenApi" } },
      handle: ({ response }) => replyJsonBytes(response, 200, openApiJson()),
    },
    {
      method: "GET",
      path: "/asyncapi.json",
      tag: "Service",
      operationId: "asyncApi",
      summary: "The document of the WebSocket",
      needsKey: false,
      answers: { 200: { description: "AsyncAPI 3.0", schema: "OpenApi" } },
      handle: ({ response }) => replyJsonBytes(response, 200, asyncApiJson()),
    },
  ];
}

function healthJson({ state, failure, ...rest }: VenueHealth): string {
  const { sequence, durableSequence, historyHash } = rest;
  return (
    `{"state":"${state}","failure":${asciiJson(failure)},"sequence":${sequence},` +
    `"durableSequence":${durableSequence},"historyHash":"${historyHash}"}`
  );
}
