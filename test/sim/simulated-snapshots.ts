// The snapshots' thread of the simulation: asked for one whenever enough commands are durable
// beyond the last one, one at a time; one that fails is tried again later.

import { SnapshotTaker } from "../../src/exchange/snapshot-taker.ts";
import type { Disk } from "../../src/log/disk.ts";
import type { RetentionLimits } from "../../src/log/retention.ts";
import { LIMITS, LOG_DIRECTORY } from "./market.ts";
import type { SimulatedStore } from "./simulated-history.ts";
import { ProcessDied, type SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";
import { promise } from "./violation.ts";

export type SnapshotPlan = {
  /** Commands from one to the next; 0: none are taken. */
  readonly everyCommands: number;
  readonly retention: RetentionLimits;
};

export class SimulatedSnapshots {
  readonly #plan: SnapshotPlan;
  readonly #process: SimulatedProcess;
  readonly #disk: Disk;
  readonly #store: SimulatedStore;
  readonly #trace: Trace;
  #taker: SnapshotTaker | undefined;
  #askedSequence: number;
  #isTaking = false;

  constructor(
    plan: SnapshotPlan,
    process: SimulatedProcess,
    disk: Disk,
    store: SimulatedStore,
    trace: Trace,
    snapshotSequence: number,
  ) {
    this.#plan = plan;
    this.#process = process;
    this.#disk = disk;
    this.#store = store;
    this.#trace = trace;
    this.#askedSequence = snapshotSequence;
  }

  /** The log is durable up to here. */
  announce(durableSequence: number): void {
    const { everyCommands } = this.#plan;
    if (everyCommands === 0 || this.#isTaking) return;
    if (durableSequence < this.#askedSequence + everyCommands) return;
    this.#askedSequence = durableSequence;
    this.#isTaking = true;
    this.#process.after(0, () => this.#take(durableSequence));
  }

  #take(durableSequence: number): void {
    this.#tryTake(durableSequence).then(
      ({ sequence, removed }) => {
        this.#isTaking = false;
        const { snapshots, segments } = removed;
        const gone = `${snapshots} snapshots and ${segments} segments gone`;
        this.#trace.add("snapshots", `of ${sequence}, ${gone}`);
      },
      (error: unknown) => {
        if (error instanceof ProcessDied) return;
        this.#isTaking = false;
        this.#taker = undefined;
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        this.#trace.add("snapshots", `failed: ${code}`);
        promise(code !== "", `a snapshot fails only with the disk, found ${String(error)}`);
      },
    );
  }

  async #tryTake(durableSequence: number) {
    this.#taker ??= new SnapshotTaker({
      directory: LOG_DIRECTORY,
      disk: this.#disk,
      limits: LIMITS,
      retention: this.#plan.retention,
      clock: this.#process.clock,
    });
    return await this.#taker.take(durableSequence, this.#store.position);
  }
}
