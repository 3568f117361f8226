// The order desks of one connection: one whose answers wait for the disk, and one whose answers do
// not, opened when first asked for. Each has a session of its own at the venue; what the connection
// says for the time when it cannot speak holds for both.

import { RecordBuffer } from "../../base/record-buffer.ts";
import { type Asker, BLOCK_BYTES } from "../../codec/command.ts";
import { ACK_ACCEPTED, ACK_DURABLE } from "../../model/ack-level.ts";
import { REASON_NONE } from "../../model/reasons.ts";
import type { BatchListener, Venue } from "../../model/venue.ts";
import { CommandSession } from "../command-session.ts";
import { type Refusal, refuseForReason } from "../error-codes.ts";
import type { GatewayCounts } from "../gateway-counts.ts";
import { readAck } from "../json/ack-reader.ts";
import { COMMANDS_PENDING_MAX } from "../limits.ts";
import { OrderDesk } from "../order-desk.ts";

/** Writes what is to happen when `asker` cannot speak, or says why it cannot be read. */
export type GuardWriter = (asker: Asker, record: RecordBuffer) => Refusal | undefined;

/** Copied by the venue as soon as it is written. */
const record = RecordBuffer.ofBytes(BLOCK_BYTES);

type Desk = { readonly session: CommandSession; readonly desk: OrderDesk };

export class ConnectionDesks {
  readonly accountId: number;
  readonly #venue: Venue;
  readonly #counts: GatewayCounts;
  readonly #durable: Desk;
  #early: Desk | undefined;
  /** What was said last of the end of a session; the next session hears it first. */
  #writeGuard: GuardWriter | undefined;

  constructor(accountId: number, venue: Venue, counts: GatewayCounts) {
    this.accountId = accountId;
    this.#venue = venue;
    this.#counts = counts;
    const session = new CommandSession(venue, COMMANDS_PENDING_MAX);
    this.#durable = { session, desk: new OrderDesk(venue, session, counts) };
  }

  get durable(): OrderDesk {
    return this.#durable.desk;
  }

  /** The desk whose answers are as sure as `asked` (undefined: durable), or why there is none. */
  ofLevel(asked: unknown): OrderDesk | Refusal {
    const ack = asked === undefined ? ACK_DURABLE : readAck(asked);
    if (typeof ack !== "string") return ack;
    if (ack !== ACK_ACCEPTED) return this.#durable.desk;
    return this.#early?.desk ?? this.#openEarly();
  }

  /** Enters what `write` writes about the account. */
  guardAccount(write: GuardWriter, onAnswer: BatchListener): Refusal | undefined {
    return this.#submit(this.#durable.session, write, onAnswer);
  }

  /** Enters it about each session, and about one that is opened later; `onAnswer` hears once. */
  guardSessions(write: GuardWriter, onAnswer: BatchListener): Refusal | undefined {
    const refusal = this.#submit(this.#durable.session, write, onAnswer);
    if (refusal !== undefined) return refusal;
    this.#writeGuard = write;
    return this.#early === undefined
      ? undefined
      : this.#submit(this.#early.session, write, () => {});
  }

  close(): void {
    this.#durable.session.close();
    this.#early?.session.close();
  }

  #openEarly(): OrderDesk | Refusal {
    const session = new CommandSession(this.#venue, COMMANDS_PENDING_MAX, ACK_ACCEPTED);
    const refusal =
      this.#writeGuard === undefined
        ? undefined
        : this.#submit(session, this.#writeGuard, () => {});
    if (refusal !== undefined) {
      session.close();
      return refusal;
    }
    const desk = new OrderDesk(this.#venue, session, this.#counts);
    this.#early = { session, desk };
    return desk;
  }

  #submit(
    session: CommandSession,
    write: GuardWriter,
    onAnswer: BatchListener,
  ): Refusal | undefined {
    const asker = { accountId: this.accountId, sessionId: session.sessionId };
    const refusal = write(asker, record);
    if (refusal !== undefined) return refusal;
    const reason = session.submit(record, onAnswer);
    return reason === REASON_NONE ? undefined : refuseForReason(reason);
  }
}
