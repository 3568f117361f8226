// Certificate and key of the ports that speak TLS. A port can go on with others while it is open:
// certificates are renewed every few weeks, and nobody stops an exchange for that.

import type { Server } from "node:tls";

/** Both in PEM. */
export type TlsPair = { readonly cert: string; readonly key: string };

type TlsServer = Pick<Server, "setSecureContext" | "prependListener">;

/** A port that has them speaks TLS alone. */
export class TlsCertificate {
  #pair: TlsPair;
  readonly #servers = new Set<TlsServer>();

  constructor(pair: TlsPair) {
    this.#pair = pair;
  }

  get cert(): string {
    return this.#pair.cert;
  }

  get key(): string {
    return this.#pair.key;
  }

  /** The server speaks with this pair, and with each that takes its place. */
  serve(server: TlsServer): void {
    this.#servers.add(server);
    server.setSecureContext(this.#pair);
    // Node tells of a handshake that fails, or takes too long, and leaves the connection open.
    server.prependListener("tlsClientError", (_error, socket) => socket.destroy());
  }

  /** Connections that are open go on with what they began with. */
  replace(pair: TlsPair): void {
    this.#pair = pair;
    for (const server of this.#servers) server.setSecureContext(pair);
  }
}
