// What speaks SoupBinTCP.

import type { Clock } from "../../ops/clock.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import { WireServer } from "../wire-server.ts";
import { SoupConnection, type SoupConnectionParts } from "./soup-connection.ts";

export type SoupServerOptions = SoupConnectionParts & {
  /** Of the protocol, in what operators read. */
  readonly name: string;
  readonly clock?: Clock;
  readonly tls?: TlsCertificate | undefined;
  readonly connections?: ConnectionBudget | undefined;
};

export class SoupServer extends WireServer {
  constructor(options: SoupServerOptions) {
    super({ ...options, connectionOf: (socket) => new SoupConnection(socket, options) });
  }
}
