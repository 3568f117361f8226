import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { crc32 } from "node:zlib";
import { RecordBuffer } from "../base/record-buffer.ts";
import {
  CHECKSUM_WORD,
  checksumOf,
  headerU32,
  RECORD_COUNT_WORD,
  sealBlock,
} from "./block-layout.ts";
import { FaultyDisk } from "./faulty-disk-for-test.ts";
import { LogFailure } from "./log-failure.ts";
import {
  commandsIn,
  commandsTo,
  commitMany,
  type LoggedCommand,
  openLog,
  reopened,
  temporaryDirectory,
} from "./log-for-test.ts";
import { type BlockImage, LogImage } from "./log-image-for-test.ts";
import { nodeDisk } from "./node-disk.ts";
import { LOG_BEGINNING, type LogOptions, readLog } from "./recovery.ts";

type Written = { readonly directory: string; readonly image: LogImage };

/** A log of `blocks` blocks with 3 commands each, closed. */
async function written(t: TestContext, blocks: number, options?: LogOptions): Promise<Written> {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory, options);
  for (let i = 0; i < blocks; i++) await commitMany(log, 3);
  await log.close();
  return { directory, image: new LogImage(directory) };
}

function refusalOf(directory: string): LogFailure {
  try {
    readLog(directory, LOG_BEGINNING, () => {});
  } catch (failure) {
    if (failure instanceof LogFailure) return failure;
    throw failure;
  }
  throw new Error("expected the log to be refused, found it read");
}

function assertDamagedAt(directory: string, name: string, offsetBytes: number, why: string): void {
  const { code, place } = refusalOf(directory);
  const found = { code, place };
  const expected = { code: "LOG_DAMAGED", place: { file: join(directory, name), offsetBytes } };
  assert.deepEqual(found, expected, why);
}

/**
 * After which bytes a block is cut: each byte of its header; of the records, which one checksum
 * covers and nobody looks into, both sides of every sixteenth.
 */
function* cutsOf(fromBytes: number, endBytes: number): Generator<number> {
  for (let at = fromBytes; at < endBytes; at++) {
    if (at < fromBytes + 64 || [0, 1, 15].includes(at % 16)) yield at;
  }
}

/** Tears `block` there: zeros behind. Expects what was before. */
async function assertEveryCutRecovers(
  { directory, image }: Written,
  block: BlockImage,
  fromBytes: number,
): Promise<void> {
  const whole = image.bytesOf(block.name);
  for (const cutBytes of cutsOf(fromBytes, block.endBytes)) {
    const bytes = Buffer.from(whole).fill(0, cutBytes);
    image.put(block.name, bytes);
    const { commands, tornBytes, log } = await openLog(directory);
    assert.deepEqual(commands, commandsTo(block.firstSequence - 1), `torn at ${cutBytes}`);
    const endBytes = bytes.findLastIndex((byte) => byte !== 0) + 1;
    // A segment's header is valid without the block. It ends with reserved zeros, and its random
    // instance id before them may do so too: then a zeroed byte changes nothing.
    const isHeaderWhole = bytes.subarray(0, 64).equals(whole.subarray(0, 64));
    const validBytes = fromBytes === 0 && isHeaderWhole ? 64 : fromBytes;
    assert.equal(tornBytes, Math.max(endBytes - validBytes, 0), `torn at ${cutBytes}`);
    const goesOn = cutBytes % 32 === 0;
    if (goesOn) await commitMany(log, 2);
    await log.close();
    if (!goesOn) continue;
    const again = await reopened(directory);
    assert.deepEqual(again.commands, commandsTo(block.firstSequence + 1), "it went on");
    assert.equal(again.tornBytes, 0);
  }
}

test("a last block torn anywhere is cut, and the log goes on where it was", async (t) => {
  const log = await written(t, 3);
  const last = log.image.blocks[2];
  await assertEveryCutRecovers(log, last, last.startBytes);
});

test("a segment's first write torn anywhere is cut with its header", async (t) => {
  const log = await written(t, 2, { segmentBytes: 512, batchBytesMax: 384 });
  const second = log.image.blocks[1];
  assert.equal(second.name, "00000002.log");
  await assertEveryCutRecovers(log, second, 0);
});

test("a file that was cut is refused wherever it was, for no crash does that", async (t) => {
  const { directory, image } = await written(t, 3);
  const [first, , last] = image.blocks;
  const whole = image.bytesOf(last.name);
  const cuts = [0, 63, 64, first.endBytes, last.startBytes + 1, last.endBytes, whole.length - 1];
  for (const cutBytes of cuts) {
    image.put(last.name, whole.subarray(0, cutBytes));
    const message = new RegExp(`byte ${cutBytes}: .* bytes, found ${cutBytes}: its file was cut`);
    await assert.rejects(openLog(directory), { code: "LOG_DAMAGED", message });
  }
  image.put(last.name, Buffer.concat([whole.subarray(0, last.endBytes - 1)], whole.length));
  const { commands } = await reopened(directory); // Filled up: whoever does so accepts the loss.
  assert.deepEqual(commands, commandsTo(last.firstSequence - 1));
});

test("a last block of which any part is missing is cut", async (t) => {
  const { directory, image } = await written(t, 3);
  const last = image.blocks[2];
  for (let at = last.startBytes; at < last.endBytes; at += 64) {
    image.put(last.name, image.bytesOf(last.name).fill(0, at, at + 64));
    const { commands, tornBytes } = await reopened(directory);
    assert.deepEqual(commands, commandsTo(last.firstSequence - 1));
    assert.ok(tornBytes > 0);
  }
});

test("a flipped bit anywhere before the last block is refused at its place", async (t) => {
  const { directory, image } = await written(t, 14);
  const last = image.blocks[13];
  assert.equal(last.name, "00000002.log");
  for (const name of ["00000001.log", "00000002.log"]) {
    const bytes = image.bytesOf(name);
    const blocks = image.blocks.filter((block) => block.name === name && block !== last);
    const ranges = [{ startBytes: 0, endBytes: 64 }, ...blocks];
    for (const { startBytes, endBytes } of ranges) {
      for (let at = startBytes; at < endBytes; at++) {
        bytes[at] ^= 1 << (at % 8);
        image.put(name, bytes);
        assertDamagedAt(directory, name, startBytes, `bit ${at % 8} of byte ${at}`);
        bytes[at] ^= 1 << (at % 8);
      }
    }
  }
});

test("a refusal names the sequence expected and the one found", async (t) => {
  const { directory, image } = await written(t, 4);
  const second = image.blocks[1];
  const bytes = image.bytesOf(second.name);
  bytes[second.startBytes + 70] ^= 1;
  image.put(second.name, bytes);
  const place = `00000001.log, byte ${second.startBytes}`;
  const after = `sequence 7 in an intact block at byte ${second.endBytes}`;
  const { message } = refusalOf(directory);
  assert.ok(message.includes(place), message);
  assert.ok(message.includes(`expected an intact block from sequence 4, found none`), message);
  assert.ok(message.includes(after), message);
});

test("a refused log is not changed, and its lock is given back", async (t) => {
  const { directory, image } = await written(t, 3);
  const bytes = image.bytesOf("00000001.log");
  bytes[100] ^= 1;
  image.put("00000001.log", bytes);
  await assert.rejects(openLog(directory), { code: "LOG_DAMAGED" });
  assert.deepEqual(new LogImage(directory).bytesOf("00000001.log"), bytes);
  image.put("", undefined);
  assert.deepEqual((await reopened(directory)).commands, commandsTo(9));
});

test("two blocks that changed places are refused", async (t) => {
  const { directory, image } = await written(t, 8);
  const [, second, , , fifth] = image.blocks; // Blocks of 3 commands: one, two or one long record.
  const bytes = image.bytesOf(second.name);
  const secondBytes = Buffer.from(bytes.subarray(second.startBytes, second.endBytes));
  const fifthBytes = Buffer.from(bytes.subarray(fifth.startBytes, fifth.endBytes));
  assert.equal(secondBytes.length, fifthBytes.length);
  secondBytes.copy(bytes, fifth.startBytes);
  fifthBytes.copy(bytes, second.startBytes);
  image.put(second.name, bytes);
  assertDamagedAt(directory, second.name, second.startBytes, "the fifth lies where the second was");
});

test("a block repeated after the last one is refused", async (t) => {
  const { directory, image } = await written(t, 3);
  const last = image.blocks[2];
  const bytes = image.bytesOf(last.name);
  bytes.copy(bytes, last.endBytes, last.startBytes, last.endBytes);
  image.put(last.name, bytes);
  assertDamagedAt(directory, last.name, last.endBytes, "sequence 7 comes again");
});

test("a block that continues another past is refused", async (t) => {
  const { directory, image } = await written(t, 3);
  const [, second, third] = image.blocks;
  const past = image.bytesOf(third.name);
  image.put(second.name, image.bytesOf(second.name).fill(0, second.startBytes));
  const { log } = await openLog(directory);
  await commitMany(log, 3); // The same place and sequences, in the next epoch.
  await log.close();
  const present = new LogImage(directory);
  const bytes = present.bytesOf(third.name);
  past.copy(bytes, third.startBytes, third.startBytes, third.endBytes);
  present.put(third.name, bytes);
  assertDamagedAt(directory, third.name, third.startBytes, "it follows another checksum");
});

test("a segment that continues another past is refused", async (t) => {
  const { directory, image } = await written(t, 14);
  const last = image.blocks.filter(({ name }) => name === "00000001.log").at(-1);
  assert.ok(last !== undefined);
  const past = image.bytesOf("00000002.log");
  image.put("00000002.log", undefined);
  rmSync(join(directory, "00000003.log"));
  writeFileSync(join(directory, last.name), image.bytesOf(last.name).fill(0, last.startBytes));
  const { log } = await openLog(directory);
  await commitMany(log, 3);
  await log.close();
  new LogImage(directory).put("00000002.log", past);
  assertDamagedAt(directory, "00000002.log", 0, "it follows another checksum");
});

test("an intact block with other sequences, or another count of records, is refused", async (t) => {
  const { directory, image } = await written(t, 3);
  const [, second, third] = image.blocks;
  const buffer = RecordBuffer.ofBytes(4096);
  buffer.bytes.set(image.bytesOf(third.name));
  const place = {
    segmentIndex: 1,
    offsetBytes: third.startBytes,
    previousChecksum: headerU32(buffer, second.startBytes, CHECKSUM_WORD),
    epoch: 1,
    instanceId: buffer.bytes.slice(40, 56),
  };
  const putAndRefuse = (why: string): void => {
    image.put(third.name, Buffer.from(buffer.bytes));
    assertDamagedAt(directory, third.name, third.startBytes, why);
  };
  for (const [first, last] of [
    [8, 10],
    [6, 8],
  ] as const) {
    sealBlock(buffer, third.startBytes, third.endBytes, first, last, place);
    putAndRefuse(`sequences ${first} to ${last}, not 7 to 9`);
  }
  sealBlock(buffer, third.startBytes, third.endBytes, 7, 9, place);
  buffer.words[third.startBytes / 4 + RECORD_COUNT_WORD] = 2;
  const checksum = checksumOf(buffer.bytes, third.startBytes, third.endBytes);
  buffer.words[third.startBytes / 4 + CHECKSUM_WORD] = checksum;
  putAndRefuse("2 records, not 3");
});

test("damage in two segments cannot be one torn write", async (t) => {
  const { directory, image } = await written(t, 3);
  const [, , last] = image.blocks;
  image.put(last.name, image.bytesOf(last.name).fill(0, last.endBytes - 64));
  writeFileSync(join(directory, "00000002.log"), Buffer.alloc(4096, 1));
  assertDamagedAt(directory, last.name, last.startBytes, "the second segment was in use");
});

test("a missing segment is refused, wherever it was", async (t) => {
  const { directory, image } = await written(t, 45);
  assert.ok(image.names.length >= 5);
  // The last but one holds data, and the blank one after it betrays that it was there.
  for (const name of image.names.slice(0, -1)) {
    image.put(name, undefined);
    const { code, message } = refusalOf(directory);
    assert.equal(code, "LOG_DAMAGED");
    assert.match(message, /expected .*segment/);
  }
});

test("the only segment missing is refused, by the blank one after it", async (t) => {
  const { directory, image } = await written(t, 3);
  image.put("00000001.log", undefined);
  assertDamagedAt(directory, "00000001.log", 0, "segment 2 exists");
});

test("two segments that changed places are refused", async (t) => {
  const { directory, image } = await written(t, 30);
  image.put("00000001.log", image.bytesOf("00000002.log"));
  assertDamagedAt(directory, "00000001.log", 0, "the header says 2");
  assert.match(refusalOf(directory).message, /expected the header of segment 1, found that of/);
});

test("a segment of another log is refused", async (t) => {
  const { directory, image } = await written(t, 30);
  const other = await written(t, 30);
  image.put("00000002.log", other.image.bytesOf("00000002.log"));
  assertDamagedAt(directory, "00000002.log", 0, "another instance");
  assert.match(refusalOf(directory).message, /one of another log/);
});

test("an unfinished block with an intact segment after it is refused", async (t) => {
  const { directory, image } = await written(t, 14);
  const last = image.blocks.filter((block) => block.name === "00000001.log").at(-1);
  assert.ok(last !== undefined);
  image.put(last.name, image.bytesOf(last.name).fill(0, last.startBytes));
  assertDamagedAt(directory, last.name, last.startBytes, "the second segment goes on");
  image.put(last.name, image.bytesOf(last.name).subarray(0, last.startBytes + 10));
  assertDamagedAt(directory, last.name, last.startBytes, "cut short");
});

test("a format version from the future is refused as such", async (t) => {
  const { directory, image } = await written(t, 3);
  const bytes = image.bytesOf("00000001.log");
  bytes.writeUInt32LE(2, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(8, 64)), 4);
  image.put("00000001.log", bytes);
  const { code, message } = refusalOf(directory);
  assert.equal(code, "LOG_VERSION");
  assert.match(message, /00000001\.log, byte 0: expected log format version 1, found 2/);
});

test("recovery from a snapshot hands over exactly the commands after it", async (t) => {
  const { directory } = await written(t, 20);
  for (let fromSequence = 1; fromSequence <= 61; fromSequence++) {
    const commands: LoggedCommand[] = [];
    readLog(directory, { fromSequence }, (block) => {
      assert.equal(block.firstSequence, commands.length + fromSequence);
      commands.push(...commandsIn(block));
    });
    assert.deepEqual(commands, commandsTo(60, fromSequence));
  }
});

test("what a killed process wrote is made durable before it counts as durable", async (t) => {
  const { directory } = await written(t, 2);
  const disk = new FaultyDisk(nodeDisk);
  const { log } = await openLog(directory, { disk });
  assert.deepEqual(disk.operations, ["write", "sync"], "the last block, once more");
  await log.close();
  disk.fail("sync", ".log", "EIO");
  await assert.rejects(openLog(directory, { disk }), { code: "EIO" });
});

test("a log that ends before the snapshot is refused", async (t) => {
  const { directory } = await written(t, 2);
  const empty = temporaryDirectory(t);
  for (const [place, fromSequence] of [
    [directory, 8],
    [empty, 2],
  ] as const) {
    const opened = openLog(place, { start: () => ({ fromSequence }) });
    await assert.rejects(opened, { code: "LOG_DAMAGED", message: /reaches sequence/ });
  }
});

test("half a prepared segment and other sizes of segments do not disturb", async (t) => {
  const { directory, image } = await written(t, 5);
  image.put("", undefined);
  writeFileSync(join(directory, "00000002.new"), Buffer.alloc(100));
  const opened = await openLog(directory, { segmentBytes: 8192, batchBytesMax: 4096 });
  for (let i = 0; i < 20; i++) await commitMany(opened.log, 10);
  await opened.log.close();
  const again = await reopened(directory, { segmentBytes: 1024, batchBytesMax: 512 });
  assert.deepEqual(again.commands, commandsTo(215));
});
