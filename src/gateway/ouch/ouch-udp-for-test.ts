// A link between OUCH clients and their port that loses, repeats and reorders datagrams, all by one
// seed; and a client that keeps what it hears.

import type { RemoteInfo } from "node:dgram";
import { Prng } from "../../base/prng.ts";
import { type OuchReport, readOuchReport } from "../../client/ouch-report-reader.ts";
import { type ClientDatagrams, OuchUdpClient } from "../../client/ouch-udp-client.ts";
import { systemClock } from "../../ops/clock.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import { type DatagramSocket, NO_PORT } from "../itch/datagram-socket.ts";

type Listener = (bytes: Uint8Array, from: RemoteInfo) => void;

/** Of 100 datagrams, how many are lost, come twice, or come late. */
export type LinkFaults = { readonly lost: number; readonly doubled: number; readonly late: number };

const LATE_TURNS = 8;

export class LossyLink {
  readonly server: DatagramSocket;
  readonly #prng: Prng;
  readonly #faults: LinkFaults;
  /** By port; at the first one is nobody. */
  readonly #clients: Listener[] = [() => {}];
  #toServer: Listener = () => {};
  lostCount = 0;

  constructor(seed: number, faults: LinkFaults) {
    this.#prng = new Prng(seed);
    this.#faults = faults;
    this.server = {
      bind: (_port, _host, onBound) => setImmediate(onBound),
      send: (bytes, port, _host, onTaken) => {
        if (port === NO_PORT) throw new RangeError("expected a port, found 0");
        this.#carry(bytes, (copy) => this.#clients[port]?.(copy, placeOf(0)));
        onTaken?.();
      },
      close: (onClosed) => setImmediate(onClosed),
      on: (event: string, listener: Listener & (() => void)) => {
        if (event === "message") this.#toServer = listener;
      },
      once: () => {},
    };
  }

  /** A datagram that says it comes from no port. */
  sendFromNoPort(bytes: Uint8Array): void {
    this.#toServer(bytes, placeOf(NO_PORT));
  }

  /** A socket of a machine of its own. */
  client(): ClientDatagrams {
    const port = this.#clients.length;
    let isOpen = true;
    this.#clients.push(() => {});
    return {
      send: (bytes) => this.#carry(bytes, (copy) => this.#toServer(copy, placeOf(port))),
      on: (event: string, listener: (bytes: Uint8Array & Error) => void) => {
        if (event !== "message") return;
        this.#clients[port] = (bytes) => {
          if (isOpen) listener(bytes as Uint8Array & Error);
        };
      },
      close: () => {
        isOpen = false;
      },
    };
  }

  #carry(bytes: Uint8Array, deliver: (copy: Uint8Array) => void): void {
    const { lost, doubled, late } = this.#faults;
    const copies = this.#prng.nextChance(doubled, 100) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      if (this.#prng.nextChance(lost, 100)) {
        this.lostCount++;
        continue;
      }
      const turns = this.#prng.nextChance(late, 100) ? this.#prng.nextBetween(1, LATE_TURNS) : 0;
      afterTurns(turns, () => deliver(Uint8Array.from(bytes)));
    }
  }
}

function placeOf(port: number): RemoteInfo {
  return { address: "10.0.0.1", port, family: "IPv4", size: 0 };
}

function afterTurns(turns: number, run: () => void): void {
  setImmediate(() => (turns === 0 ? run() : afterTurns(turns - 1, run)));
}

export type UdpPlace = {
  readonly socket: ClientDatagrams;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly session?: string;
  readonly sequence?: number;
  /** Left out: nobody had the socket before. */
  readonly loginNumber?: number;
};

export class UdpTrader {
  readonly reports: OuchReport[] = [];
  readonly answers: OuchReport[] = [];
  readonly client: OuchUdpClient;
  endedFor = "";
  #wake: () => void = () => {};

  constructor(place: UdpPlace) {
    this.client = new OuchUdpClient({
      loginNumber: 1,
      ...place,
      host: "127.0.0.1",
      after: (millis, callback) => systemClock.after(millis, callback),
      onMessage: (bytes, at, length, isSequenced) => {
        const report = readOuchReport(bytes, at, length);
        if (report === undefined) throw new Error("expected a report or an answer");
        (isSequenced ? this.reports : this.answers).push(report);
        this.#wake();
      },
      onEnd: (why) => {
        this.endedFor = why;
        this.#wake();
      },
    });
  }

  async until(isThere: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!isThere()) {
      if (Date.now() > deadline) throw new Error(`it does not come; there is ${this.story}`);
      const heard = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await endsWithin(heard, 100);
    }
  }

  /** Type and UserRefNum of every report so far: "A1 E1 C1". */
  get story(): string {
    return this.reports.map(({ type, userRefNum = "" }) => `${type}${userRefNum}`).join(" ");
  }
}
