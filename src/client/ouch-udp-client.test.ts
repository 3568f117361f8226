import assert from "node:assert/strict";
import { test } from "node:test";
import { type MoldHeader, readMoldHeader } from "../codec/mold-udp64.ts";
import { acceptedMessage, LOGIN_ANSWER_SEQUENCE, ouchUdpPacket } from "../codec/ouch-udp.ts";
import { OuchUdpClient, type OuchUdpClientOptions } from "./ouch-udp-client.ts";

const TOKEN = "0123456789";
const SESSION = "ABCDEFGHIJ";
const REPORT = Uint8Array.of(83, 0);

type TestOptions = Pick<OuchUdpClientOptions, "after" | "onMessage" | "onEnd"> & {
  readonly onSent?: (header: MoldHeader | undefined) => void;
};

/** A client, and what its datagrams come by. */
function clientFor({ onSent = () => {}, ...options }: TestOptions) {
  let hear: (bytes: Uint8Array & Error) => void = () => {};
  const client = new OuchUdpClient({
    ...options,
    username: "trader",
    password: "secret",
    loginNumber: 1,
    host: "127.0.0.1",
    port: 1,
    socket: {
      on: (event: string, listener: (bytes: Uint8Array & Error) => void) => {
        if (event === "message") hear = listener;
      },
      send: (bytes) => onSent(readMoldHeader(bytes)),
      close: () => {},
    },
  });
  const receive = (session: string, sequence: number, message: Uint8Array = REPORT): void => {
    const packet = ouchUdpPacket(session, sequence, [message]);
    hear(packet as Uint8Array & Error);
  };
  return { client, receive };
}

test("an exchange that has gone without a word is given up after 15 s", () => {
  let tick = () => {};
  let millis = 0;
  const ends: string[] = [];
  const { receive } = clientFor({
    after: (inMillis, callback) => {
      tick = () => {
        millis += inMillis;
        callback();
      };
      return () => {};
    },
    onMessage: () => {},
    onEnd: (why) => ends.push(why),
  });
  for (; millis < 60_000; ) tick(); // Nobody answers the login yet.
  assert.deepEqual(ends, []);
  receive(TOKEN, LOGIN_ANSWER_SEQUENCE, acceptedMessage(SESSION, 1));
  for (const until of [70_000, 80_000]) {
    while (millis < until) tick();
    receive(SESSION, 1);
  }
  while (millis < 95_000) tick();
  assert.deepEqual(ends, []);
  tick();
  assert.deepEqual(ends, ["the exchange says nothing"]);
});

test("what is lost of what was sent again is asked for at once, not with the next tick", () => {
  const asked: [number, number][] = [];
  const heard: number[] = [];
  const { client, receive } = clientFor({
    after: () => () => {}, // There is no next tick.
    onSent: (header) => {
      if (header?.session === TOKEN) asked.push([header.sequence, header.count]);
    },
    onMessage: () => heard.push(client.nextReport - 1),
  });
  receive(TOKEN, LOGIN_ANSWER_SEQUENCE, acceptedMessage(SESSION, 1));
  receive(SESSION, 4);
  receive(SESSION, 5);
  assert.deepEqual(asked, [[1, 3]], "once for all that follows a gap");
  receive(SESSION, 1);
  receive(SESSION, 3); // The second was lost again.
  assert.deepEqual(asked.slice(1), [[2, 1]]);
  receive(SESSION, 1); // Comes twice: it says nothing new.
  receive(SESSION, 4);
  assert.equal(asked.length, 2);
  for (const sequence of [2, 3, 4]) receive(SESSION, sequence);
  assert.deepEqual(heard, [1, 2, 3, 4]);
});
