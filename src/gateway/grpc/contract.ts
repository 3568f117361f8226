// The services of proto/outcry/v1 as the library knows them. Messages that go out are bytes
// already: each is written once, however many hear it. Batches of orders come in as bytes
// (request-scanner.ts).

import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from "@grpc/proto-loader";
import { protoPath as HEALTH_FILE } from "grpc-health-check";
import type { JsonObject } from "../json/fields.ts";

const FILES = ["outcry/v1/order_entry.proto", "outcry/v1/market_data.proto"];
/** Names as in JSON; what was left out is left out. */
const LOAD_OPTIONS = { keepCase: false, longs: Number, enums: String, oneofs: true };

export type Contract = {
  /** For reflection, health's among them. */
  readonly definitions: PackageDefinition;
  readonly orderEntry: ServiceDefinition;
  readonly marketData: ServiceDefinition;
  /** The library's reader of a RequestBatch; throws for what is none. */
  readRequestBatch(bytes: Buffer): JsonObject;
  /** The library's writer of a message of this name. */
  write(message: string, value: JsonObject): Buffer;
};

export const ORDER_ENTRY = "outcry.v1.OrderEntry";
export const MARKET_DATA = "outcry.v1.MarketData";

/** `directory` holds the proto files. */
export function loadContract(directory: string): Contract {
  const definitions = loadSync(FILES, { ...LOAD_OPTIONS, includeDirs: [directory] });
  const orderEntry = servedAs(definitions, ORDER_ENTRY);
  const trade = orderEntry["Trade"];
  return {
    definitions: { ...definitions, ...loadSync(HEALTH_FILE, LOAD_OPTIONS) },
    orderEntry: { ...orderEntry, Trade: { ...trade, requestDeserialize: (bytes) => bytes } },
    marketData: servedAs(definitions, MARKET_DATA),
    readRequestBatch: (bytes) => trade.requestDeserialize(bytes) as JsonObject,
    write: (message, value) => {
      const type = definitions[`outcry.v1.${message}`] as MessageTypeDefinition<object, object>;
      return type.serialize(value);
    },
  };
}

function servedAs(
  definitions: PackageDefinition,
  name: string,
): Record<string, MethodDefinition<unknown, unknown>> {
  const service = definitions[name] as unknown as ServiceDefinition;
  return Object.fromEntries(
    Object.entries(service).map(([method, definition]) => [
      method,
      { ...definition, responseSerialize: (message: unknown) => message as Buffer },
    ]),
  );
}
