// Makes faults happen, each kind at random moments of its own, and takes them all back at the end.

import type { Prng } from "../../src/base/prng.ts";
import type { ExchangeHost } from "./exchange-host.ts";
import type { LogDamage } from "./log-damage.ts";
import type { Scheduler } from "./scheduler.ts";
import { HEALTHY, type SimulatedDisk } from "./simulated-disk.ts";
import type { SimulatedStore } from "./simulated-history.ts";
import { CALM, type SimulatedNetwork } from "./simulated-network.ts";
import type { Fault, Swarm } from "./swarm.ts";
import type { Trace } from "./trace.ts";

export type FaultParts = {
  readonly scheduler: Scheduler;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly host: ExchangeHost;
  readonly disk: SimulatedDisk;
  readonly network: SimulatedNetwork;
  readonly damage: LogDamage;
  readonly store: SimulatedStore;
};

const EPISODE_MILLIS_MAX = 2000;
const STALL_MICROS_MAX = 3_000_000;
const SKEW_MICROS_MAX = 5_000_000;

export class FaultDriver {
  readonly #parts: FaultParts;
  readonly #usualLatencyMicros: number;
  readonly #effects: Readonly<Record<Fault, () => void>>;
  #isOn = true;

  constructor(parts: FaultParts, swarm: Swarm) {
    this.#parts = parts;
    this.#usualLatencyMicros = swarm.diskLatencyMicros;
    this.#effects = { ...this.#ofTheMachine(), ...this.#ofTheDisk(), ...this.#ofTheNetwork() };
    parts.disk.condition.latencyMicros = swarm.diskLatencyMicros;
    parts.network.condition.cutsOf100 = swarm.cutsOf100;
    for (const [fault, meanMillis] of swarm.meanMillis) this.#later(fault, meanMillis);
  }

  /** No fault from now on, and what is broken is mended. */
  stop(): void {
    const { disk, network, damage, store, host } = this.#parts;
    this.#isOn = false;
    Object.assign(disk.condition, HEALTHY);
    Object.assign(network.condition, CALM);
    for (const connection of network.connections) connection.isReading = true;
    damage.mend();
    store.failuresLeft = 0;
    host.skewMicros = 0;
    if (host.running?.history.hasEnded) host.stop(); // As an operator does.
  }

  #later(fault: Fault, meanMillis: number): void {
    const { scheduler, prng, trace } = this.#parts;
    scheduler.after(prng.nextBetween(0, 2 * meanMillis) * 1000, () => {
      if (!this.#isOn) return;
      trace.add("fault", fault);
      this.#effects[fault]();
      this.#later(fault, meanMillis);
    });
  }

  #ofTheMachine() {
    const { prng, host, disk, store } = this.#parts;
    return {
      "process killed": () => host.kill(),
      "power lost": () => host.losePower(),
      "clean stop": () => host.stop(),
      "second start": () => host.startSecond(),
      "death inside a step": () => {
        this.#forSomeTime(disk.condition, { deathsOf1000: 500 }, { deathsOf1000: 0 });
      },
      "clock jumps": () => {
        host.skewMicros = prng.nextBetween(-SKEW_MICROS_MAX, SKEW_MICROS_MAX);
      },
      "history fails": () => {
        store.failuresLeft = prng.nextBetween(1, 3);
      },
    };
  }

  #ofTheDisk() {
    const { prng, disk, damage } = this.#parts;
    const { condition } = disk;
    return {
      "slow disk": () => this.#slowDisk(this.#usualLatencyMicros * 20),
      "stalled disk": () => this.#slowDisk(STALL_MICROS_MAX),
      "full disk": () => this.#forSomeTime(condition, { isFull: true }, { isFull: false }),
      "failing disk": () => {
        const failuresOf100 = prng.nextBetween(1, 100);
        this.#forSomeTime(condition, { failuresOf100 }, { failuresOf100: 0 });
      },
      "bit flipped": () => this.#damage(() => damage.flipBit()),
      "block altered": () => this.#damage(() => damage.alterBlock()),
      "segment lost": () => this.#damage(() => damage.loseSegment()),
      "snapshot damaged": () => this.#damage(() => damage.harmSnapshot()),
    };
  }

  /** Not while a start is under way: it may have read the place already. */
  #damage(harm: () => void): void {
    if (!this.#parts.host.isStarting) harm();
  }

  #ofTheNetwork() {
    const { prng, network } = this.#parts;
    return {
      "connection reset": () => this.#someConnection()?.reset(),
      "connection dark": () => this.#someConnection()?.goDark(),
      "slow reader": () => {
        const connection = this.#someConnection();
        if (connection === undefined) return;
        this.#forSomeTime(connection, { isReading: false }, { isReading: true });
      },
      "slow network": () => {
        const { latencyMicros } = CALM;
        const slow = { latencyMicros: latencyMicros * prng.nextBetween(10, 1000) };
        this.#forSomeTime(network.condition, slow, { latencyMicros });
      },
      "datagrams lost": () => {
        const lostOf100 = prng.nextBetween(1, 60);
        this.#forSomeTime(network.condition, { lostOf100 }, { lostOf100: 0 });
      },
      "datagrams doubled": () => {
        const doubledOf100 = prng.nextBetween(1, 100);
        this.#forSomeTime(network.condition, { doubledOf100 }, { doubledOf100: 0 });
      },
      "datagrams late": () => {
        const lateOf100 = prng.nextBetween(1, 50);
        this.#forSomeTime(network.condition, { lateOf100 }, { lateOf100: 0 });
      },
    };
  }

  #slowDisk(slowestMicros: number): void {
    const latencyMicros = this.#usualLatencyMicros;
    const slow = { latencyMicros: this.#parts.prng.nextBetween(latencyMicros, slowestMicros) };
    this.#forSomeTime(this.#parts.disk.condition, slow, { latencyMicros });
  }

  #forSomeTime<Condition extends object>(
    condition: Condition,
    bad: Partial<Condition>,
    good: Partial<Condition>,
  ): void {
    const { scheduler, prng } = this.#parts;
    Object.assign(condition, bad);
    scheduler.after(prng.nextBetween(1, EPISODE_MILLIS_MAX) * 1000, () => {
      if (this.#isOn) Object.assign(condition, good);
    });
  }

  #someConnection() {
    const { connections } = this.#parts.network;
    return connections.length === 0
      ? undefined
      : connections[this.#parts.prng.nextBelow(connections.length)];
  }
}
