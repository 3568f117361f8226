// tshark, which nobody here wrote, reads what our sockets say. Its dissectors (4.0) know FIX,
// SoupBinTCP and MoldUDP64 and the versions of OUCH before 5: there the framing is theirs to judge.
// OUCH over UDP is MoldUDP64 both ways, so its dissector reads headers, counts and lengths; what a
// token, a receipt or a confirmation means it does not know.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  accountQueryRequest,
  cancelRequest,
  enterRequest,
  massCancelRequest,
  replaceRequest,
} from "../../src/client/ouch-requests.ts";
import type { ClientDatagrams } from "../../src/client/ouch-udp-client.ts";
import { loginRequest, soupPacket } from "../../src/codec/soup-bin-tcp.ts";
import { startEveryPort } from "../../src/gateway/every-port-for-test.ts";
import {
  BUY as FIX_BUY,
  SELL as FIX_SELL,
  startFixVenue,
} from "../../src/gateway/fix/fix-for-test.ts";
import { MoldPackets } from "../../src/gateway/itch/mold-packets.ts";
import { AT_100, BUY, SELL, startOuchVenue } from "../../src/gateway/ouch/ouch-for-test.ts";
import { UdpTrader } from "../../src/gateway/ouch/ouch-udp-for-test.ts";
import { PcapForTest } from "./pcap-for-test.ts";

const MISSING =
  spawnSync("tshark", ["--version"]).status === 0
    ? false
    : "tshark is missing: apt-get install tshark";

/** Columns of every packet, as tshark dissects the capture. */
function dissect(capture: Buffer, decodeAs: string, fields: readonly string[]): string[][] {
  const directory = mkdtempSync(join(tmpdir(), "outcry-tshark-"));
  try {
    const file = join(directory, "capture.pcap");
    writeFileSync(file, capture);
    const columns = fields.flatMap((field) => ["-e", field]);
    const args = ["-r", file, "-d", decodeAs, "-T", "fields", "-E", "separator=|", ...columns];
    const { stdout, status, stderr } = spawnSync("tshark", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("|"));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test("tshark dissects a session over SoupBinTCP", { skip: MISSING }, async (t) => {
  const venue = await startOuchVenue(t);
  const { username, password } = venue.loginOf(1);
  const message = (bytes: Uint8Array) =>
    Buffer.from(soupPacket(0x55, Buffer.from(bytes).toString("latin1")));
  const requests = [
    Buffer.from(loginRequest({ username, password, session: "", sequence: 0 })),
    message(enterRequest({ ...BUY, userRefNum: 1, clOrdId: "TSHARK" })),
    message(enterRequest({ ...SELL, userRefNum: 2, quantity: 3, timeInForce: "3" })),
    message(enterRequest({ ...BUY, userRefNum: 3, options: { maxFloor: 5 } })),
    message(replaceRequest({ origUserRefNum: 1, userRefNum: 4, quantity: 9, price: AT_100 })),
    message(cancelRequest(4)),
    message(accountQueryRequest(true)),
    message(enterRequest({ ...BUY, userRefNum: 5 })), // Its report has a receipt.
    Buffer.from(soupPacket(0x52, "")),
  ];
  const pcap = new PcapForTest(venue.gateway.port);
  const socket = connect(venue.gateway.port, "127.0.0.1");
  let answered = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    answered = Buffer.concat([answered, bytes]);
  });
  for (const bytes of requests) {
    pcap.tcp("client", bytes);
    socket.write(bytes);
  }
  const trader = await venue.connect(1, { sequence: 1 });
  await trader.until(() => trader.story.endsWith("A5"));
  socket.write(Buffer.from(soupPacket(0x4f, "")));
  await new Promise((resolve) => socket.on("close", resolve));
  pcap.tcp("server", answered);

  const decodeAs = `tcp.port==${venue.gateway.port},soupbintcp`;
  const fields = ["_ws.malformed", "soupbintcp.packet_type"];
  const packets = dissect(pcap.file(), decodeAs, fields);
  assert.deepEqual(
    packets.map(([malformed]) => malformed).filter((malformed) => malformed !== ""),
    [],
  );
  const types = packets.flatMap(([, names]) => names.replaceAll("'", "").split(/,?(?=.)/));
  const sequenced = trader.reports.length;
  assert.deepEqual(types.slice(0, requests.length).join(""), "LUUUUUUUR");
  assert.equal(types.filter((type) => type === "S").length, sequenced);
  assert.equal(types.filter((type) => type === "A").length, 1);
});

test("tshark dissects market data over MoldUDP64", { skip: MISSING }, async (t) => {
  const venue = await startOuchVenue(t, { itch: true });
  const { itch } = venue.exchange;
  assert.ok(itch !== undefined);
  const trader = await venue.connect();
  for (let userRefNum = 1; userRefNum <= 100; userRefNum++) trader.enter({ ...BUY, userRefNum });
  await trader.first(101);
  const cursor = itch.stream.cursorFrom(1);
  assert.ok(cursor !== undefined);
  const packets = new MoldPackets(itch.session, cursor, 1);
  const pcap = new PcapForTest(9200);
  for (let next = packets.next(); next !== undefined; next = packets.next()) {
    pcap.udp("server", next);
  }
  const fields = ["_ws.malformed", "moldudp64.sequence", "moldudp64.count", "moldudp64.msglen"];
  const found = dissect(pcap.file(), "udp.port==9200,moldudp64", fields);
  let sequence = 1;
  for (const [malformed, first, count, lengths] of found) {
    assert.equal(malformed, "");
    assert.equal(Number(first), sequence);
    assert.equal(lengths.split(",").length, Number(count));
    sequence += Number(count);
  }
  assert.equal(sequence, itch.stream.nextSequence);
});

test("tshark dissects OUCH over UDP, both ways", { skip: MISSING }, async (t) => {
  const { venue, ouchUdp } = await startEveryPort(t);
  const pcap = new PcapForTest(ouchUdp.port);
  const trader = new UdpTrader({
    socket: recorded(createSocket("udp4"), pcap),
    ...{ port: ouchUdp.port, ...venue.loginOf(1), sequence: 1 },
  });
  for (let userRefNum = 1; userRefNum <= 100; userRefNum++) {
    trader.client.send(enterRequest({ ...(userRefNum % 2 === 0 ? BUY : SELL), userRefNum }));
  }
  trader.client.send(accountQueryRequest());
  trader.client.send(massCancelRequest(101));
  await trader.until(() => trader.answers.length === 2);
  await trader.until(() => trader.client.unconfirmedCount === 0);
  trader.client.close();

  const names = ["session", "sequence", "count", "msglen"].map((name) => `moldudp64.${name}`);
  const packets = dissect(pcap.file(), `udp.port==${ouchUdp.port},moldudp64`, [
    ...["_ws.malformed", "udp.srcport"],
    ...names,
  ]);
  const { session } = venue.exchange.ouch;
  const told = { client: 0, reports: 0 };
  for (const [malformed, from, name, , count, lengths] of packets) {
    assert.equal(malformed, "");
    const messages = lengths === "" ? 0 : lengths.split(",").length;
    const isEvent = Number(count) === 0 || Number(count) >= 0xfffe; // And nothing else in it.
    assert.equal(messages, isEvent ? 0 : Number(count));
    if (Number(from) !== ouchUdp.port) told.client += messages;
    else if (name === session) told.reports += messages;
  }
  assert.equal(told.reports, trader.reports.length);
  assert.ok(told.client >= 103, "a login and 102 requests, some of them more than once");
});

/** The socket, and a capture of all that goes through it. */
function recorded(socket: Socket, pcap: PcapForTest): ClientDatagrams {
  socket.on("message", (bytes) => pcap.udp("server", bytes));
  return {
    send: (bytes, port, host) => {
      pcap.udp("client", bytes);
      socket.send(bytes, port, host);
    },
    on: (event: string, listener: (heard: Uint8Array & Error) => void) =>
      socket.on(event, listener),
    close: () => socket.close(),
  };
}

test("tshark dissects a FIX session, every field and every checksum", {
  skip: MISSING,
}, async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.dial();
  trader.logOn().enter("A1", FIX_BUY).enter("A2", `${FIX_SELL} 111=4`);
  trader.send("G", "41=A1 11=A3 55=ACME 54=1 60=20261127-00:00:00 40=2 38=7 44=99.00");
  trader.send("F", "41=NOBODY 11=C1 55=ACME 54=1 60=20261127-00:00:00");
  trader.send("V", "262=M 263=1 264=0 265=1 267=3 269=0 269=1 269=2 146=1 55=ACME");
  trader.send("D", "11=A4 55=ACME").send("q", "11=Q 530=7 60=20261127-00:00:00");
  trader.send("x", "320=L 559=4").send("e", "324=E 263=0 55=ACME").send("g", "335=G 263=0");
  trader.send("H", "11=A1 55=ACME 54=1").send("6", "23=I").send("2", "7=1 16=0").send("1", "112=T");
  await trader.until((each) => each[35] === "r");
  await trader.settle();
  trader.send("5");
  await trader.ended;
  const pcap = new PcapForTest(venue.gateway.port);
  for (const bytes of trader.sent) pcap.tcp("client", bytes);
  for (const bytes of trader.received) pcap.tcp("server", bytes);

  const fields = ["_ws.malformed", "fix.checksum_bad", "fix.data", "fix.MsgType"];
  const packets = dissect(pcap.file(), `tcp.port==${venue.gateway.port},fix`, fields);
  const column = (index: number): string[] =>
    packets.flatMap((packet) => packet[index].split(",")).filter((value) => value !== "");
  assert.deepEqual([column(0), column(2)], [[], []]);
  assert.deepEqual(new Set(column(1)), new Set(["0"]));
  const types = column(3);
  assert.deepEqual(types.length, trader.sent.length + trader.texts.length);
  for (const type of "A89034WXfhyrj5") assert.ok(types.includes(type), `${type} of ${types}`);
});
