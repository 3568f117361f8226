// One WebSocket connection: requests in, answers by id, streams. It has a session at the venue from
// its login on; what it entered stays entered when it goes, unless it asked for the opposite.

import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { BLOCK_BYTES } from "../../codec/command.ts";
import { EVENT_SEQUENCE_WORD, reasonOf } from "../../codec/event.ts";
import { REASON_BUSY, REASON_STOPPED } from "../../model/reasons.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import { CommandSession } from "../command-session.ts";
import {
  ALREADY_LOGGED_IN,
  type Refusal,
  refusalJson,
  refuse,
  refuseForReason,
  TOO_FAST,
  UNAUTHORIZED,
} from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { refuseRole } from "../http/rest-gateway.ts";
import { wasRefused } from "../json/answer-writer.ts";
import { readInstrument, readOrderRef } from "../json/command-reader.ts";
import type { JsonObject } from "../json/fields.ts";
import { readDeadMan, readDisconnect } from "../json/guard-reader.ts";
import { readBatch, readEntry, readOrderRequest } from "../json/request-reader.ts";
import type { ApiKey, KeyRing, Role } from "../keys.ts";
import { COMMANDS_PENDING_MAX, REQUESTS_PENDING_MAX } from "../limits.ts";
import { OrderDesk, type ResultListener } from "../order-desk.ts";
import { OrderResults } from "../order-results.ts";
import type { OrderStatus } from "../order-status.ts";
import type { OrderRequest } from "../requested-commands.ts";
import type { Signatures } from "../signatures.ts";
import { Throttle } from "../throttle.ts";
import type { AccountStreams } from "./account-streams.ts";
import { EntryLine } from "./entry-line.ts";
import type { MarketStreams } from "./market-streams.ts";
import { CLOSE_GOING_AWAY, CLOSE_NOT_TEXT, Outbox } from "./outbox.ts";
import { type Op, readRequest } from "./requests.ts";
import { readStreams } from "./stream-names.ts";
import { Subscriptions } from "./subscriptions.ts";

export type ConnectionParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly signatures: Signatures;
  readonly counts: GatewayCounts;
  readonly status: OrderStatus;
  readonly market: MarketStreams;
  readonly accounts: AccountStreams;
  readonly observeSeconds: (seconds: number) => void;
  readonly clock: Clock;
  /** Orders and amends a second and connection; undefined: as many as come. */
  readonly ordersPerSecondMax?: number | undefined;
};

/** The operator asks over REST: what it does is not of one account. */
export const SOCKET_ROLES: readonly Role[] = ["trader", "viewer"];
/** What a key that may only look asks, beside the streams. */
const VIEWER_OPS: ReadonlySet<Op> = new Set<Op>(["status", "openOrders", "preview"]);

/** Copied by the venue as soon as it is written. */
const guardRecord = RecordBuffer.ofBytes(BLOCK_BYTES);

/** Answers one request: an HTTP-like status, from 400 on an error, and JSON. */
type Reply = (status: number, json: string) => void;

export class Connection {
  readonly #parts: ConnectionParts;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #line = new EntryLine();
  readonly #throttle: Throttle | undefined;
  #accountId = 0;
  #role: Role = "viewer";
  #session: CommandSession | undefined;
  #desk: OrderDesk | undefined;
  #pendingCount = 0;
  #onIdle: (() => void) | undefined;

  /** `key` undefined: nobody yet. */
  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    key: ApiKey | undefined,
    parts: ConnectionParts,
  ) {
    this.#parts = parts;
    const { ordersPerSecondMax, clock } = parts;
    if (ordersPerSecondMax !== undefined) this.#throttle = new Throttle(ordersPerSecondMax, clock);
    this.#outbox = new Outbox(webSocket, socket, parts.clock);
    this.#subscriptions = new Subscriptions(parts.market, parts.accounts, this.#outbox);
    if (key !== undefined) this.#logIn(key);
    webSocket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    webSocket.on("close", () => this.#onClose());
  }

  get unreadBytes(): number {
    return this.#outbox.unreadBytes;
  }

  /** Answers what is under way, then says goodbye. */
  stop(): void {
    const goodbye = (): void => this.#outbox.close(CLOSE_GOING_AWAY, "the exchange is stopping");
    if (this.#pendingCount === 0) goodbye();
    else this.#onIdle = goodbye;
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#outbox.isClosed) return;
    if (isBinary) {
      this.#outbox.close(CLOSE_NOT_TEXT, "expected text messages, found a binary one");
      return;
    }
    const request = readRequest(data.toString());
    const { idJson } = request;
    if ("refusal" in request) this.#sendError(idJson, refusalJson(request.refusal));
    else if (this.#onIdle !== undefined) this.#refuseReason(idJson, REASON_STOPPED);
    else if (this.#pendingCount >= REQUESTS_PENDING_MAX) this.#refuseReason(idJson, REASON_BUSY);
    else {
      this.#pendingCount++;
      this.#dispatch(request.op, request.fields, (status, json) => {
        this.#pendingCount--;
        if (status >= 400) this.#sendError(idJson, json);
        else this.#outbox.send(`{"id":${idJson},"result":${json}}`);
        if (this.#pendingCount === 0) this.#onIdle?.();
      });
    }
  }

  #onClose(): void {
    this.#subscriptions.endAll(this.#accountId);
    this.#session?.close();
  }

  #sendError(idJson: string, errorJson: string): void {
    this.#outbox.send(`{"id":${idJson},"error":${errorJson}}`);
  }

  #refuseReason(idJson: string, reason: number): void {
    this.#sendError(idJson, refusalJson(refuseForReason(reason)));
  }

  #dispatch(op: Op, fields: JsonObject, reply: Reply): void {
    switch (op) {
      case "ping":
        reply(200, "{}");
        return;
      case "login":
        this.#onLogin(fields, reply);
        return;
      case "subscribe":
      case "unsubscribe":
        this.#onStreams(op, fields, reply);
        return;
      default:
        if (this.#desk === undefined) refuseTo(reply, refuseLogin());
        else if (this.#role === "viewer" && !VIEWER_OPS.has(op)) {
          refuseTo(reply, refuseRole(["trader"], this.#role));
        } else this.#onAccountOp(op, fields, this.#desk, reply);
    }
  }

  #onLogin(fields: JsonObject, reply: Reply): void {
    const key = this.#keyOf(fields);
    if (key === undefined) {
      const message = "key: expected a known key or a signature that counts, found neither";
      refuseTo(reply, refuse(UNAUTHORIZED, message));
      return;
    }
    if (key.role === "operator") {
      refuseTo(reply, refuseRole(SOCKET_ROLES, key.role));
      return;
    }
    if (this.#accountId !== 0 && this.#accountId !== key.accountId) {
      const message = `login: expected account ${this.#accountId}, found ${key.accountId}`;
      refuseTo(reply, refuse(ALREADY_LOGGED_IN, message));
      return;
    }
    if (this.#accountId === 0) this.#logIn(key);
    reply(200, `{"accountId":${key.accountId}}`);
  }

  /** By the key itself, or by its id, a time and a signature over "LOGIN" in the method's place. */
  #keyOf({ key, keyId, time, signature }: JsonObject): ApiKey | undefined {
    const { keys, signatures } = this.#parts;
    if (typeof key === "string") return keys.find(key);
    if (typeof keyId !== "string" || typeof signature !== "string") return undefined;
    return signatures.find({ keyId, time: String(time), signature }, "LOGIN", "/ws");
  }

  #logIn({ accountId, role }: ApiKey): void {
    const { venue, counts } = this.#parts;
    this.#accountId = accountId;
    this.#role = role;
    this.#session = new CommandSession(venue, COMMANDS_PENDING_MAX);
    this.#desk = new OrderDesk(venue, this.#session, counts);
  }

  #onStreams(op: "subscribe" | "unsubscribe", fields: JsonObject, reply: Reply): void {
    const streams = readStreams(fields["streams"], this.#parts.venue);
    if ("code" in streams) {
      refuseTo(reply, streams);
      return;
    }
    if (op === "unsubscribe") {
      this.#subscriptions.end(streams, this.#accountId);
      reply(200, this.#subscriptions.json);
      return;
    }
    const refusal = this.#subscriptions.refuse(streams, this.#accountId);
    if (refusal !== undefined) {
      refuseTo(reply, refusal);
      return;
    }
    this.#subscriptions.note(streams);
    reply(200, this.#subscriptions.json);
    this.#subscriptions.begin(streams, this.#accountId);
  }

  #onAccountOp(op: Op, fields: JsonObject, desk: OrderDesk, reply: Reply): void {
    switch (op) {
      case "new":
        this.#enter(desk, { kind: "new", fields: fields["order"] }, reply);
        return;
      case "list":
        this.#enter(desk, { kind: "list", fields: fields["list"] }, reply);
        return;
      case "preview":
        this.#line.push((onEntered) => {
          desk.preview(this.#accountId, readEntry(fields), (_index, status, json) =>
            reply(status, json),
          );
          onEntered();
        });
        return;
      case "cancel":
      case "amend":
        this.#enter(desk, readOrderRequest(op, fields), reply);
        return;
      case "cancelAll":
        this.#enter(desk, { kind: "cancelAll", fields }, reply);
        return;
      case "batch":
        this.#enterBatch(desk, fields, reply);
        return;
      case "cancelOnDisconnect":
      case "deadMan":
        this.#setGuard(op, fields, reply);
        return;
      case "status": {
        const order = readOrderRef(fields);
        if ("code" in order) refuseTo(reply, order);
        else this.#parts.status.ask(this.#accountId, order, reply);
        return;
      }
      default:
        this.#askOpenOrders(fields, reply);
    }
  }

  /** In its turn: orders sent before it were entered before it. */
  #setGuard(op: "cancelOnDisconnect" | "deadMan", fields: JsonObject, reply: Reply): void {
    this.#line.push((onEntered) => {
      const { sessionId = 0 } = this.#session ?? {};
      const asker = { accountId: this.#accountId, sessionId };
      const read = op === "deadMan" ? readDeadMan : readDisconnect;
      const refusal = read(fields, asker, guardRecord) ?? this.#submitGuard(reply);
      if (refusal !== undefined) refuseTo(reply, refusal);
      onEntered();
    });
  }

  #submitGuard(reply: Reply): Refusal | undefined {
    const reason = this.#session?.submit(guardRecord, (words, startWord) => {
      const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
      if (wasRefused(words, startWord))
        refuseTo(reply, refuseForReason(reasonOf(words, startWord)));
      else reply(200, `{"sequence":${sequence}}`);
    });
    return reason ? refuseForReason(reason) : undefined;
  }

  #askOpenOrders({ symbol }: JsonObject, reply: Reply): void {
    const { venue, status } = this.#parts;
    const instrument = symbol === undefined ? undefined : readInstrument(symbol, venue);
    if (instrument !== undefined && "code" in instrument) refuseTo(reply, instrument);
    else status.askOpen(this.#accountId, instrument?.instrumentId ?? 0, reply);
  }

  #enter(desk: OrderDesk, request: OrderRequest, reply: Reply): void {
    const startedMillis = performance.now();
    this.#enterList(desk, [request], (_index, status, json) => {
      this.#observe(startedMillis);
      reply(status, json);
    });
  }

  #enterBatch(desk: OrderDesk, fields: JsonObject, reply: Reply): void {
    const startedMillis = performance.now();
    const requests = readBatch(fields);
    if ("code" in requests) {
      refuseTo(reply, requests);
      return;
    }
    const results = new OrderResults(requests.length, (parts) => {
      this.#observe(startedMillis);
      reply(200, parts.join(""));
    });
    this.#enterList(desk, requests, (index, _status, json) => results.set(index, json));
  }

  #enterList(desk: OrderDesk, requests: readonly OrderRequest[], onResult: ResultListener): void {
    const slowed = this.#throttle === undefined ? requests : this.#slowDown(requests);
    this.#line.push((onEntered) => desk.enter(this.#accountId, slowed, onResult, onEntered));
  }

  /** What is too fast is refused; whoever takes risk away is never too fast. */
  #slowDown(requests: readonly OrderRequest[]): readonly OrderRequest[] {
    return requests.map((request) => {
      const isCancel = request.kind === "cancel" || request.kind === "cancelAll";
      if (isCancel || this.#throttle?.tryTake(1) !== false) return request;
      const { ordersPerSecondMax } = this.#parts;
      const message = `requests: expected at most ${ordersPerSecondMax} a second, found more`;
      return { kind: "refused", refusal: refuse(TOO_FAST, message) };
    });
  }

  #observe(startedMillis: number): void {
    this.#parts.observeSeconds((performance.now() - startedMillis) / 1000);
  }
}

function refuseTo(reply: Reply, refusal: Refusal): void {
  reply(refusal.status, refusalJson(refusal));
}

function refuseLogin(): Refusal {
  return refuse(UNAUTHORIZED, "op: expected a login before, found none");
}
