// FIX on the wire: whatever way a stream is cut, shortened or changed, what comes out are whole
// messages that were sent, and nothing waits for ever.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FixMessage } from "./fix-message.ts";
import { checksumOf, FixReader } from "./fix-reader.ts";
import { fixDateEndMicros, fixTimeMicros, fixTimeText } from "./fix-time.ts";
import { FixWriter } from "./fix-writer.ts";

const BYTES_MAX = 512;
const NOW_MICROS = 1_795_815_286_123_000;

function logon(msgSeqNum: number): Buffer {
  const writer = new FixWriter("TRADER", "OUTCRY");
  writer.begin("A", { msgSeqNum, sendingTimeMicros: NOW_MICROS });
  writer.integer(98, 0);
  writer.integer(108, 30);
  writer.text(553, "a1b2c3");
  return Buffer.from(writer.finish());
}

/** Fields in between begin string and checksum as a message whose sums are right. */
function message(body: string): Buffer {
  const text = body.replaceAll("|", "\u0001");
  const head = Buffer.from(`8=FIX.4.4\u00019=${Buffer.byteLength(text, "latin1")}\u0001`);
  const bytes = Buffer.concat([head, Buffer.from(text, "latin1")]);
  const sum = String(checksumOf(bytes, 0, bytes.length)).padStart(3, "0");
  return Buffer.concat([bytes, Buffer.from(`10=${sum}\u0001`)]);
}

function textOf(found: FixMessage): string {
  const fields: string[] = [];
  for (let i = 0; i < found.count; i++) fields.push(`${found.tags[i]}=${found.textAt(i)}`);
  return fields.join("|");
}

class Reading {
  readonly messages: string[] = [];
  readonly reader = new FixReader(BYTES_MAX, (found) => this.messages.push(textOf(found)));

  read(bytes: Uint8Array): this {
    this.reader.read(bytes);
    return this;
  }
}

test("a message is written as the protocol wants it, to the byte", () => {
  const text = logon(7).toString("latin1").replaceAll("\u0001", "|");
  assert.equal(
    text,
    "8=FIX.4.4|9=78|35=A|34=7|49=TRADER|56=OUTCRY|52=20261127-21:34:46.123|98=0|108=30|" +
      "553=a1b2c3|10=073|",
  );
});

test("a message that was sent before says so, and when", () => {
  const writer = new FixWriter("OUTCRY", "TRADER");
  const before = NOW_MICROS - 1_000_000;
  writer.begin("8", {
    ...{ msgSeqNum: 3, sendingTimeMicros: NOW_MICROS, origSendingTimeMicros: before },
    isPossResend: true,
  });
  const { messages } = new Reading().read(writer.finish());
  assert.match(messages[0], /\|97=Y\|43=Y\|122=20261127-21:34:45\.123\|/);
});

test("numbers, prices and texts keep what they are", () => {
  const writer = new FixWriter("A", "B");
  writer.begin("8", { msgSeqNum: 2_147_483_647, sendingTimeMicros: 0 });
  writer.integer(38, 0);
  writer.integer(32, 9_007_199_254_740_991);
  writer.steps(44, -405, 2, 25);
  writer.steps(31, 1_000_000, 0, 1);
  writer.char(54, 0x31);
  writer.text(58, "a\u0001b\u00e9");
  const { messages } = new Reading().read(writer.finish());
  assert.match(messages[0], /34=2147483647\|.*52=19700101-00:00:00\.000\|/);
  assert.match(messages[0], /38=0\|32=9007199254740991\|44=-101.25\|31=1000000\|54=1\|58=a\?b\?\|/);
});

test("a message larger than any before it is written whole", () => {
  const writer = new FixWriter("A", "B");
  writer.begin("W", { msgSeqNum: 1, sendingTimeMicros: 0 });
  for (let i = 0; i < 2000; i++) writer.integer(270, i);
  const messages: string[] = [];
  new FixReader(100_000, (found) => messages.push(textOf(found))).read(writer.finish());
  assert.equal(messages[0].match(/270=/g)?.length, 2000);
});

test("a stream may be cut anywhere", () => {
  const stream = Buffer.concat([logon(1), Buffer.from("noise 8=F"), logon(2), logon(3)]);
  const whole = new Reading().read(stream).messages;
  assert.equal(whole.length, 3);
  for (let cut = 0; cut <= stream.length; cut++) {
    const reading = new Reading().read(stream.subarray(0, cut)).read(stream.subarray(cut));
    assert.deepEqual(reading.messages, whole, `cut at ${cut}`);
  }
  const byByte = new Reading();
  for (const byte of stream) byByte.read(Uint8Array.of(byte));
  assert.deepEqual(byByte.messages, whole);
});

test("a message that is cut short never comes, and the next one does", () => {
  const sent = logon(1);
  for (let length = 0; length < sent.length; length++) {
    const { messages } = new Reading().read(sent.subarray(0, length)).read(logon(2)).read(logon(3));
    assert.ok(messages.length >= 1 && messages.length <= 2, `cut at ${length}`);
    assert.match(messages[messages.length - 1], /\|34=3\|/);
  }
});

test("a message that says it is longer than it is does not swallow the next one", () => {
  const lie = Buffer.from("8=FIX.4.4\u00019=300\u000135=0\u000110=000\u0001");
  assert.match(new Reading().read(lie).read(logon(2)).messages[0], /\|34=2\|/);
});

test("a message that is too long is told, however it comes, and the next one comes", () => {
  const long = message(`35=D|58=${"x".repeat(BYTES_MAX)}|`);
  const stream = Buffer.concat([logon(1), long, logon(2)]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const found: string[] = [];
    const reader = new FixReader(
      BYTES_MAX,
      (each) => found.push(each.text(34)),
      (bytes) => found.push(`${bytes} bytes`),
    );
    reader.read(stream.subarray(0, cut));
    reader.read(stream.subarray(cut));
    assert.deepEqual(found, ["1", `${long.length} bytes`, "2"], `cut at ${cut}`);
    assert.ok(reader.keptBytes <= BYTES_MAX);
  }
});

test("whatever is changed, no message comes that was not sent", () => {
  const sent = [logon(1), logon(2), logon(3)];
  const texts = new Set(new Reading().read(Buffer.concat(sent)).messages);
  const edit = fc.record({ at: fc.nat(sent[1].length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(300), (edits, cut) => {
      const stream = Buffer.concat(sent);
      for (const { at, byte } of edits) stream[sent[0].length + at] = byte;
      const reading = new Reading().read(stream.subarray(0, cut)).read(stream.subarray(cut));
      // A change of two bytes may keep the sum: then it is a message, though not one of ours.
      const { messages, reader } = reading;
      assert.ok(reader.keptBytes <= BYTES_MAX);
      assert.ok(messages.filter((each) => texts.has(each)).length >= 1);
      reading.read(Buffer.alloc(BYTES_MAX, 0x20)).read(logon(4));
      assert.match(messages[messages.length - 1], /\|34=4\|/);
    }),
    { numRuns: 3000 },
  );
});

test("random bytes are no message and take no more room than one", () => {
  const piece = fc.oneof(
    fc.constantFrom("8=", "8=FIX.4.4\u0001", "9=", "9=5\u0001", "35=A\u0001", "10=000\u0001"),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const reading = new Reading();
      for (const each of pieces) reading.read(Buffer.from(each, "latin1"));
      assert.ok(reading.reader.keptBytes <= BYTES_MAX);
      reading.read(Buffer.alloc(BYTES_MAX, 0x20)).read(logon(9));
      assert.match(reading.messages[reading.messages.length - 1] ?? "", /\|34=9\|/);
    }),
    { numRuns: 2000 },
  );
});

test("what is garbled is passed over", () => {
  const garbled = [
    "8=FIX.4.4|9=5|35=0|10=000|",
    "8=FIX.4.4|9=x|35=0|10=000|",
    "8=FIX.4.4|9=|35=0|10=000|",
    "8=FIX.4.4|35=0|9=5|10=000|",
    "8=FIX.4.4|9=999999|35=0|10=000|",
    "8=FIX.4.4|9=9999999999|35=0|10=000|",
    "8=FIX.4.4.that.is.much.too.long|9=5|35=0|10=000|",
  ].map((text) => Buffer.from(text.replaceAll("|", "\u0001"), "latin1"));
  const noFields = [
    "34=1|35=0|",
    "35=0|=1|",
    "35=0|x=1|",
    "35=0|01=1|",
    "35=0|1234567=1|",
    "35=0|5|",
  ];
  for (const bytes of [...garbled, ...noFields.map(message)]) {
    const reading = new Reading().read(bytes).read(Buffer.alloc(BYTES_MAX)).read(logon(1));
    assert.equal(reading.messages.length, 1, bytes.toString("latin1"));
    assert.ok(reading.reader.garbledCount > 0);
  }
});

test("a data field may hold the end of a field, as long as its length says so", () => {
  const { messages } = new Reading().read(message("35=A|95=5|96=a|b|c|58=behind|"));
  assert.equal(messages[0], "8=FIX.4.4|9=29|35=A|95=5|96=a\u0001b\u0001c|58=behind|10=181");
  for (const lie of ["35=A|95=500|96=a|", "35=A|95=-1|96=a|", "35=A|95=1|96=abc|"]) {
    const reading = new Reading().read(message(lie)).read(logon(2));
    assert.match(reading.messages[reading.messages.length - 1], /\|34=2\|/, lie);
  }
});

test("times are those of UTC, to the microsecond", () => {
  const known: readonly (readonly [string, number])[] = [
    ["19700101-00:00:00.000", 0],
    ["20000229-23:59:59.999", 951_868_799_999_000],
    ["20240229-12:00:00.000", 1_709_208_000_000_000],
    ["20261127-21:34:46.123", NOW_MICROS],
    ["21000301-00:00:00.000", 4_107_542_400_000_000],
  ];
  for (const [text, micros] of known) {
    assert.equal(fixTimeText(micros), text);
    assert.equal(fixTimeMicros(text), micros);
    assert.equal(
      Date.parse(text.replace(/^(....)(..)(..)-/, "$1-$2-$3T").concat("Z")),
      micros / 1000,
    );
  }
  assert.equal(fixTimeMicros("20261127-21:34:46"), NOW_MICROS - 123_000);
  assert.equal(fixTimeMicros("20261127-21:34:46.123456789"), NOW_MICROS + 456);
  assert.equal(fixDateEndMicros("20261127"), fixTimeMicros("20261128-00:00:00"));
  for (const last of [fixDateEndMicros("99991231"), fixTimeMicros("99991231-23:59:60")]) {
    assert.equal(fixTimeText(last), "99991231-23:59:59.999");
  }
  const wrong = [
    "",
    "now",
    "20261127",
    "20260230-00:00:00",
    "20261327-00:00:00",
    "20261127-24:00:00",
  ];
  for (const text of wrong) assert.ok(Number.isNaN(fixTimeMicros(text)), text);
  for (const text of ["20260229", "2026-11-27"])
    assert.ok(Number.isNaN(fixDateEndMicros(text)), text);
});

test("every day of four centuries has its own text", () => {
  fc.assert(
    fc.property(fc.nat(146_097), (days) => {
      const micros = days * 86_400_000_000;
      assert.equal(fixTimeMicros(fixTimeText(micros)), micros);
      const iso = new Date(micros / 1000).toISOString();
      assert.equal(fixTimeText(micros).slice(0, 8), iso.slice(0, 10).replaceAll("-", ""));
    }),
  );
});
