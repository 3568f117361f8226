// What a load is: plain data, handed to threads and written into run.json.

import type { ArrivalShape } from "./arrivals.ts";
import type { Mix } from "./mix.ts";

/** How a target is driven. */
export type Drive =
  | { readonly kind: "engine" }
  | { readonly kind: "ring" }
  | { readonly kind: "record"; readonly address: SocketAddress }
  | { readonly kind: "bytes"; readonly address: SocketAddress; readonly recording: string }
  | { readonly kind: "udp"; readonly host: string; readonly port: number }
  | { readonly kind: "ouch"; readonly address: SocketAddress; readonly key: string }
  | {
      readonly kind: "fix";
      readonly address: SocketAddress;
      readonly targetCompId: string;
      readonly key: string;
    }
  | { readonly kind: "grpc"; readonly address: string; readonly key: string }
  | { readonly kind: "template"; readonly path: string }
  | { readonly kind: "http"; readonly url: string; readonly key: string }
  | { readonly kind: "websocket"; readonly url: string; readonly key: string }
  | { readonly kind: "module"; readonly path: string; readonly argument: string };

/** node:net's: a host and port, or the path of a Unix socket. */
export type SocketAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

export type LapSource =
  | { readonly kind: "mix"; readonly mix: Mix }
  | { readonly kind: "flow"; readonly path: string; readonly commandsMax: number }
  | { readonly kind: "null"; readonly commands: number };

/** Open: planned times, whatever the answers do. Closed: each answer lets the next request go. */
export type Pace =
  | {
      readonly kind: "open";
      readonly shape: ArrivalShape;
      readonly perSecond: number;
      readonly burstSize: number;
    }
  | { readonly kind: "closed"; readonly inFlight: number };

export type LoadOptions = {
  readonly drive: Drive;
  readonly lap: LapSource;
  readonly pace: Pace;
  readonly connections: number;
  readonly threads: number;
  /** Load of the same kind before anything is counted. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly seed: number;
  /** How long answers are awaited after the last planned request (default 3). */
  readonly drainSeconds?: number | undefined;
  /** And how much longer, for the sake of the next load on this target (default 15). */
  readonly lateSeconds?: number | undefined;
  /** Orders that every connection's book is given before, far from the market. */
  readonly restingOrders?: number | undefined;
  /** The load ends as soon as more than 1 in 100 answers take longer: do no harm. */
  readonly p99NanosMax?: number | undefined;
  /** The load ends as soon as a request waits for longer: the target is behind for good. */
  readonly behindSecondsMax?: number | undefined;
  /** The load ends as soon as an answer is wrong. */
  readonly stopsAtWrong?: boolean | undefined;
  /** Requests a second that this generator sends at most, whatever is due or answered. */
  readonly capPerSecond?: number | undefined;
  /** The same of what fills the books before, and empties them afterwards. */
  readonly bookPerSecondMax?: number | undefined;
};
