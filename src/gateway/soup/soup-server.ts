// What speaks SoupBinTCP.

import { WireServer, type WireServerOptions } from "../wire-server.ts";
import { SoupConnection, type SoupConnectionParts } from "./soup-connection.ts";

export type SoupServerOptions = SoupConnectionParts & Omit<WireServerOptions, "connectionOf">;

export class SoupServer extends WireServer {
  constructor(options: SoupServerOptions) {
    super({
      ...options,
      connectionOf: (socket, onLogin) => new SoupConnection(socket, options, onLogin),
    });
  }
}
