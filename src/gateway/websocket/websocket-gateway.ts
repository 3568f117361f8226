// The WebSocket side of the port: upgrades at /ws, the list of connections, and whether each of
// them is still there.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { REASON_STOPPED } from "../../model/reasons.ts";
import { NOT_FOUND, refuse, refuseForReason, TOO_MANY_CONNECTIONS } from "../error-codes.ts";
import { answerRaw, keyOf, refuseKey, refuseRole, targetOf } from "../http/rest-gateway.ts";
import { foundText } from "../json/fields.ts";
import type { ApiKey } from "../keys.ts";
import {
  CHUNKS_MAX,
  CLOSE_MILLIS_MAX,
  FRAGMENTS_MAX,
  MESSAGE_BYTES_MAX,
  PING_MILLIS,
  WEBSOCKETS_MAX,
} from "../limits.ts";
import { claimOf } from "../signatures.ts";
import type { Reader } from "../unread-budget.ts";
import { AccountStreams } from "./account-streams.ts";
import { Connection, type ConnectionParts, SOCKET_ROLES } from "./connection.ts";
import { MarketStreams } from "./market-streams.ts";
import type { RecentExecutions } from "./recent-executions.ts";
import { refusePlace, SocketPlaces } from "./socket-places.ts";

const PATH = "/ws";

export type WebSocketGatewayParts = Omit<ConnectionParts, "market" | "accounts" | "places"> & {
  /** Executions of before; undefined: streams begin with the gateway. */
  readonly recent: RecentExecutions | undefined;
};

/** A connection, and whether the client has answered since the last ping. */
type Member = { readonly connection: Connection; isAlive: boolean };

// ws 8.23 knows closeTimeout and the bounds of parts; its types (8.18) do not yet.
const SERVER_OPTIONS = {
  noServer: true,
  clientTracking: false,
  maxPayload: MESSAGE_BYTES_MAX,
  maxFragments: FRAGMENTS_MAX,
  maxBufferedChunks: CHUNKS_MAX,
  perMessageDeflate: false,
  closeTimeout: CLOSE_MILLIS_MAX,
};

export class WebSocketGateway {
  readonly #parts: ConnectionParts;
  readonly #places: SocketPlaces;
  readonly #server = new WebSocketServer(SERVER_OPTIONS);
  readonly #members = new Map<WebSocket, Member>();
  #stopTimer: () => void = () => {};
  #isStopping = false;
  #onEmpty: (() => void) | undefined;

  constructor(parts: WebSocketGatewayParts) {
    this.#places = new SocketPlaces(parts.clock);
    const market = new MarketStreams(parts.venue);
    const accounts = new AccountStreams(parts.venue, parts.receipts, parts.recent);
    this.#parts = { ...parts, market, accounts, places: this.#places };
    this.#pingLater();
  }

  get connectionCount(): number {
    return this.#members.size;
  }

  /** Bytes that all clients together have not read. */
  get unreadBytes(): number {
    let total = 0;
    for (const { unreadBytes } of this.readers()) total += unreadBytes;
    return total;
  }

  *readers(): Iterable<Reader> {
    for (const { connection } of this.#members.values()) yield connection;
  }

  /** Takes over a socket that asks for an upgrade, or answers why not and closes it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path] = targetOf(request.url ?? "").split("?");
    if (path !== PATH) {
      answerRaw(socket, refuse(NOT_FOUND, `path: expected ${PATH}, found ${foundText(path)}`));
      return;
    }
    if (this.#isStopping) {
      answerRaw(socket, refuseForReason(REASON_STOPPED));
      return;
    }
    if (this.#members.size >= WEBSOCKETS_MAX) {
      const message = `connections: expected at most ${WEBSOCKETS_MAX}, found one more`;
      answerRaw(socket, refuse(TOO_MANY_CONNECTIONS, message));
      return;
    }
    const { keys, signatures } = this.#parts;
    const claim = claimOf(request.headers);
    const hasKey = claim !== undefined || request.headers.authorization !== undefined;
    const key =
      claim === undefined ? keyOf(request, keys) : signatures.find(claim, "GET", request.url ?? "");
    if (hasKey && (key === undefined || key.role === "operator")) {
      answerRaw(
        socket,
        key === undefined ? refuseKey(request, signatures) : refuseRole(SOCKET_ROLES, key.role),
      );
      return;
    }
    if (key !== undefined && !this.#places.hasRoomFor(key.accountId)) {
      answerRaw(socket, refusePlace());
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#onConnection(webSocket, socket, key);
    });
  }

  /** Takes no more, answers what is under way, closes all; resolves when the last is gone. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopTimer();
    const whenEmpty = new Promise<void>((resolve) => {
      if (this.#members.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    for (const { connection } of this.#members.values()) connection.stop();
    return whenEmpty;
  }

  /** Ends what stop() left and lets go of the venue. */
  destroy(): void {
    for (const webSocket of this.#members.keys()) webSocket.terminate();
    this.#parts.market.close();
    this.#parts.accounts.close();
  }

  #onConnection(webSocket: WebSocket, socket: Duplex, key: ApiKey | undefined): void {
    const connection = new Connection(webSocket, socket, key, this.#parts);
    const member: Member = { connection, isAlive: true };
    this.#members.set(webSocket, member);
    webSocket.on("pong", () => {
      member.isAlive = true;
    });
    // Frames that are none, too large or not UTF-8: ws closes with the code that RFC 6455 has.
    webSocket.on("error", () => {});
    webSocket.on("close", () => {
      this.#members.delete(webSocket);
      if (this.#members.size === 0) this.#onEmpty?.();
    });
  }

  #pingLater(): void {
    this.#stopTimer = this.#parts.clock.after(PING_MILLIS, () => {
      this.#pingAll();
      this.#pingLater();
    });
  }

  #pingAll(): void {
    for (const [webSocket, member] of this.#members) {
      if (!member.isAlive) {
        webSocket.terminate();
        continue;
      }
      member.isAlive = false;
      webSocket.ping();
    }
  }
}
