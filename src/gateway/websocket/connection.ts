// One WebSocket connection: requests in, answers by id, streams. It has a session at the venue from
// its login on; what it entered stays entered when it goes, unless it asked for the opposite.

import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_SEQUENCE_WORD, reasonOf } from "../../codec/event.ts";
import { REASON_BUSY, REASON_STOPPED } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import {
  ALREADY_LOGGED_IN,
  type Refusal,
  refusalJson,
  refuse,
  refuseForReason,
  UNAUTHORIZED,
} from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { type OnKnown, refuseRole } from "../http/rest-gateway.ts";
import { wasRefused } from "../json/answer-writer.ts";
import { readInstrument, readOrderRef } from "../json/command-reader.ts";
import { type JsonObject, unexpected } from "../json/fields.ts";
import { readDeadMan, readDisconnect } from "../json/guard-reader.ts";
import { readBatch, readEntry, readOrderRequest } from "../json/request-reader.ts";
import { type ApiKey, KEY_REVOKED, type KeyRing, type Role } from "../keys.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import { REQUESTS_PENDING_MAX } from "../limits.ts";
import type { OrderDesk, ResultListener } from "../order-desk.ts";
import { OrderResults } from "../order-results.ts";
import type { OrderStatus } from "../order-status.ts";
import type { OrderRequest } from "../requested-commands.ts";
import type { Claim, Signatures } from "../signatures.ts";
import { slowDown, type Throttle, throttleOf } from "../throttle.ts";
import type { AccountStreams } from "./account-streams.ts";
import { ConnectionDesks } from "./connection-desks.ts";
import { EntryLine } from "./entry-line.ts";
import type { MarketStreams } from "./market-streams.ts";
import { CLOSE_GOING_AWAY, CLOSE_NOT_TEXT, CLOSE_POLICY, Outbox } from "./outbox.ts";
import { readRequest } from "./requests.ts";
import type { Op } from "./socket-ops.ts";
import { NOBODY, refusePlace, type SocketPlaces } from "./socket-places.ts";
import { readStreams } from "./stream-names.ts";
import { Subscriptions } from "./subscriptions.ts";
import { UsualOrders } from "./usual-orders.ts";

export type ConnectionParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly signatures: Signatures;
  readonly counts: GatewayCounts;
  readonly status: OrderStatus;
  readonly market: MarketStreams;
  readonly accounts: AccountStreams;
  readonly places: SocketPlaces;
  readonly onKnown: OnKnown;
  readonly observeSeconds: (seconds: number) => void;
  readonly receipts: LatencyReceipts;
  readonly clock: Clock;
  /** Orders and amends a second and connection; undefined: as many as come. */
  readonly ordersPerSecondMax?: number | undefined;
};

/** The operator asks over REST: what it does is not of one account. */
export const SOCKET_ROLES: readonly Role[] = ["trader", "viewer"];
/** What a key that may only look asks, beside the streams. */
const VIEWER_OPS: ReadonlySet<Op> = new Set<Op>(["status", "openOrders", "preview"]);

/** Answers one request: an HTTP-like status, from 400 on an error; JSON; the level asked for. */
type Reply = (status: number, json: string, ack?: string) => void;

export class Connection {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #parts: ConnectionParts;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #line = new EntryLine();
  readonly #throttle: Throttle | undefined;
  #accountId = NOBODY;
  #role: Role = "viewer";
  #desks: ConnectionDesks | undefined;
  #usual: UsualOrders | undefined;
  /** Receipts are wanted; what says that they are not any more. */
  #unwantReceipts: (() => void) | undefined;
  #unwatchKey: () => void = () => {};
  /** What came since the last whole message. */
  #unsentBytes = 0;
  #pendingCount = 0;
  #onIdle: (() => void) | undefined;

  /** `key` undefined: nobody yet. */
  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    key: ApiKey | undefined,
    parts: ConnectionParts,
  ) {
    this.#webSocket = webSocket;
    this.#parts = parts;
    this.#throttle = throttleOf(parts);
    this.#outbox = new Outbox(webSocket, socket, parts.clock);
    this.#subscriptions = new Subscriptions(parts.market, parts.accounts, this.#outbox);
    this.#socket = socket;
    parts.places.add(this, socket);
    if (key !== undefined) this.#logIn(key);
    webSocket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    webSocket.on("close", () => this.#onClose());
    // Before the library's own listener: what comes in one piece behind a message is not counted.
    socket.prependListener("data", (bytes: Buffer) => {
      this.#unsentBytes += bytes.length;
    });
  }

  get unreadBytes(): number {
    return this.#outbox.unreadBytes;
  }

  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  get hasKey(): boolean {
    return this.#accountId !== NOBODY;
  }

  /** Lets go of what the client has not read: a goodbye would wait behind it. */
  cut(): void {
    this.#webSocket.terminate();
  }

  /** Says that the end is near, answers what is under way, then says goodbye. */
  stop(): void {
    this.#outbox.send('{"stream":"service","type":"stopping"}');
    const goodbye = (): void => this.#outbox.close(CLOSE_GOING_AWAY, "the exchange is stopping");
    if (this.#pendingCount === 0) goodbye();
    else this.#onIdle = goodbye;
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    this.#unsentBytes = 0;
    if (this.#outbox.isClosed) return;
    if (!this.hasKey && !this.#parts.places.mayAsk(this)) {
      this.#outbox.close(CLOSE_POLICY, "expected fewer messages a second without a login");
      this.#webSocket.pause(); // What it sends on is not worth reading.
      return;
    }
    if (isBinary) {
      this.#outbox.close(CLOSE_NOT_TEXT, "expected text messages, found a binary one");
      return;
    }
    if (this.#tryUsual(data as Buffer)) return;
    const request = readRequest(data.toString());
    const { idJson } = request;
    if ("refusal" in request) this.#sendError(idJson, refusalJson(request.refusal));
    else if (this.#onIdle !== undefined) this.#refuseReason(idJson, REASON_STOPPED);
    else if (this.#pendingCount >= REQUESTS_PENDING_MAX) this.#refuseReason(idJson, REASON_BUSY);
    else {
      this.#pendingCount++;
      this.#dispatch(request.op, request.fields, (status, json, ack) => {
        const kind = status >= 400 ? "error" : "result";
        const ackJson = ack === undefined ? "" : `,"ack":"${ack}"`;
        this.#outbox.send(`{"id":${idJson},"${kind}":${json}${ackJson}}`);
        this.#onAnswered();
      });
    }
  }

  /** Most orders need nothing of what the others may ask for. */
  #tryUsual(bytes: Buffer): boolean {
    const isPlain =
      this.#unwantReceipts === undefined &&
      this.#throttle === undefined &&
      this.#onIdle === undefined &&
      this.#pendingCount < REQUESTS_PENDING_MAX &&
      this.#line.isIdle;
    return isPlain && this.#usual?.tryEnter(bytes) === true;
  }

  #onAnswered(): void {
    this.#pendingCount--;
    if (this.#pendingCount === 0) this.#onIdle?.();
  }

  #onClose(): void {
    this.#unwantReceipts?.();
    this.#unwatchKey();
    this.#subscriptions.endAll(this.#accountId);
    this.#parts.places.delete(this, this.#accountId);
    const desks = this.#desks;
    if (desks === undefined) return;
    // Behind all that came before: what is entered later would outlive its session.
    this.#line.push((onEntered) => {
      desks.close();
      onEntered();
    });
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
      case "receipts":
        this.#onReceipts(fields, reply);
        return;
      case "login":
        this.#onLogin(fields, reply);
        return;
      case "subscribe":
      case "unsubscribe":
        this.#onStreams(op, fields, reply);
        return;
      default:
        if (this.#desks === undefined) refuseTo(reply, refuseLogin());
        else if (this.#role === "viewer" && !VIEWER_OPS.has(op)) {
          refuseTo(reply, refuseRole(["trader"], this.#role));
        } else this.#onAccountOp(op, fields, this.#desks, reply);
    }
  }

  #onReceipts({ on }: JsonObject, reply: Reply): void {
    if (typeof on !== "boolean") {
      refuseTo(reply, unexpected("on", "true or false", on));
      return;
    }
    this.#unwantReceipts?.();
    this.#unwantReceipts = on ? this.#parts.receipts.stages.want() : undefined;
    this.#subscriptions.tellReceipts(on);
    reply(200, `{"on":${on}}`);
  }

  #onLogin(fields: JsonObject, reply: Reply): void {
    const { keys, signatures } = this.#parts;
    const claim = claimIn(fields);
    const key =
      claim === undefined
        ? keys.find(String(fields["key"]))
        : signatures.find(claim, "LOGIN", "/ws");
    if (key === undefined) {
      const message =
        claim === undefined
          ? "key: expected a known key, or keyId, time and signature, found neither"
          : signatures.whyNot(claim);
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
    const { places } = this.#parts;
    if (this.#accountId === NOBODY && !places.hasRoomFor(key.accountId)) {
      refuseTo(reply, refusePlace());
      return;
    }
    if (this.#accountId === NOBODY) this.#logIn(key);
    reply(200, `{"accountId":${key.accountId}}`);
  }

  #logIn(key: ApiKey): void {
    const { venue, counts, keys, clock, places } = this.#parts;
    const { accountId, role } = key;
    places.logIn(this, accountId);
    this.#parts.onKnown(this.#socket, accountId);
    this.#unwatchKey = keys.watch(key, () => this.#outbox.close(CLOSE_POLICY, KEY_REVOKED));
    this.#accountId = accountId;
    this.#role = role;
    this.#desks = new ConnectionDesks(accountId, venue, counts);
    if (role !== "trader") return;
    this.#usual = new UsualOrders({
      ...{ venue, counts, accountId, clock, desk: this.#desks.durable, outbox: this.#outbox },
      onEntered: () => this.#pendingCount++,
      onAnswered: (startedNanos) => {
        this.#observe(startedNanos);
        this.#onAnswered();
      },
    });
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
    const { after } = fields;
    if (after !== undefined && (!Number.isSafeInteger(after) || Number(after) < 0)) {
      refuseTo(reply, unexpected("after", "a sequence", after));
      return;
    }
    const afterSequence = after === undefined ? undefined : Number(after);
    const refusal = this.#subscriptions.refuse(streams, this.#accountId, afterSequence);
    if (refusal !== undefined) {
      refuseTo(reply, refusal);
      return;
    }
    this.#subscriptions.note(streams);
    reply(200, this.#subscriptions.begunJson);
    this.#subscriptions.begin(streams, this.#accountId, afterSequence);
  }

  #onAccountOp(op: Op, fields: JsonObject, desks: ConnectionDesks, reply: Reply): void {
    const desk = desks.durable;
    switch (op) {
      case "new":
      case "list":
      case "batch":
        this.#onEntry(op, fields, desks, reply);
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
      case "cancelOnDisconnect":
      case "deadMan":
        this.#setGuard(op, fields, desks, reply);
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

  /** Orders may ask for another level than the usual one; the answer says what it got. */
  #onEntry(
    op: "new" | "list" | "batch",
    { ack: asked, ...fields }: JsonObject,
    desks: ConnectionDesks,
    reply: Reply,
  ): void {
    const desk = desks.ofLevel(asked);
    if ("code" in desk) {
      refuseTo(reply, desk);
      return;
    }
    const replyAsked: Reply =
      typeof asked === "string" ? (status, json) => reply(status, json, asked) : reply;
    if (op === "batch") this.#enterBatch(desk, fields, replyAsked);
    else this.#enter(desk, { kind: op, fields: fields[op === "new" ? "order" : op] }, replyAsked);
  }

  /** In its turn: orders sent before it were entered before it. */
  #setGuard(
    op: "cancelOnDisconnect" | "deadMan",
    fields: JsonObject,
    desks: ConnectionDesks,
    reply: Reply,
  ): void {
    const onAnswer: BatchListener = (words, startWord) => {
      const sequence = readU64(words, startWord + EVENT_SEQUENCE_WORD);
      if (wasRefused(words, startWord))
        refuseTo(reply, refuseForReason(reasonOf(words, startWord)));
      else reply(200, `{"sequence":${sequence}}`);
    };
    this.#line.push((onEntered) => {
      const refusal =
        op === "deadMan"
          ? desks.guardAccount((...to) => readDeadMan(fields, ...to), onAnswer)
          : desks.guardSessions((...to) => readDisconnect(fields, ...to), onAnswer);
      if (refusal !== undefined) refuseTo(reply, refusal);
      onEntered();
    });
  }

  #askOpenOrders({ symbol }: JsonObject, reply: Reply): void {
    const { venue, status } = this.#parts;
    const instrument = symbol === undefined ? undefined : readInstrument(symbol, venue);
    if (instrument !== undefined && "code" in instrument) refuseTo(reply, instrument);
    else status.askOpen(this.#accountId, instrument?.instrumentId ?? 0, reply);
  }

  #enter(desk: OrderDesk, request: OrderRequest, reply: Reply): void {
    const startedNanos = this.#parts.clock.nowNanos();
    this.#enterList(desk, [request], (_index, status, json) => {
      this.#observe(startedNanos);
      reply(status, json);
    });
  }

  #enterBatch(desk: OrderDesk, fields: JsonObject, reply: Reply): void {
    const startedNanos = this.#parts.clock.nowNanos();
    const requests = readBatch(fields);
    if ("code" in requests) {
      refuseTo(reply, requests);
      return;
    }
    const results = new OrderResults(requests.length, (parts) => {
      this.#observe(startedNanos);
      reply(200, parts.join(""));
    });
    this.#enterList(desk, requests, (index, _status, json) => results.set(index, json));
  }

  #enterList(desk: OrderDesk, requests: readonly OrderRequest[], onResult: ResultListener): void {
    const slowed = slowDown(requests, this.#throttle);
    const { receipts } = this.#parts;
    const arrival = {
      ingressNanos: receipts.stages.arrival(),
      receipts: this.#unwantReceipts === undefined ? undefined : receipts,
    };
    this.#line.push((onEntered) =>
      desk.enter(this.#accountId, slowed, onResult, onEntered, arrival),
    );
  }

  #observe(startedNanos: number): void {
    const { observeSeconds, clock } = this.#parts;
    observeSeconds((clock.nowNanos() - startedNanos) / 1e9);
  }
}

function refuseTo(reply: Reply, refusal: Refusal): void {
  reply(refusal.status, refusalJson(refusal));
}

function refuseLogin(): Refusal {
  return refuse(UNAUTHORIZED, "op: expected a login before, found none");
}

/** Instead of the key itself: its id, a time and a signature over "LOGIN" in the method's place. */
function claimIn({ key, keyId, time, signature }: JsonObject): Claim | undefined {
  if (typeof key === "string") return undefined;
  if (typeof keyId !== "string" || typeof signature !== "string") return undefined;
  return { keyId, time: String(time), signature };
}
