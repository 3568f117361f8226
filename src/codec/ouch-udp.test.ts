import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf } from "./journal-tables-for-test.ts";
import * as mold from "./mold-udp64.ts";
import * as udp from "./ouch-udp.ts";

test("the header is where the page says", () => {
  assert.deepEqual(
    fieldsOf("## UDP", "ouch.md").map(({ name, offset }) => [name, offset]),
    [
      ["session", mold.MOLD_SESSION_BYTE],
      ["sequence", mold.MOLD_SEQUENCE_BYTE],
      ["count", mold.MOLD_COUNT_BYTE],
    ],
  );
});

test("a packet is MoldUDP64's, byte for byte", () => {
  const packet = udp.ouchUdpPacket("TOKEN", 258, [Uint8Array.of(0x51), Uint8Array.of(1, 2)]);
  const expected = "544f4b454e2020202020" + "0000000000000102" + "0002" + "000151" + "00020102";
  assert.equal(Buffer.from(packet ?? []).toString("hex"), expected);
  const header = mold.readMoldHeader(packet ?? new Uint8Array(0));
  assert.deepEqual(header, { session: "TOKEN", sequence: 258, count: 2 });
});

test("what does not fit a datagram is no packet", () => {
  const most = udp.OUCH_UDP_BYTES_MAX - mold.MOLD_HEADER_BYTES - 2;
  assert.equal(udp.ouchUdpPacket("T", 1, [new Uint8Array(most)])?.length, udp.OUCH_UDP_BYTES_MAX);
  assert.equal(udp.ouchUdpPacket("T", 1, [new Uint8Array(most + 1)]), undefined);
});

test("logins and their answers are SoupBinTCP's without the length", () => {
  const login = { username: "abcdef", password: "0123456789", session: "S", sequence: 17 };
  const message = udp.loginMessage(login);
  const packet = udp.ouchUdpPacket("", 0, [message]) ?? new Uint8Array(0);
  const at = mold.MOLD_HEADER_BYTES + 2;
  assert.deepEqual(udp.readLoginMessage(packet, at, message.length), login);
  for (let length = 0; length < message.length; length++) {
    assert.equal(udp.readLoginMessage(packet, at, length), undefined);
  }
  const accepted = udp.ouchUdpPacket("T", 1, [udp.acceptedMessage("SESSION", 9)]);
  const answer = udp.readLoginAnswer(accepted ?? new Uint8Array(0), at);
  assert.deepEqual(answer, { session: "SESSION", sequence: 9 });
  const rejected = udp.ouchUdpPacket("", 1, [udp.rejectedMessage(0x41)]);
  assert.equal(udp.readLoginAnswer(rejected ?? new Uint8Array(0), at), undefined);
});

test("an answer begins with the number of its request", () => {
  const answer = udp.answerMessage(2 ** 40 + 5, Uint8Array.of(0x51, 7));
  assert.equal(udp.answeredSequence(answer, 0), 2 ** 40 + 5);
  assert.deepEqual([...answer.subarray(udp.ANSWER_HEADER_BYTES)], [0x51, 7]);
});
