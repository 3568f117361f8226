// The methods of OrderEntry: who calls, and which part of the gateway answers.

import type {
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { isObject } from "../json/fields.ts";
import type { ApiKey, Role } from "../keys.ts";
import type { OrderRequest } from "../requested-commands.ts";
import { type CallFailure, keyOf, stopping, tooManyStreams } from "./call-status.ts";
import type { ExecutionStreams } from "./execution-streams.ts";
import type { OrderCalls } from "./order-calls.ts";
import { callReceipts } from "./receipt-message.ts";
import { cancelAllRequest, changeRequest, listRequest, newRequest } from "./request-fields.ts";
import { TradeStream, type TradeStreamParts } from "./trade-stream.ts";

export type OrderEntryParts = TradeStreamParts & {
  readonly calls: OrderCalls;
  readonly executions: ExecutionStreams;
  readonly isServing: () => boolean;
  /** A call of the client had the key of the account. */
  readonly onKnown: (peer: string, accountId: number) => void;
};

const TRADERS: readonly Role[] = ["trader"];
const READERS: readonly Role[] = ["trader", "viewer"];

type UnaryCall = ServerUnaryCall<unknown, Buffer>;
type StreamCall = ServerDuplexStream<Buffer, Buffer> | ServerWritableStream<unknown, Buffer>;
type Reply = sendUnaryData<Buffer>;

export function orderEntryService(parts: OrderEntryParts): UntypedServiceImplementation {
  const { calls, executions, streams, isServing } = parts;

  const findKey = (call: UnaryCall | StreamCall, roles: readonly Role[]): ApiKey | CallFailure => {
    const key = isServing() ? keyOf(call.metadata, parts.keys, roles) : stopping();
    if ("keyId" in key) parts.onKnown(call.getPeer(), key.accountId);
    return key;
  };
  const unary = (
    roles: readonly Role[],
    handle: (accountId: number, call: UnaryCall, reply: Reply) => void,
  ) => {
    return (call: UnaryCall, reply: Reply): void => {
      const key = findKey(call, roles);
      if ("keyId" in key) handle(key.accountId, call, reply);
      else reply(key);
    };
  };
  const entering = (read: (message: unknown) => OrderRequest) => {
    return unary(TRADERS, (accountId, { request, metadata }, reply) => {
      const { receipts, unwant } = callReceipts(metadata, parts.receipts);
      const onAnswer: Reply = (error, value) => {
        unwant();
        reply(error, value);
      };
      calls.enter(accountId, read(request), onAnswer, receipts);
    });
  };
  const admit = (call: StreamCall, roles: readonly Role[]): ApiKey | undefined => {
    const key = findKey(call, roles);
    const hasRoom = !("keyId" in key) || streams.hasRoomFor(key.accountId);
    const found = hasRoom ? key : tooManyStreams();
    if ("keyId" in found) return found;
    call.emit("error", found);
    return undefined;
  };
  return {
    NewOrder: entering(newRequest),
    NewList: entering(listRequest),
    CancelOrder: entering((message) => changeRequest("cancel", message)),
    AmendOrder: entering((message) => changeRequest("amend", message)),
    MassCancel: entering(cancelAllRequest),
    GetOrder: unary(READERS, (accountId, { request }, reply) =>
      calls.getOrder(accountId, request, reply),
    ),
    ListOpenOrders: unary(READERS, (accountId, { request }, reply) => {
      calls.listOpenOrders(accountId, request, reply);
    }),
    Trade: (call: ServerDuplexStream<Buffer, Buffer>): void => {
      const key = admit(call, TRADERS);
      if (key !== undefined) new TradeStream(call, key, parts);
    },
    StreamExecutions: (call: ServerWritableStream<unknown, Buffer>): void => {
      const key = admit(call, READERS);
      if (key !== undefined) executions.begin(call, key, afterSequenceOf(call.request));
    },
  };
}

function afterSequenceOf(message: unknown): number | undefined {
  const after = isObject(message) ? message["afterSequence"] : undefined;
  return typeof after === "number" ? after : undefined;
}
