// The machine that runs the exchange: starts it on its disk, lets clients in, and starts it again
// whenever it has ended, in whatever way. The wiring is that of src/cli/run-venue.ts.

import type { Prng } from "../../src/base/prng.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { listInstruments } from "../../src/exchange/list-instruments.ts";
import { type OpenedExchange, openExchange } from "../../src/exchange/open-exchange.ts";
import type { MoldReceiver } from "../../src/gateway/itch/mold-sender.ts";
import type { KeyRing } from "../../src/gateway/keys.ts";
import {
  LOG_DAMAGED,
  LOG_LOCKED,
  LOG_READ_FAILED,
  type LogFailure,
} from "../../src/log/log-failure.ts";
import type { Chronicle } from "./chronicle.ts";
import { HouseTrader } from "./house-trader.ts";
import type { Ledger } from "./ledger.ts";
import type { Venue as ClientVenue, Port } from "./line.ts";
import type { LogDamage } from "./log-damage.ts";
import { INSTRUMENTS, LIMITS, LOG_DIRECTORY } from "./market.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimulatedAppendFiles } from "./simulated-append-files.ts";
import type { SimulatedDatagrams } from "./simulated-datagrams.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedGateways } from "./simulated-gateways.ts";
import { SimulatedHistory, type SimulatedStore } from "./simulated-history.ts";
import type { Connection, SimulatedNetwork } from "./simulated-network.ts";
import { type ForgottenReports, SimulatedPast } from "./simulated-past.ts";
import { ProcessDied, SimulatedProcess } from "./simulated-process.ts";
import { SimulatedSnapshots, type SnapshotPlan } from "./simulated-snapshots.ts";
import type { Trace } from "./trace.ts";
import { Truth } from "./truth.ts";
import { promise, Violation } from "./violation.ts";

export type HostParts = {
  readonly scheduler: Scheduler;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly disk: SimulatedDisk;
  readonly network: SimulatedNetwork;
  readonly datagrams: SimulatedDatagrams;
  /** To whom ITCH goes. */
  readonly itchReceivers: readonly MoldReceiver[];
  readonly damage: LogDamage;
  readonly store: SimulatedStore;
  readonly chronicle: Chronicle;
  readonly ledger: Ledger;
  readonly keys: KeyRing;
  readonly forgotten: ForgottenReports;
  readonly segmentBytes: number;
  readonly batchBytesMax: number;
  readonly snapshots: SnapshotPlan;
  readonly houseThinkMicros: number;
};

type Running = {
  readonly process: SimulatedProcess;
  readonly exchange: Exchange;
  readonly history: SimulatedHistory;
  readonly gateways: SimulatedGateways;
};

const RESTART_MICROS_MAX = 500_000;

export class ExchangeHost implements ClientVenue {
  /** How wrong the machine's clock is. */
  skewMicros = 0;
  /** No house trader from the next start on, and none's commands now. */
  isTrading = true;
  readonly #parts: HostParts;
  #process: SimulatedProcess;
  #running: Running | undefined;
  #startCount = 0;
  #isStopping = false;
  #cancelRestart: () => void = () => {};
  /** Whether the last end was a clean one. */
  #wasStopped = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#process = this.#newProcess();
    this.#start();
  }

  get running(): Running | undefined {
    return this.#isStopping ? undefined : this.#running;
  }

  /** Reading its disk, and not open yet. */
  get isStarting(): boolean {
    return this.#process.isAlive && this.#running === undefined;
  }

  get startCount(): number {
    return this.#startCount;
  }

  accept(port: Port, open: (process: SimulatedProcess) => Connection): boolean {
    if (this.#running === undefined) return false;
    const { gateways, process } = this.#running;
    gateways.accept(port, open(process).socket);
    return true;
  }

  /** kill -9: what the system has of it stays. */
  kill(): void {
    if (!this.#process.isAlive) return;
    this.#die("killed");
    this.#parts.disk.killProcess(this.#process);
    for (const connection of this.#connections()) connection.reset();
    this.#restartLater();
  }

  losePower(): void {
    this.#die("loses power");
    this.#parts.disk.losePower();
    for (const connection of this.#connections()) connection.goDark();
    this.#restartLater();
  }

  /** As a signal asks for it: everything entered is answered, and the log is closed. */
  stop(): void {
    const running = this.running;
    if (running === undefined) return;
    this.#isStopping = true;
    this.#parts.trace.add("exchange", "stops");
    void this.#stopCleanly(running);
  }

  /** Somebody starts a second exchange on the same directory. */
  startSecond(): void {
    const { disk } = this.#parts;
    const second = this.#aside("second");
    const end = (): void => {
      second.end();
      disk.killProcess(second);
    };
    openExchange(this.#optionsFor(second)).then(
      () => {
        const isAlone = disk.ownerOf(LOG_DIRECTORY) === second; // The first may come to it later.
        end();
        promise(isAlone, "a second exchange on the directory is refused");
      },
      (error: unknown) => {
        end();
        const isRefused = isOfTheDisk(error) || error instanceof ProcessDied;
        const isDamage = this.#parts.damage.isThere && codeOf(error) === LOG_DAMAGED;
        promise(isRefused || isDamage, `a second exchange is refused, found ${String(error)}`);
      },
    );
  }

  #newProcess(): SimulatedProcess {
    const name = `life ${this.#startCount + 1}`;
    const { scheduler } = this.#parts;
    return new SimulatedProcess(
      name,
      scheduler,
      () => this.skewMicros,
      () => this.kill(),
    );
  }

  /** A process beside the exchange. */
  #aside(name: string): SimulatedProcess {
    return new SimulatedProcess(
      name,
      this.#parts.scheduler,
      () => 0,
      () => {},
    );
  }

  #optionsFor(process: SimulatedProcess) {
    const { prng, disk, segmentBytes, batchBytesMax } = this.#parts;
    return {
      directory: LOG_DIRECTORY,
      clock: process.clock,
      chance: () => prng.nextUint32() | 0,
      limits: LIMITS,
      log: { disk: disk.mount(process), segmentBytes, batchBytesMax },
      itch: true,
    };
  }

  #start(): void {
    this.#process = this.#newProcess();
    this.#startCount++;
    const process = this.#process;
    this.#parts.trace.add("exchange", `starts, ${process.name}`);
    openExchange(this.#optionsFor(process)).then(
      (opened) => (process.isAlive ? this.#onOpened(process, opened) : undefined),
      (error: unknown) => (process.isAlive ? this.#onRefused(error) : undefined),
    );
  }

  async #onOpened(process: SimulatedProcess, opened: OpenedExchange): Promise<void> {
    const { exchange, snapshotSequence, recoveredCommands, tornBytes } = opened;
    const { trace, store, disk, chronicle, damage } = this.#parts;
    const commands = `${snapshotSequence} + ${recoveredCommands} commands`;
    trace.add("exchange", `has ${commands}, ${tornBytes} bytes torn`);
    // Of what a snapshot makes needless nothing is read.
    promise(
      !damage.isThere || disk.hasSnapshots,
      `a damaged log is not opened: ${damage.description}`,
    );
    damage.mend();
    promise(!this.#wasStopped || tornBytes === 0, "a clean stop leaves nothing torn");
    this.#wasStopped = false;
    promise(
      this.#compare(exchange) === snapshotSequence + recoveredCommands,
      "a start has the commands of the log, no more and no fewer",
    );
    chronicle.begin(snapshotSequence + recoveredCommands);
    exchange.subscribe((words, start, end) => chronicle.onBatch(words, start, end));
    void exchange.failed.then((failure) => this.#onFailed(process, failure));
    const history = new SimulatedHistory(process, disk.mount(process), store);
    exchange.onDurable((sequence) => history.announce(sequence));
    const snapshots = new SimulatedSnapshots(
      this.#parts.snapshots,
      process,
      disk.mount(process),
      store,
      trace,
      snapshotSequence,
    );
    exchange.onDurable((sequence) => snapshots.announce(sequence));
    try {
      await listInstruments(exchange, INSTRUMENTS);
    } catch (error) {
      if (exchange.health().state === "failed") return; // It ends, as a start that fails does.
      throw error;
    }
    if (process.isAlive && this.#process === process) this.#open(process, exchange, history);
  }

  /**
   * An independent replay of the log says what the exchange says, and nothing told is missing.
   * Returns where the log ends.
   */
  #compare(exchange: Exchange): number {
    const truth = this.readTruth();
    const { sequence } = truth.engine;
    // An exchange that has sessions to end has entered that already.
    if (exchange.health().sequence === sequence) truth.compare(exchange);
    this.#parts.chronicle.compare(truth);
    this.#parts.ledger.compare(truth);
    return sequence;
  }

  /** What the log says at this moment. */
  readTruth(depths?: ReadonlySet<string>): Truth {
    const { disk } = this.#parts;
    return disk.audit(() => new Truth(disk.mount(this.#aside("auditor")), depths));
  }

  #open(process: SimulatedProcess, exchange: Exchange, history: SimulatedHistory): void {
    const { store, keys, trace, prng, houseThinkMicros, datagrams, itchReceivers } = this.#parts;
    const { disk, damage, forgotten } = this.#parts;
    const parts = {
      ...{ exchange, process, store, keys, datagrams, itchReceivers },
      files: new SimulatedAppendFiles(disk, process),
      past: new SimulatedPast({ exchange, process, disk, damage, forgotten }),
    };
    const gateways = new SimulatedGateways(parts);
    this.#running = { process, exchange, history, gateways };
    if (this.isTrading) {
      const idPrefix = `h${this.#startCount}`;
      const mayTrade = (): boolean => this.isTrading;
      new HouseTrader(exchange, process, prng, houseThinkMicros, idPrefix, mayTrade);
    }
    trace.add("exchange", "is open");
  }

  #onFailed(process: SimulatedProcess, failure: LogFailure): void {
    if (!process.isAlive) return;
    this.#parts.trace.add("exchange", `failed: ${failure.code}`);
    if (this.#isStopping) return; // It ends anyway.
    this.#isStopping = true;
    if (this.#running === undefined) this.#exit("has ended");
    else void this.#stopFailed(this.#running);
  }

  #onRefused(error: unknown): void {
    const { damage, trace } = this.#parts;
    const code = codeOf(error);
    trace.add("exchange", `does not start: ${code}`);
    if (code === LOG_DAMAGED) {
      promise(damage.isThere, `an undamaged log is opened, found ${String(error)}`);
      damage.mend();
    } else if (!isOfTheDisk(error)) {
      throw new Violation(`the exchange starts, found ${String(error)}`, { cause: error });
    }
    this.#exit("has ended");
  }

  async #stopCleanly({ process, exchange, gateways }: Running): Promise<void> {
    await gateways.stopEntry();
    if (!process.isAlive) return;
    await exchange.stop();
    await gateways.stopData();
    if (!process.isAlive) return;
    this.#wasStopped = exchange.health().state !== "failed";
    this.#exit("has stopped");
  }

  async #stopFailed({ process, gateways }: Running): Promise<void> {
    await gateways.stopEntry();
    await gateways.stopData();
    if (process.isAlive) this.#exit("has ended");
  }

  #exit(how: string): void {
    this.#die(how);
    this.#parts.disk.killProcess(this.#process);
    for (const connection of this.#connections()) connection.reset();
    this.#restartLater();
  }

  #die(how: string): void {
    this.#parts.trace.add("exchange", how);
    this.#process.end();
    this.#running = undefined;
    this.#isStopping = false;
  }

  #connections(): readonly Connection[] {
    const { connections } = this.#parts.network;
    return connections.filter(({ process }) => process === this.#process);
  }

  #restartLater(): void {
    const micros = this.#parts.prng.nextBetween(1000, RESTART_MICROS_MAX);
    this.#cancelRestart();
    this.#cancelRestart = this.#parts.scheduler.after(micros, () => this.#start());
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** What a full, failing or locked disk says: the next start may go better. */
function isOfTheDisk(error: unknown): boolean {
  return ["EIO", "ENOSPC", LOG_READ_FAILED, LOG_LOCKED].includes(codeOf(error));
}
