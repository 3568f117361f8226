// The AsyncAPI 3.0 document of /ws, made from the table of requests and the schemas of REST.

import { ACK_LEVELS } from "../../model/ack-level.ts";
import { SCHEMAS } from "../http/openapi-schemas.ts";
import { REQUEST_ID_CHARACTERS_MAX, REQUEST_ID_MAX } from "../limits.ts";
import { SOCKET_OPS, type SocketOp } from "./socket-ops.ts";

type Schema = Readonly<Record<string, unknown>>;

const DESCRIPTION = `Every message is a JSON object. A request has an id of the client's choosing;
its answer repeats it and has a result or an error. Streams come unasked after subscribe.`;

const CHANNEL: Schema = { $ref: "#/channels/socket" };
const id: Schema = {
  type: ["number", "string"],
  ...{ minimum: -REQUEST_ID_MAX, maximum: REQUEST_ID_MAX },
  maxLength: REQUEST_ID_CHARACTERS_MAX,
};
const text: Schema = { type: "string" };

/** What the server sends by itself: name of the schema behind `stream` and `type`. */
const STREAM_MESSAGES: Readonly<Record<string, { types: readonly string[]; schema?: string }>> = {
  trades: { types: ["trade"], schema: "Trade" },
  top: { types: ["top"], schema: "Top" },
  depth: { types: ["snapshot", "update"], schema: "Depth" },
  status: { types: ["status"], schema: "Status" },
  orders: { types: ["execution"], schema: "Execution" },
  tradeChanges: { types: ["tradeChange"], schema: "TradeChange" }, // Of the stream `orders`.
  service: { types: ["stopping"] },
};

export function asyncApiDocument(version: string): Schema {
  const ops = Object.entries(SOCKET_OPS);
  const streams = Object.entries(STREAM_MESSAGES);
  const messages = {
    ...Object.fromEntries(ops.map(([op, entry]) => [op, requestMessage(op, entry)])),
    ...Object.fromEntries(ops.map(([op, entry]) => [answerName(op), answerMessage(op, entry)])),
    ...Object.fromEntries(streams.map(([name]) => [streamName(name), streamMessage(name)])),
    error: { name: "error", payload: errorPayload() },
  };
  const names = Object.keys(messages);
  const inChannel = (name: string): Schema => ({ $ref: `#/channels/socket/messages/${name}` });
  return {
    asyncapi: "3.0.0",
    info: { title: "Outcry", version, description: DESCRIPTION, license: { name: "MIT" } },
    defaultContentType: "application/json",
    channels: {
      socket: {
        address: "/ws",
        messages: Object.fromEntries(
          names.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(
        ops.map(([op, { summary }]) => [
          op,
          {
            action: "receive",
            summary,
            channel: CHANNEL,
            messages: [inChannel(op)],
            reply: { channel: CHANNEL, messages: [inChannel(answerName(op)), inChannel("error")] },
          },
        ]),
      ),
      streams: {
        action: "send",
        summary: "What was subscribed to, and word of a stop",
        channel: CHANNEL,
        messages: streams.map(([name]) => inChannel(streamName(name))),
      },
    },
    components: { messages, schemas: SCHEMAS },
  };
}

export function answerName(op: string): string {
  return `${op}Answer`;
}

export function streamName(name: string): string {
  return `${name}Stream`;
}

function requestMessage(op: string, { summary, fields, needs = [] }: SocketOp): Schema {
  const own = typeof fields === "string" ? SCHEMAS[fields]["properties"] : fields;
  const properties = { id, op: { const: op }, ...(own as object) };
  return { name: op, summary, payload: object(properties, ["id", "op", ...needs]) };
}

function answerMessage(op: string, { result }: SocketOp): Schema {
  const schema =
    typeof result === "string" ? schemaRef(result) : object(result, Object.keys(result));
  const properties = { id, result: schema, ack: { enum: ACK_LEVELS } };
  return { name: answerName(op), payload: object(properties, ["id", "result"]) };
}

function streamMessage(name: string): Schema {
  const { types, schema } = STREAM_MESSAGES[name];
  const head = object({ stream: text, type: { enum: types } }, ["stream", "type"]);
  const payload = schema === undefined ? head : { allOf: [head, schemaRef(schema)] };
  return { name: streamName(name), payload };
}

function errorPayload(): Schema {
  return object({ id: { type: ["number", "string", "null"] }, error: schemaRef("Rejection") }, [
    "id",
    "error",
  ]);
}

function schemaRef(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function object(properties: Schema, required: readonly string[]): Schema {
  return { type: "object", properties, required };
}
