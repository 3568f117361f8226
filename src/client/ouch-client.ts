// An OUCH 5.0 client over SoupBinTCP that outlives its connections: when one breaks it dials again
// and goes on with the message after the last that it read.

import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import * as soup from "../codec/soup-bin-tcp.ts";
import { type OuchReport, readOuchReport } from "./ouch-report-reader.ts";

export type OuchClientOptions = {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Where to go on: of a client that was closed before. Left out: what comes from now on. */
  readonly session?: string;
  readonly sequence?: number;
  /** TLS, by the system's authorities or by `ca` in PEM; left out: none. */
  readonly tls?: { readonly ca?: string };
  /** Gets each report once, in order; `isSequenced` false: an answer of the gateway itself. */
  readonly onReport: (report: OuchReport, isSequenced: boolean) => void;
  /** Between two attempts to connect again; 0: none is made. */
  readonly redialMillis?: number;
  /** A connection that says nothing for so long is given up; 15 s, as in SoupBinTCP. */
  readonly silentMillisMax?: number;
};

const PACKET_BYTES_MAX = 65_537;
const HEARTBEAT_MILLIS = 1000;
const HEARTBEAT = soup.soupPacket(soup.SOUP_CLIENT_HEARTBEAT, "");
/** The exchange says something each second. */
const SILENT_MILLIS_MAX = 15_000;
const REDIAL_MILLIS = 200;

export class OuchClient {
  readonly #options: OuchClientOptions;
  readonly #heartbeat: NodeJS.Timeout;
  #socket: Socket | undefined;
  #session: string;
  #nextSequence: number;
  #isLoggedIn = false;
  #isClosed = false;
  #onLogin: ((error?: Error) => void) | undefined;
  #onClosed: () => void = () => {};
  /** Resolves when the client is closed, or its connection broke and it does not dial again. */
  readonly closed: Promise<void>;

  private constructor(options: OuchClientOptions) {
    this.#options = options;
    this.#session = options.session ?? "";
    this.#nextSequence = options.sequence ?? 0;
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
    this.#heartbeat = setInterval(() => this.#write(HEARTBEAT), HEARTBEAT_MILLIS);
  }

  /** Rejects when the first login does not succeed, and says why. */
  static async connect(options: OuchClientOptions): Promise<OuchClient> {
    const client = new OuchClient(options);
    const loggedIn = new Promise<void>((resolve, reject) => {
      client.#onLogin = (error) => (error === undefined ? resolve() : reject(error));
    });
    client.#dial();
    try {
      await loggedIn;
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  get session(): string {
    return this.#session;
  }

  /** The sequenced message that comes next: where another client would go on. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Whether `send` sends. */
  get isLoggedIn(): boolean {
    return this.#isLoggedIn && this.#socket?.writable === true;
  }

  /**
   * Sends one request and returns true; false: the client is not logged in, and nothing was sent.
   * What was sent as the connection broke may be lost too: after the next login, UserRefNums that
   * no report has told are to be sent again, in order and before any new one, or given up.
   */
  send(request: Uint8Array): boolean {
    const packet = new Uint8Array(soup.SOUP_HEADER_BYTES + request.length);
    soup.putSoupHeader(packet, 0, soup.SOUP_UNSEQUENCED_DATA, request.length);
    packet.set(request, soup.SOUP_HEADER_BYTES);
    return this.#write(packet);
  }

  /** Says goodbye. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    if (this.#socket === undefined) this.#onClosed();
    else this.#socket.end(soup.soupPacket(soup.SOUP_LOGOUT_REQUEST, ""));
  }

  /** As a cable that is pulled: nothing is said; a client that redials comes again. */
  cut(): void {
    this.#socket?.destroy();
  }

  /** Nothing before the login: the exchange would find it first, and end the connection. */
  #write(packet: Uint8Array): boolean {
    if (!this.isLoggedIn) return false;
    this.#socket?.write(packet);
    return true;
  }

  #dial(): void {
    const { host, port, username, password, tls } = this.#options;
    const { silentMillisMax = SILENT_MILLIS_MAX } = this.#options;
    const place = { host, port };
    const socket = tls === undefined ? connect(place) : connectTls({ ...place, ...tls });
    const reader = new soup.SoupReader(PACKET_BYTES_MAX, (bytes, at, length) =>
      this.#onPacket(bytes, at, length),
    );
    socket.setNoDelay(true);
    socket.on(tls === undefined ? "connect" : "secureConnect", () => {
      const [session, sequence] = [this.#session, this.#nextSequence];
      socket.write(soup.loginRequest({ username, password, session, sequence }));
    });
    const silence = setTimeout(() => socket.destroy(), silentMillisMax);
    socket.on("data", (bytes) => {
      silence.refresh();
      if (!reader.read(bytes)) socket.destroy();
    });
    socket.on("error", (error) => this.#endLogin(error));
    socket.on("close", () => {
      clearTimeout(silence);
      this.#onClose();
    });
    this.#socket = socket;
  }

  #onPacket(bytes: Uint8Array, at: number, length: number): void {
    switch (bytes[at + 2]) {
      case soup.SOUP_LOGIN_ACCEPTED: {
        const { session, sequence } = soup.readLoginAccepted(bytes, at);
        this.#session = session;
        this.#nextSequence = sequence;
        this.#isLoggedIn = true;
        this.#endLogin(undefined);
        return;
      }
      case soup.SOUP_LOGIN_REJECTED: {
        const reason = String.fromCharCode(bytes[at + soup.SOUP_HEADER_BYTES]);
        this.#isClosed = true; // It would be rejected again.
        this.#endLogin(new Error(`expected a login to be accepted, found reason ${reason}`));
        return;
      }
      case soup.SOUP_SEQUENCED_DATA:
        this.#nextSequence++;
        this.#onMessage(bytes, at, length, true);
        return;
      case soup.SOUP_UNSEQUENCED_DATA:
        this.#onMessage(bytes, at, length, false);
        return;
      default: // Heartbeats, words for people, the end of the session.
    }
  }

  #onMessage(bytes: Uint8Array, at: number, length: number, isSequenced: boolean): void {
    const from = at + soup.SOUP_HEADER_BYTES;
    const report = readOuchReport(bytes, from, length - soup.SOUP_HEADER_BYTES);
    if (report !== undefined) this.#options.onReport(report, isSequenced);
  }

  #endLogin(error: Error | undefined): void {
    this.#onLogin?.(error);
    this.#onLogin = undefined;
  }

  #onClose(): void {
    const { redialMillis = REDIAL_MILLIS } = this.#options;
    this.#socket = undefined;
    this.#isLoggedIn = false;
    this.#endLogin(new Error("expected an answer to the login, found the end of the connection"));
    if (!this.#isClosed && redialMillis > 0) {
      setTimeout(() => {
        if (!this.#isClosed) this.#dial();
      }, redialMillis);
      return;
    }
    clearInterval(this.#heartbeat);
    this.#onClosed();
  }
}
