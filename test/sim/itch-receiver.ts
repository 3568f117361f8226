// A receiver of ITCH over MoldUDP64: puts datagrams in order, asks for what it misses, and keeps a
// book order by order; each start of the exchange is a new session.

import { ItchBook } from "../../src/client/itch-book.ts";
import * as mold from "../../src/codec/mold-udp64.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { shownOrders } from "../../src/exchange/open-itch.ts";
import type { ItchStream } from "../../src/model/message-streams.ts";
import { SIDE_BUY } from "../../src/model/side.ts";
import type { MarketData } from "../../src/model/venue.ts";
import { INSTRUMENTS } from "./market.ts";
import type { SimulatedDatagramSocket } from "./simulated-datagrams.ts";
import type { Trace } from "./trace.ts";
import { promise } from "./violation.ts";

export type ItchReceiverParts = {
  readonly name: string;
  readonly socket: SimulatedDatagramSocket;
  /** The exchange's machine and its port for what was missed. */
  readonly server: { readonly host: string; readonly port: number };
  readonly trace: Trace;
  /** What the exchange that runs now publishes, and shows. */
  readonly published: () => { itch: ItchStream; marketData: MarketData } | undefined;
};

/** A tick of the simulation's instruments in ITCH's prices. */
const TICK_UNITS = 100;
const COUNT_MAX = 0xfffe;
const LEVELS_MAX = 1000;

export class ItchReceiver {
  readonly #parts: ItchReceiverParts;
  readonly #endedSessions = new Set<string>();
  #session = "";
  #book = new ItchBook();
  #nextSequence = 1;
  /** The message after the last that is known to be there. */
  #headSequence = 1;
  /** Bytes of the session's messages: what comes again is the same. */
  #messages: Buffer[] = [];

  constructor(parts: ItchReceiverParts) {
    this.#parts = parts;
    parts.socket.on("message", (bytes) => this.#onPacket(bytes));
  }

  /** Has all that the exchange has published. */
  isSettled({ session, stream }: ItchStream): boolean {
    return this.#session === session && this.#nextSequence === stream.nextSequence;
  }

  get description(): string {
    return `session ${this.#session}, next is ${this.#nextSequence}`;
  }

  /** The book is the engine's, order by order and queue by queue. */
  compare({ tables }: Engine): void {
    const expected = new Map<string, string[]>();
    for (const { instrumentId, side, reference, priceTicks, qtyLots } of shownOrders(tables)) {
      const key = `${instrumentId}${side === SIDE_BUY ? "B" : "S"}`;
      const orders = expected.get(key) ?? [];
      orders.push(`${reference}: ${qtyLots}@${priceTicks * TICK_UNITS}`);
      expected.set(key, orders);
    }
    for (const { instrumentId, symbol } of INSTRUMENTS) {
      for (const side of ["B", "S"]) {
        const found = this.#book
          .orders(instrumentId, side)
          .map(({ reference, shares, price }) => `${reference}: ${shares}@${price}`);
        const orders = (expected.get(`${instrumentId}${side}`) ?? []).join(", ");
        const isSame = found.join(", ") === orders;
        promise(isSame, `${symbol} ${side} of ITCH is the engine's, found ${found}, not ${orders}`);
      }
    }
  }

  #onPacket(bytes: Uint8Array): void {
    const header = mold.readMoldHeader(bytes);
    promise(header !== undefined, "a datagram has a header");
    const { session, sequence, count } = header;
    if (session !== this.#session && !this.#begin(session)) return; // A late one of the past.
    const messages = count === mold.MOLD_END_OF_SESSION_COUNT ? 0 : count;
    this.#headSequence = Math.max(this.#headSequence, sequence + messages);
    if (sequence <= this.#nextSequence) this.#take(bytes, sequence, messages);
    if (this.#nextSequence < this.#headSequence) this.#ask();
    else this.#compareAtHead();
  }

  #take(bytes: Uint8Array, sequence: number, count: number): void {
    let at = sequence;
    const isWhole = mold.readMoldMessages(bytes, count, (packet, from, length) => {
      this.#onMessage(at++, Buffer.from(packet.subarray(from, from + length)));
    });
    promise(isWhole, "a datagram has the messages that it counts");
  }

  /** False: that session is over already. */
  #begin(session: string): boolean {
    if (this.#endedSessions.has(session)) return false;
    this.#parts.trace.add(this.#parts.name, `session ${session}`);
    if (this.#session !== "") this.#endedSessions.add(this.#session);
    this.#session = session;
    this.#book = new ItchBook();
    this.#messages = [];
    this.#nextSequence = 1;
    this.#headSequence = 1;
    return true;
  }

  #ask(): void {
    const { name, socket, server, trace } = this.#parts;
    const missing = Math.min(this.#headSequence - this.#nextSequence, COUNT_MAX);
    const request = new Uint8Array(mold.MOLD_HEADER_BYTES);
    mold.putMoldHeader(request, this.#session, this.#nextSequence, missing);
    trace.add(name, `misses ${missing} from ${this.#nextSequence}`);
    socket.send(request, server.port, server.host);
  }

  #onMessage(sequence: number, message: Buffer): void {
    const known = this.#messages[sequence - 1];
    if (known !== undefined) {
      promise(known.equals(message), `message ${sequence} is the same whenever it comes`);
      return;
    }
    this.#messages.push(message);
    this.#nextSequence++;
    promise(
      this.#book.onMessage(message, 0, message.length),
      `ITCH speaks of orders that are there, found ${message.toString("hex")}`,
    );
  }

  /** With all that there is, the levels are those that the exchange shows. */
  #compareAtHead(): void {
    const published = this.#parts.published();
    if (published === undefined || !this.isSettled(published.itch)) return;
    for (const { instrumentId, symbol } of INSTRUMENTS) {
      const { bids, asks } = published.marketData.depth(instrumentId, LEVELS_MAX);
      for (const [side, levels] of [
        ["B", bids],
        ["S", asks],
      ] as const) {
        const found = JSON.stringify(this.#levels(instrumentId, side));
        const expected = JSON.stringify(levels.map(([ticks, lots]) => [ticks * TICK_UNITS, lots]));
        promise(
          found === expected,
          `${symbol} ${side} of ITCH is as shown, found ${found}, not ${expected}`,
        );
      }
    }
  }

  #levels(locate: number, side: string): [number, number][] {
    const levels = new Map<number, number>();
    for (const { price, shares } of this.#book.orders(locate, side)) {
      levels.set(price, (levels.get(price) ?? 0) + shares);
    }
    return [...levels];
  }
}
