// The gateways of one life of the exchange, as the command line wires them: REST and WebSocket,
// FIX, OUCH over SoupBinTCP and UDP, and ITCH over MoldUDP64 with its retransmission server.

import type { Exchange } from "../../src/exchange/exchange.ts";
import { AccountCounts } from "../../src/gateway/account-counts.ts";
import { type FixGateway, openFix } from "../../src/gateway/fix/fix-gateway.ts";
import { type Gateway, openGateway } from "../../src/gateway/gateway-server.ts";
import { StaticFiles } from "../../src/gateway/http/static-files.ts";
import { MoldRetransmitter } from "../../src/gateway/itch/mold-retransmitter.ts";
import { type MoldReceiver, MoldSender } from "../../src/gateway/itch/mold-sender.ts";
import type { KeyRing } from "../../src/gateway/keys.ts";
import { LatencyReceipts } from "../../src/gateway/latency-receipts.ts";
import { OuchAccounts } from "../../src/gateway/ouch/ouch-accounts.ts";
import { OuchCounts } from "../../src/gateway/ouch/ouch-counts.ts";
import { openOuch } from "../../src/gateway/ouch/ouch-gateway.ts";
import { OuchSymbols } from "../../src/gateway/ouch/ouch-symbols.ts";
import { OuchUdpPort } from "../../src/gateway/ouch/ouch-udp-port.ts";
import type { SoupServer } from "../../src/gateway/soup/soup-server.ts";
import type { PastReports } from "../../src/model/past-reports.ts";
import type { AppendFiles } from "../../src/ops/append-file.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import type { Port } from "./line.ts";
import { FIX_DIRECTORY } from "./market.ts";
import type { SimulatedDatagrams } from "./simulated-datagrams.ts";
import type { SimulatedStore } from "./simulated-history.ts";
import type { ServerSocket } from "./simulated-network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** The exchange's machine, and where it answers who missed datagrams. */
export const EXCHANGE_PLACE = { host: "exchange", port: 9200 };
export const OUCH_UDP_PLACE = { host: "exchange", port: 9101 };

/** Stopping takes as long as the slowest client, and no longer than this. */
const STOP_MILLIS_MAX = 3000;

export type SimulatedGatewaysParts = {
  readonly exchange: Exchange;
  readonly process: SimulatedProcess;
  readonly store: SimulatedStore;
  readonly keys: KeyRing;
  readonly datagrams: SimulatedDatagrams;
  readonly itchReceivers: readonly MoldReceiver[];
  /** Of FIX: the numbers of sessions, and what is no longer in memory. */
  readonly files: AppendFiles;
  readonly past: PastReports;
};

export class SimulatedGateways {
  readonly #http: Gateway;
  readonly #fix: FixGateway;
  readonly #ouch: SoupServer;
  readonly #ouchUdp: OuchUdpPort;
  readonly #sender: MoldSender;
  readonly #retransmitter: MoldRetransmitter;

  constructor(parts: SimulatedGatewaysParts) {
    const { exchange, process, store, keys, datagrams, itchReceivers, files, past } = parts;
    const { clock } = process;
    const { itch } = exchange;
    if (itch === undefined) throw new Error("the simulated exchange publishes ITCH");
    const shared = { venue: exchange, history: store, keys, clock, log: () => {} };
    this.#http = openGateway(
      { ...shared, version: "0.0.0", metrics: new Metrics() },
      new StaticFiles(),
    );
    this.#fix = openFix({ ...shared, past, files, directory: FIX_DIRECTORY });
    const accounts = new OuchAccounts(exchange.ouch);
    this.#ouch = openOuch({ ...shared, accounts });
    const socket = () => datagrams.open(process, EXCHANGE_PLACE.host);
    this.#ouchUdp = new OuchUdpPort(socket(), {
      ...{ ...shared, accounts, symbols: new OuchSymbols(exchange), counts: new OuchCounts() },
      receipts: new LatencyReceipts(exchange.stages, "ouch-udp", undefined),
      places: new AccountCounts(),
      ordersPerSecondMax: undefined,
    });
    void this.#ouchUdp.listen(OUCH_UDP_PLACE.host, OUCH_UDP_PLACE.port);
    this.#retransmitter = new MoldRetransmitter(itch, socket());
    void this.#retransmitter.listen(EXCHANGE_PLACE.host, EXCHANGE_PLACE.port);
    this.#sender = new MoldSender(itch, itchReceivers, socket(), clock);
  }

  accept(port: Port, socket: ServerSocket): void {
    if (port === "http") this.#http.accept(socket);
    else if (port === "fix") this.#fix.server.accept(socket);
    else this.#ouch.accept(socket);
  }

  /** Takes no more requests and answers what was entered. */
  async stopEntry(): Promise<void> {
    await Promise.all([
      this.#http.stop(STOP_MILLIS_MAX),
      this.#fix.stop(STOP_MILLIS_MAX),
      this.#ouch.stop(STOP_MILLIS_MAX),
      this.#ouchUdp.stop(),
    ]);
  }

  /** Says that the session of market data is over, once everything is said. */
  async stopData(): Promise<void> {
    await Promise.all([this.#sender.stop(), this.#retransmitter.stop()]);
  }
}
