// The methods of OrderEntry: who calls, and which part of the gateway answers.

import type {
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { isObject } from "../json/fields.ts";
import type { KeyRing, Role } from "../keys.ts";
import type { OrderRequest } from "../requested-commands.ts";
import { accountOf, stopping, tooManyStreams } from "./call-status.ts";
import type { ExecutionStreams } from "./execution-streams.ts";
import type { OrderCalls } from "./order-calls.ts";
import { callReceipts } from "./receipt-message.ts";
import { cancelAllRequest, changeRequest, listRequest, newRequest } from "./request-fields.ts";
import { TradeStream, type TradeStreamParts } from "./trade-stream.ts";

export type OrderEntryParts = TradeStreamParts & {
  readonly keys: KeyRing;
  readonly calls: OrderCalls;
  readonly executions: ExecutionStreams;
  readonly isServing: () => boolean;
};

const TRADERS: readonly Role[] = ["trader"];
const READERS: readonly Role[] = ["trader", "viewer"];

type UnaryCall = ServerUnaryCall<unknown, Buffer>;
type Reply = sendUnaryData<Buffer>;

export function orderEntryService(parts: OrderEntryParts): UntypedServiceImplementation {
  const { calls, executions, streams, keys, isServing } = parts;

  const unary = (
    roles: readonly Role[],
    handle: (accountId: number, call: UnaryCall, reply: Reply) => void,
  ) => {
    return (call: UnaryCall, reply: Reply): void => {
      const accountId = isServing() ? accountOf(call.metadata, keys, roles) : stopping();
      if (typeof accountId === "number") handle(accountId, call, reply);
      else reply(accountId);
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
  const admit = (
    call: ServerDuplexStream<Buffer, Buffer> | ServerWritableStream<unknown, Buffer>,
    roles: readonly Role[],
  ): number => {
    const accountId = isServing() ? accountOf(call.metadata, keys, roles) : stopping();
    const failure = streams.isFull ? tooManyStreams() : accountId;
    if (typeof failure === "number") return failure;
    call.emit("error", failure);
    return 0;
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
      const accountId = admit(call, TRADERS);
      if (accountId !== 0) new TradeStream(call, accountId, parts);
    },
    StreamExecutions: (call: ServerWritableStream<unknown, Buffer>): void => {
      const accountId = admit(call, READERS);
      if (accountId !== 0) executions.begin(call, accountId, afterSequenceOf(call.request));
    },
  };
}

function afterSequenceOf(message: unknown): number | undefined {
  const after = isObject(message) ? message["afterSequence"] : undefined;
  return typeof after === "number" ? after : undefined;
}
