// One receiver of ITCH over SoupBinTCP: the stream from a number on, or a snapshot and what follows
// it. Market data is public: any login will do.

import { SOUP_SESSION_NOT_AVAILABLE, type SoupLogin } from "../../codec/soup-bin-tcp.ts";
import type { ItchStream } from "../../model/message-streams.ts";
import type { SoupHandler, SoupStart } from "../soup/soup-connection.ts";

export class ItchSession implements SoupHandler {
  readonly pendingCount = 0;
  /** The next start is another session. */
  readonly endsAtStop = true;
  readonly #itch: ItchStream;

  constructor(itch: ItchStream) {
    this.#itch = itch;
  }

  onLogin(login: SoupLogin): SoupStart | number {
    const { session, stream } = this.#itch;
    if (login.session !== "" && login.session !== session) return SOUP_SESSION_NOT_AVAILABLE;
    const listen = (onGrown: () => void): (() => void) => this.#itch.listen(onGrown);
    const snapshot = login.sequence === 0 ? this.#itch.snapshot() : undefined;
    const cursor = stream.cursorFrom(snapshot?.nextSequence ?? login.sequence);
    if (cursor === undefined) return SOUP_SESSION_NOT_AVAILABLE;
    const { sequence } = login;
    if (snapshot === undefined) return { session, sequence, preface: [], cursor, listen };
    return { session, sequence: 1, preface: snapshot.pieces, cursor, listen };
  }

  /** A receiver has nothing to say. */
  onMessage(): string {
    return "expected heartbeats alone, found a message";
  }

  onClose(): void {}
}
