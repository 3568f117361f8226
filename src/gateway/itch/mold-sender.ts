// The stream as MoldUDP64 to those who are to get it, unicast or multicast. What a receiver misses
// it asks for at the retransmission server.

import {
  MOLD_END_OF_SESSION_COUNT,
  MOLD_HEADER_BYTES,
  MOLD_HEARTBEAT_COUNT,
  putMoldHeader,
} from "../../codec/mold-udp64.ts";
import type { ItchStream } from "../../model/message-streams.ts";
import type { Clock } from "../../ops/clock.ts";
import { MOLD_BEHIND_BYTES_MAX, MOLD_PACKETS_MAX, SOUP_HEARTBEAT_MILLIS } from "../limits.ts";
import type { DatagramSocket } from "./datagram-socket.ts";
import { MoldPackets } from "./mold-packets.ts";

export type MoldReceiver = { readonly host: string; readonly port: number };

export class MoldSender {
  readonly #itch: ItchStream;
  readonly #receivers: readonly MoldReceiver[];
  readonly #clock: Clock;
  readonly #socket: DatagramSocket;
  readonly #stopListening: () => void;
  #packets: MoldPackets;
  /** Datagrams that the system has not taken yet. */
  #underWayCount = 0;
  #onAllTaken: () => void = () => {};
  #hasSent = false;
  #stopBeat: () => void = () => {};
  packetCount = 0;
  /** Messages that were not sent because the network did not take the ones before. */
  skippedCount = 0;

  /** Sends the session from its beginning; `socket` is its own. */
  constructor(
    itch: ItchStream,
    receivers: readonly MoldReceiver[],
    socket: DatagramSocket,
    clock: Clock,
  ) {
    this.#itch = itch;
    this.#receivers = receivers;
    this.#socket = socket;
    this.#clock = clock;
    this.#packets = this.#packetsFrom(itch.stream.firstSequence);
    this.#socket.on("error", () => {}); // Of one datagram; the next may go.
    this.#stopListening = itch.listen(() => this.#send());
    this.#beatLater();
    this.#send();
  }

  /** What happens once a second. */
  beat(): void {
    if (!this.#hasSent) this.#sayCount(MOLD_HEARTBEAT_COUNT);
    this.#hasSent = false;
  }

  /** The session is over: there will be no more. A socket that is closed drops what it has. */
  async stop(): Promise<void> {
    this.#stopListening();
    this.#stopBeat();
    this.#send();
    await this.#untilAllTaken();
    this.#sayCount(MOLD_END_OF_SESSION_COUNT);
    await this.#untilAllTaken();
    this.#packets.close();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #packetsFrom(sequence: number): MoldPackets {
    const { session, stream } = this.#itch;
    const cursor = stream.cursorFrom(sequence);
    if (cursor === undefined) throw new RangeError("expected a message that is kept");
    return new MoldPackets(session, cursor, sequence);
  }

  #send(): void {
    if (this.#packets.unreadBytes > MOLD_BEHIND_BYTES_MAX) this.#skip();
    while (this.#underWayCount < MOLD_PACKETS_MAX) {
      const packet = this.#packets.next();
      if (packet === undefined) return;
      this.#sendToAll(packet);
      this.packetCount++;
    }
  }

  /** The network does not keep up: receivers see a gap, and the exchange's memory stays bounded. */
  #skip(): void {
    const { nextSequence } = this.#itch.stream;
    this.skippedCount += nextSequence - this.#packets.nextSequence;
    this.#packets.close();
    this.#packets = this.#packetsFrom(nextSequence);
  }

  #sayCount(count: number): void {
    const header = new Uint8Array(MOLD_HEADER_BYTES);
    putMoldHeader(header, this.#itch.session, this.#packets.nextSequence, count);
    this.#sendToAll(header);
  }

  #sendToAll(packet: Uint8Array): void {
    this.#hasSent = true;
    for (const { host, port } of this.#receivers) {
      this.#underWayCount++;
      this.#socket.send(packet, port, host, () => {
        if (this.#underWayCount-- === MOLD_PACKETS_MAX) this.#send();
        if (this.#underWayCount === 0) this.#onAllTaken();
      });
    }
  }

  #untilAllTaken(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#underWayCount === 0) resolve();
      else this.#onAllTaken = resolve;
    });
  }

  #beatLater(): void {
    this.#stopBeat = this.#clock.after(SOUP_HEARTBEAT_MILLIS, () => {
      this.#beatLater();
      this.beat();
    });
  }
}
