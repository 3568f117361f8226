// outcry/client: for programs that trade here (docs/clients/typescript.md).

export { OuchClient, type OuchClientOptions } from "./ouch-client.ts";
export type { OuchReport } from "./ouch-report-reader.ts";
export {
  accountQueryRequest,
  cancelRequest,
  enterRequest,
  massCancelRequest,
  modifyRequest,
  type OuchEnter,
  type OuchReplace,
  replaceRequest,
} from "./ouch-requests.ts";
export { Refused, RestClient, type RestClientOptions } from "./rest-client.ts";
export { ConnectionLost, SocketClient, type SocketClientOptions } from "./socket-client.ts";
export type { OrderName, OrderReport, WireFields } from "./wire-json.ts";
