// OUCH over UDP: one socket for all clients. A login is answered with a token; whoever shows it
// from the address that it was given to is that session. What else comes is nobody's and gets
// nothing.

import { randomBytes } from "node:crypto";
import type { RemoteInfo } from "node:dgram";
import * as mold from "../../codec/mold-udp64.ts";
import {
  acceptedMessage,
  LOGIN_ANSWER_SEQUENCE,
  NO_TOKEN,
  ouchUdpPacket,
  readLoginMessage,
  rejectedMessage,
} from "../../codec/ouch-udp.ts";
import {
  SOUP_NOT_AUTHORIZED,
  SOUP_SESSION_NOT_AVAILABLE,
  type SoupLogin,
} from "../../codec/soup-bin-tcp.ts";
import { GatewayFailure, LISTEN_FAILED } from "../gateway-failure.ts";
import { type DatagramSocket, NO_PORT } from "../itch/datagram-socket.ts";
import {
  OUCH_UDP_SESSIONS_MAX,
  OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX,
  SOUP_HEARTBEAT_MILLIS,
} from "../limits.ts";
import { throttleOf } from "../throttle.ts";
import type { OuchSessionParts } from "./ouch-session.ts";
import { OuchUdpSession } from "./ouch-udp-session.ts";

/** As long as a session's name: 60 random bits. */
const TOKEN_BYTES = 8;

type Member = {
  readonly session: OuchUdpSession;
  readonly login: string;
  /** Of its login: above those of the logins before; 0 where the client counts none. */
  readonly number: number;
  readonly peer: string;
};

export class OuchUdpPort {
  readonly #socket: DatagramSocket;
  readonly #parts: OuchSessionParts;
  readonly #byToken = new Map<string, Member>();
  readonly #byPeer = new Map<string, Member>();
  #stopBeat: () => void = () => {};
  #isStopping = false;
  /** Datagrams that were no login and nobody's. */
  ignoredCount = 0;
  /** Sessions ended for what their client sent or did not read. */
  faultCount = 0;

  /** `socket` is its own. */
  constructor(socket: DatagramSocket, parts: OuchSessionParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on("message", (bytes, from) => this.#onDatagram(bytes, from));
  }

  get sessionCount(): number {
    return this.#byToken.size;
  }

  /** Rejects with GatewayFailure LISTEN_FAILED. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("error", (cause) => {
        const message = `OUCH port ${port} on ${host}, UDP: expected a free port, found ${cause}`;
        reject(new GatewayFailure(message, { code: LISTEN_FAILED, cause }));
      });
      this.#socket.bind(port, host, () => {
        this.#socket.on("error", () => {}); // Of one datagram; the next may go.
        this.#beatLater();
        resolve();
      });
    });
  }

  /** What happens once a second. */
  beat(): void {
    for (const { session } of this.#byToken.values()) session.beat();
  }

  /** Ends every session; each client is told once. A socket that is closed drops what it has. */
  async stop(): Promise<void> {
    this.#stopBeat();
    this.#isStopping = true;
    const sessions = [...this.#byToken.values()].map(({ session }) => session);
    await Promise.all(
      sessions.map((session) => new Promise<void>((resolve) => session.end(false, resolve))),
    );
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #onDatagram(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#isStopping) return;
    const header = mold.readMoldHeader(bytes);
    const peer = `${from.address}:${from.port}`;
    const member = header === undefined ? undefined : this.#byToken.get(header.session);
    if (header !== undefined && member?.peer === peer) member.session.onPacket(header, bytes);
    else if (header?.session === NO_TOKEN && header.count === 1 && from.port !== NO_PORT) {
      if (this.#isLate(header.sequence, peer)) this.ignoredCount++;
      else this.#onLogin(header.sequence, bytes, from, peer);
    } else this.ignoredCount++;
  }

  /** Whether a login comes after one that its client sent later. */
  #isLate(number: number, peer: string): boolean {
    return number > 0 && number < (this.#byPeer.get(peer)?.number ?? 0);
  }

  #onLogin(number: number, bytes: Uint8Array, from: RemoteInfo, peer: string): void {
    let login: SoupLogin | undefined;
    const isSound = mold.readMoldMessages(bytes, 1, (packet, at, length) => {
      login = readLoginMessage(packet, at, length);
    });
    if (!isSound || login === undefined) {
      this.ignoredCount++;
      return;
    }
    const isNumbered = login.sequence >= 0;
    const answer = isNumbered ? this.#logIn(number, login, from, peer) : SOUP_SESSION_NOT_AVAILABLE;
    const isRefused = typeof answer === "number";
    const message = isRefused
      ? rejectedMessage(answer)
      : acceptedMessage(this.#parts.venue.ouch.session, answer.startSequence);
    const token = isRefused ? NO_TOKEN : answer.token;
    const packet = ouchUdpPacket(token, LOGIN_ANSWER_SEQUENCE, [message]);
    if (packet !== undefined) this.#socket.send(packet, from.port, from.address);
  }

  /** The session, or the letter that says why there is none. */
  #logIn(
    number: number,
    login: SoupLogin,
    from: RemoteInfo,
    peer: string,
  ): OuchUdpSession | number {
    const { venue, keys, accounts } = this.#parts;
    const key = keys.findShort(login.username, login.password);
    if (key === undefined) return SOUP_NOT_AUTHORIZED;
    const before = this.#byPeer.get(peer);
    const text = `${key.keyId} ${login.session} ${login.sequence}`;
    // The answer was lost, or the login came twice.
    if (before?.login === text && isSame(before, number)) return before.session;
    before?.session.end(false);
    const account = accounts.of(key.accountId);
    const { stream } = account;
    const sequence = login.sequence === 0 ? stream.nextSequence : login.sequence;
    const isHere = login.session === "" || login.session === venue.ouch.session;
    const cursor = isHere ? stream.cursorFrom(sequence) : undefined;
    if (cursor === undefined || !this.#hasRoomFor(key.accountId)) {
      return SOUP_SESSION_NOT_AVAILABLE;
    }
    const token = randomBytes(TOKEN_BYTES).toString("base64url").slice(0, mold.MOLD_SESSION_BYTES);
    const session = new OuchUdpSession(token, account, sequence, cursor, {
      ...{ ...this.#parts, throttle: throttleOf(this.#parts) },
      send: (packet, onTaken) => this.#socket.send(packet, from.port, from.address, onTaken),
      onEnd: (isFault) => {
        unwatchKey();
        this.#byToken.delete(token);
        this.#parts.places.delete(key.accountId);
        if (this.#byPeer.get(peer)?.session === session) this.#byPeer.delete(peer);
        if (isFault) this.faultCount++;
      },
    });
    const unwatchKey = keys.watch(key, () => session.end(false));
    const member = { session, login: text, number, peer };
    this.#byToken.set(token, member);
    this.#parts.places.add(key.accountId);
    this.#byPeer.set(peer, member);
    return session;
  }

  #hasRoomFor(accountId: number): boolean {
    const isRoom = this.#byToken.size < OUCH_UDP_SESSIONS_MAX;
    return isRoom && this.#parts.places.of(accountId) < OUCH_UDP_SESSIONS_OF_ACCOUNT_MAX;
  }

  #beatLater(): void {
    this.#stopBeat = this.#parts.clock.after(SOUP_HEARTBEAT_MILLIS, () => {
      this.#beatLater();
      this.beat();
    });
  }
}

/** Whether a login like the member's is its own once more, and not the next one. */
function isSame({ session, number }: Member, again: number): boolean {
  return again === number && (number > 0 || session.isFresh);
}
