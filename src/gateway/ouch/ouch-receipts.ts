// Receipts on one client's reports, from when it asks for them: when the command that a report
// follows from passed each stage, as one more option of the report's appendage; a report that the
// protocol gives none gets one. The stream keeps reports without them: they are of this process,
// not of the log.

import { putU16, putU64, u16At } from "../../codec/big-endian.ts";
import { OUCH_RECEIPT, OUCH_RECEIPT_BYTES, OUCH_WANTS_RECEIPTS } from "../../codec/ouch-options.ts";
import {
  APPENDAGE_LENGTH_BYTES,
  hasOuchAppendage,
  ouchAppendageByte,
} from "../../codec/ouch-report.ts";
import { ACCOUNT_QUERY_BYTES, OUCH_ACCOUNT_QUERY } from "../../codec/ouch-request.ts";
import { SOUP_HEADER_BYTES } from "../../codec/soup-bin-tcp.ts";
import type { MessageCursor, OuchStream } from "../../model/message-streams.ts";
import type { LatencyReceipts, Receipt } from "../latency-receipts.ts";

/** Of a packet: what its length does not count. */
const LENGTH_BYTES = 2;
const OPTION_BYTES = 2 + OUCH_RECEIPT_BYTES;
const YES = 0x59; // Y

/** Whether an account query asks for receipts; undefined: it says nothing of them. */
export function wantsReceipts(bytes: Uint8Array, at: number, length: number): boolean | undefined {
  if (bytes[at] !== OUCH_ACCOUNT_QUERY || length === ACCOUNT_QUERY_BYTES) return undefined;
  let found: boolean | undefined;
  const end = at + length;
  for (let i = at + ACCOUNT_QUERY_BYTES + LENGTH_BYTES; i < end; i += 1 + bytes[i]) {
    if (bytes[i + 1] === OUCH_WANTS_RECEIPTS) found = bytes[i + 2] === YES;
  }
  return found;
}

export class OuchReceipts implements MessageCursor {
  readonly #cursor: MessageCursor;
  readonly #stream: OuchStream;
  readonly #receipts: LatencyReceipts;
  /** Undefined: nobody asked. */
  #stop: (() => void) | undefined;

  constructor(cursor: MessageCursor, stream: OuchStream, receipts: LatencyReceipts) {
    this.#cursor = cursor;
    this.#stream = stream;
    this.#receipts = receipts;
  }

  /** What another reader of the stream is told, for the same client and at its present wish. */
  like(cursor: MessageCursor): MessageCursor {
    const other = new OuchReceipts(cursor, this.#stream, this.#receipts);
    other.#stop = this.#stop;
    return other;
  }

  get unreadBytes(): number {
    return this.#cursor.unreadBytes;
  }

  get nextSequence(): number {
    return this.#cursor.nextSequence;
  }

  /** For reports that follow from commands that come from now on. */
  want(isOn: boolean): void {
    if (isOn === (this.#stop !== undefined)) return;
    this.#stop?.();
    this.#stop = undefined;
    if (!isOn) return;
    const stops = [this.#receipts.stages.want(), this.#stream.followCommands()];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
  }

  release(): void {
    this.#cursor.release();
  }

  close(): void {
    this.#cursor.close();
  }

  next(): Uint8Array | undefined {
    if (this.#stop === undefined) return this.#cursor.next();
    let sequence = this.#cursor.nextSequence;
    const bytes = this.#cursor.next();
    if (bytes === undefined) return undefined;
    const packets: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length) {
      const end = at + LENGTH_BYTES + u16At(bytes, at);
      packets.push(this.#withReceipt(bytes.subarray(at, end), sequence++));
      at = end;
    }
    return Buffer.concat(packets);
  }

  #withReceipt(packet: Uint8Array, sequence: number): Uint8Array {
    const command = this.#stream.commandOf(sequence);
    const receipt = command === 0 ? undefined : this.#receipts.of(command);
    if (receipt === undefined) return packet;
    const type = packet[SOUP_HEADER_BYTES];
    const lengthAt = SOUP_HEADER_BYTES + ouchAppendageByte(type);
    const optionsBytes = hasOuchAppendage(type) ? u16At(packet, lengthAt) : 0;
    const receiptAt = lengthAt + APPENDAGE_LENGTH_BYTES + optionsBytes;
    const longer = new Uint8Array(receiptAt + OPTION_BYTES);
    longer.set(packet);
    putU16(longer, 0, longer.length - LENGTH_BYTES);
    putU16(longer, lengthAt, optionsBytes + OPTION_BYTES);
    putReceipt(longer, receiptAt, receipt);
    return longer;
  }
}

function putReceipt(bytes: Uint8Array, at: number, receipt: Receipt): void {
  const { ingress, sequenced, matched, durable, egress } = receipt;
  bytes[at] = OPTION_BYTES - 1;
  bytes[at + 1] = OUCH_RECEIPT;
  let to = at + 2;
  for (const nanos of [ingress, sequenced, matched, durable ?? 0, egress]) {
    putU64(bytes, to, nanos);
    to += 8;
  }
}
