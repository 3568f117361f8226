// What the simulated disk keeps and loses: the contract of src/log/disk.ts at its worst.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../src/base/prng.ts";
import type { BlockFile, Disk } from "../../src/log/disk.ts";
import { Scheduler } from "./scheduler.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedProcess } from "./simulated-process.ts";

const SECTOR_BYTES = 64;
const LENGTH_BYTES = 4 * SECTOR_BYTES;
const DIRECTORY = "/d";
const PATH = `${DIRECTORY}/f`;

class World {
  readonly scheduler = new Scheduler();
  readonly disk: SimulatedDisk;
  #process: SimulatedProcess;

  constructor(seed: number) {
    this.disk = new SimulatedDisk(new Prng(seed), SECTOR_BYTES);
    this.#process = this.#start();
  }

  get mount(): Disk {
    return this.disk.mount(this.#process);
  }

  /** Lets time pass until the operation has ended. */
  async until(operation: Promise<void>): Promise<"done" | "failed"> {
    let end: "done" | "failed" | undefined;
    operation.then(
      () => {
        end = "done";
      },
      () => {
        end = "failed";
      },
    );
    while (end === undefined) assert.ok(await this.scheduler.step(), "it ends some time");
    return end;
  }

  /** A durable file of ones. */
  async withFile(): Promise<BlockFile> {
    const file = this.mount.create(PATH);
    await this.until(file.write(new Uint8Array(LENGTH_BYTES).fill(1), 0, LENGTH_BYTES, 0));
    await this.until(file.sync());
    await this.until(this.mount.syncDirectory(DIRECTORY));
    return file;
  }

  losePower(): void {
    this.#process.end();
    this.disk.losePower();
    this.#process = this.#start();
  }

  bytes(): number[] {
    return [...(this.disk.find(PATH)?.bytes ?? [])];
  }

  #start(): SimulatedProcess {
    return new SimulatedProcess(
      "test",
      this.scheduler,
      () => 0,
      () => {},
    );
  }
}

const TWOS = new Uint8Array(LENGTH_BYTES).fill(2);

test("what was synced survives a loss of power, whatever it was", async () => {
  for (let seed = 0; seed < 30; seed++) {
    const world = new World(seed);
    await world.withFile();
    world.losePower();
    assert.deepEqual(world.bytes(), Array(LENGTH_BYTES).fill(1));
  }
});

test("what was not synced is kept, lost or torn at a loss of power, by whole sectors", async () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const world = new World(seed);
    const file = await world.withFile();
    await world.until(file.write(TWOS, 0, LENGTH_BYTES, 0));
    world.losePower();
    const bytes = world.bytes();
    const sectors = [0, 1, 2, 3].map((sector) => bytes[sector * SECTOR_BYTES]);
    for (const [at, byte] of bytes.entries()) {
      assert.equal(byte, sectors[Math.floor(at / SECTOR_BYTES)], "a sector is old or new");
    }
    kinds.add(new Set(sectors).size > 1 ? "torn" : String(sectors[0]));
  }
  assert.deepEqual(kinds, new Set(["1", "2", "torn"]));
});

test("a name that was not synced may be gone, with all that was synced under it", async () => {
  const found = new Set<boolean>();
  for (let seed = 0; seed < 30; seed++) {
    const world = new World(seed);
    const file = world.mount.create(PATH);
    await world.until(file.write(TWOS, 0, LENGTH_BYTES, 0));
    await world.until(file.sync());
    world.losePower();
    found.add(world.mount.exists(PATH));
  }
  assert.deepEqual(found, new Set([true, false]));
});

test("after a sync that failed the next one succeeds and may do nothing", async () => {
  let lost = 0;
  for (let seed = 0; seed < 30; seed++) {
    const world = new World(seed);
    const file = await world.withFile();
    await world.until(file.write(TWOS, 0, LENGTH_BYTES, 0));
    world.disk.condition.failuresOf100 = 100;
    assert.equal(await world.until(file.sync()), "failed");
    world.disk.condition.failuresOf100 = 0;
    assert.equal(await world.until(file.sync()), "done");
    assert.deepEqual(world.bytes(), [...TWOS], "processes go on seeing it");
    world.losePower();
    if (world.bytes().includes(1)) lost++;
  }
  assert.ok(lost > 0);
});

test("a process that dies leaves what it wrote, and of the write under way any part", async () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const world = new World(seed);
    const process = new SimulatedProcess(
      "dies",
      world.scheduler,
      () => 0,
      () => {},
    );
    await world.withFile();
    const file = world.disk.mount(process).openToWrite(PATH);
    void file.write(TWOS, 0, LENGTH_BYTES, 0);
    process.end();
    world.disk.killProcess(process);
    const newBytes = world.bytes().filter((byte) => byte === 2).length;
    kinds.add(newBytes === 0 ? "none" : partOrWhole(newBytes));
  }
  assert.deepEqual(kinds, new Set(["none", "part", "whole"]));
});

test("a full disk takes what fits and no more", async () => {
  const world = new World(1);
  const file = await world.withFile();
  world.disk.condition.isFull = true;
  assert.equal(await world.until(file.write(TWOS, 0, LENGTH_BYTES, 0)), "done", "room it has");
  assert.equal(await world.until(file.write(TWOS, 0, LENGTH_BYTES, LENGTH_BYTES)), "failed");
  assert.equal(file.sizeBytes(), LENGTH_BYTES);
  assert.throws(() => world.mount.create(`${DIRECTORY}/g`), { code: "ENOSPC" });
});

function partOrWhole(bytes: number): "part" | "whole" {
  return bytes === LENGTH_BYTES ? "whole" : "part";
}
