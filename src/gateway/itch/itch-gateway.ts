// ITCH 5.0: SoupBinTCP and MoldUDP64's retransmission server on one port, and MoldUDP64 to whom it
// is to go.

import { createSocket } from "node:dgram";
import type { ItchStream } from "../../model/message-streams.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { endsWithin } from "../../ops/shutdown.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import { STOP_MILLIS_MAX } from "../limits.ts";
import { SoupCounts } from "../soup/soup-counts.ts";
import { SoupServer } from "../soup/soup-server.ts";
import type { UnreadBudget } from "../unread-budget.ts";
import { ItchSession } from "./itch-session.ts";
import { MoldRetransmitter } from "./mold-retransmitter.ts";
import { type MoldReceiver, MoldSender } from "./mold-sender.ts";

export type ItchGatewayOptions = {
  readonly itch: ItchStream;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly receivers: readonly MoldReceiver[];
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; left out: as much as each may. */
  readonly unread?: UnreadBudget | undefined;
};

export type ItchGateway = {
  readonly port: number;
  readonly server: SoupServer;
  readonly sender: MoldSender;
  readonly retransmitter: MoldRetransmitter;
  /** Tells every receiver that the session is over. */
  stop(millisMax?: number): Promise<void>;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startItch(options: ItchGatewayOptions): Promise<ItchGateway> {
  const { itch, host, receivers, metrics, clock = systemClock } = options;
  const counts = new SoupCounts();
  const { connections, unread } = options;
  const server = openItchServer(itch, counts, clock, { connections, unread });
  await server.listen(host, options.port);
  const { port } = server;
  const retransmitter = new MoldRetransmitter(
    itch,
    createSocket(host.includes(":") ? "udp6" : "udp4"),
  );
  await retransmitter.listen(host, port);
  const sender = new MoldSender(itch, receivers, createSocket("udp4"), clock);
  if (metrics !== undefined) register(metrics, { itch, server, sender, retransmitter, counts });
  return {
    port,
    server,
    sender,
    retransmitter,
    stop: async (millisMax: number = STOP_MILLIS_MAX) => {
      // The name of a receiver may take long to be looked up.
      const isTold = endsWithin(sender.stop(), millisMax, clock);
      await Promise.all([server.stop(millisMax), isTold, retransmitter.stop()]);
    },
  };
}

/** ITCH over SoupBinTCP, on no port: it serves whom accept() is handed. */
export function openItchServer(
  itch: ItchStream,
  counts: SoupCounts,
  clock: Clock,
  budgets: Pick<ItchGatewayOptions, "connections" | "unread"> = {},
): SoupServer {
  const handlerOf = (): ItchSession => new ItchSession(itch);
  return new SoupServer({ name: "ITCH", clock, counts, isPublic: true, handlerOf, ...budgets });
}

type Counted = {
  readonly itch: ItchStream;
  readonly server: SoupServer;
  readonly sender: MoldSender;
  readonly retransmitter: MoldRetransmitter;
  readonly counts: SoupCounts;
};

function register(
  metrics: Metrics,
  { itch, server, sender, retransmitter, counts }: Counted,
): void {
  metrics.gauge(
    "outcry_itch_sequence",
    "ITCH messages of this session",
    () => itch.stream.nextSequence - 1,
  );
  metrics.gauge("outcry_itch_connections", "ITCH receivers over TCP", () => server.connectionCount);
  metrics.gauge(
    "outcry_itch_unread_bytes",
    "Bytes that ITCH receivers over TCP have not read yet",
    () => server.unreadBytes,
  );
  metrics.counter(
    "outcry_itch_ended_total",
    "ITCH connections that the gateway ended, by why",
    ["why"],
    () => counts.ended(),
  );
  metrics.counter("outcry_itch_packets_total", "MoldUDP64 packets", ["kind"], () => [
    { labels: { kind: "sent" }, count: sender.packetCount },
    { labels: { kind: "retransmitted" }, count: retransmitter.answeredCount },
    { labels: { kind: "ignoredRequest" }, count: retransmitter.ignoredCount },
  ]);
  metrics.counter("outcry_itch_skipped_total", "ITCH messages that UDP could not take", [], () => [
    { labels: {}, count: sender.skippedCount },
  ]);
}
