// FIX 4.4 on a port: trading sessions and drop copies.

import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_INSTRUMENT_ID_WORD, EVENT_SEQUENCE_WORD } from "../../codec/event.ts";
import { fixReportType, putFixReport } from "../../codec/fix-reports.ts";
import type { HistoryQueries } from "../../model/history.ts";
import type { PastReports } from "../../model/past-reports.ts";
import type { Venue } from "../../model/venue.ts";
import { type AppendFiles, systemAppendFiles } from "../../ops/append-file.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import { type Log, stderrLog } from "../../ops/logging.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import type { KeyRing } from "../keys.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { FIX_CONNECTIONS_MAX, FIX_HANDED_BYTES_MAX } from "../limits.ts";
import { OrderStatus } from "../order-status.ts";
import { throttleOf } from "../throttle.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import type { UnreadBudget } from "../unread-budget.ts";
import { WireServer } from "../wire-server.ts";
import { AccountReports } from "./account-reports.ts";
import { FixConnection, type FixConnectionParts } from "./fix-connection.ts";
import { FixCounts } from "./fix-counts.ts";
import type { FixLogon } from "./fix-logon.ts";
import type { FixNumbers } from "./fix-numbers.ts";
import type { FixReportWriter } from "./fix-outbox.ts";
import { type FixReceiptWriter, fixReceiptWriter } from "./fix-receipts.ts";
import type { FixApplication } from "./fix-session.ts";
import { FIX_DROP_COPY, FixSessions } from "./fix-sessions.ts";
import { FixTrading } from "./fix-trading.ts";
import { TradeOrders } from "./trade-orders.ts";

export type FixGatewayParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly past: PastReports;
  readonly history: HistoryQueries;
  /** Where the numbers of sessions are kept; made when missing. */
  readonly directory: string;
  /** How they are kept; in files of the system. */
  readonly files?: AppendFiles;
  /** Events of an account that are kept in memory; RING_EVENTS_MAX. */
  readonly keptEventsMax?: number;
  /** Given to a socket before it has taken what it had; FIX_HANDED_BYTES_MAX. */
  readonly handedBytesMax?: number;
  /** Orders and replaces of one session; cancels are never counted. Undefined: any number. */
  readonly ordersPerSecondMax?: number | undefined;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  readonly log?: Log;
  /** TLS and nothing else. */
  readonly tls?: TlsCertificate | undefined;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; left out: as much as each may. */
  readonly unread?: UnreadBudget | undefined;
};

export type FixGatewayOptions = FixGatewayParts & {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
};

export type FixGateway = {
  readonly port: number;
  readonly server: WireServer;
  readonly counts: FixCounts;
  stop(millisMax?: number): Promise<void>;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startFix({ host, port, ...parts }: FixGatewayOptions): Promise<FixGateway> {
  const gateway = openFix(parts);
  await gateway.server.listen(host, port);
  return gateway;
}

/** On no port: it serves whom its server's accept() is handed. */
export function openFix(parts: FixGatewayParts): FixGateway {
  const { venue, past, history, metrics, clock = systemClock, log = stderrLog } = parts;
  const counts = new FixCounts();
  const status = new OrderStatus(venue, history, log, clock);
  const tradeOrders = new TradeOrders(status, history, clock);
  const reports = new AccountReports(venue, past, tradeOrders, parts.keptEventsMax);
  const connectionParts = connectionPartsOf(parts, reports, status, counts);
  const server = new WireServer({
    ...{ name: "FIX", clock, tls: parts.tls, connections: parts.connections },
    unread: parts.unread,
    connectionsMax: FIX_CONNECTIONS_MAX,
    connectionOf: (socket, onLogin) => new FixConnection(socket, connectionParts, onLogin),
  });
  if (metrics !== undefined) register(metrics, server, counts);
  return {
    ...{ server, counts },
    get port() {
      return server.port;
    },
    stop: async (millisMax?: number) => {
      await server.stop(millisMax);
      reports.close();
    },
  };
}

function connectionPartsOf(
  parts: FixGatewayParts,
  reports: AccountReports,
  status: OrderStatus,
  counts: FixCounts,
): FixConnectionParts {
  const { venue, keys, directory, metrics, clock = systemClock } = parts;
  const sessions = new FixSessions(directory, parts.files ?? systemAppendFiles);
  const receipts = new LatencyReceipts(venue.stages, "fix", metrics);
  return {
    ...{ keys, sessions, reports, counts, clock },
    handedBytesMax: parts.handedBytesMax ?? FIX_HANDED_BYTES_MAX,
    applicationOf: ({ accountId, purpose, wantsReceipts }, numbers, outbox, onSettled) =>
      purpose === FIX_DROP_COPY
        ? new DropCopy()
        : new FixTrading({
            ...{ venue, accountId, status, numbers, outbox, onSettled },
            throttle: throttleOf({ ...parts, clock }),
            putReceipt: fixReceiptWriter(receipts, wantsReceipts),
          }),
    reportWriterOf: (logon, numbers) => {
      const putReceipt = fixReceiptWriter(receipts, logon.wantsReceipts);
      return reportWriterOf(venue, logon, numbers, putReceipt);
    },
    wantReceipts: () => venue.stages.want(),
  };
}

/** It listens; every message about orders is of a type that it does not take. */
class DropCopy implements FixApplication {
  readonly oldestPending = Number.POSITIVE_INFINITY;

  onMessage(): boolean {
    return false;
  }

  onRestart(): void {}

  onStop(): void {}

  close(): void {}
}

function reportWriterOf(
  venue: Venue,
  logon: FixLogon,
  numbers: FixNumbers,
  putReceipt: FixReceiptWriter,
): FixReportWriter {
  const showsAccount = logon.purpose === FIX_DROP_COPY;
  return {
    msgTypeOf: ({ words, at }) => fixReportType(words, at),
    fill: (writer, { words, at, index, termsAt, orderThen, executed }) => {
      const instrument = venue.instrumentById(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
      const requestId = numbers.cancelOf(readU64(words, at + EVENT_SEQUENCE_WORD));
      const report = { words, at, index, termsAt, instrument, requestId, showsAccount };
      putFixReport(writer, { ...report, orderThen, executed });
    },
    fillReceipt: (writer, report) => putReceipt(writer, report.sequence),
  };
}

function register(metrics: Metrics, server: WireServer, counts: FixCounts): void {
  metrics.counter("outcry_fix_messages_total", "FIX messages taken, by type", ["type"], () =>
    counts.messages(),
  );
  metrics.counter(
    "outcry_fix_refused_total",
    "FIX messages answered by a reject, and garbled ones passed over",
    ["why"],
    () => counts.refused(),
  );
  metrics.counter(
    "outcry_fix_ended_total",
    "FIX connections that the gateway ended, by why",
    ["why"],
    () => counts.ended(),
  );
  metrics.gauge("outcry_fix_connections", "FIX connections", () => server.connectionCount);
  metrics.gauge(
    "outcry_fix_unread_bytes",
    "Bytes that FIX clients have not read yet",
    () => server.unreadBytes,
  );
}
