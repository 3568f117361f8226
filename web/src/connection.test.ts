import assert from "node:assert/strict";
import { mock, type TestContext, test } from "node:test";
import { Connection, type ConnectionState, type RequestError } from "./connection.ts";

/** A socket whose other end is the test. */
class TestSocket {
  static readonly OPEN = 1;
  static all: TestSocket[] = [];
  readyState = 0;
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;
  readonly sent: { readonly id: number; readonly op: string }[] = [];

  constructor() {
    TestSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = TestSocket.OPEN;
    this.onopen();
  }

  tell(message: object): void {
    this.onmessage({ data: JSON.stringify(message) });
  }

  /** Answers what was sent, as a living exchange does. */
  answer(): void {
    for (const { id } of this.sent.splice(0)) this.tell({ id, result: {} });
  }
}

/** A connection in a browser whose clock is the test's. */
function startConnection(t: TestContext) {
  let nowMillis = 0;
  TestSocket.all = [];
  const states: ConnectionState[] = [];
  const globals = {
    ...{ WebSocket: TestSocket, window: globalThis, addEventListener: () => undefined },
    document: { addEventListener: () => undefined },
  };
  const before = Object.fromEntries(
    Object.keys(globals).map((name) => [name, Reflect.get(globalThis, name)]),
  );
  Object.assign(globalThis, globals);
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  mock.method(performance, "now", () => nowMillis);
  t.after(() => {
    mock.timers.reset();
    mock.restoreAll();
    Object.assign(globalThis, before);
  });
  const connection = new Connection("ws://test/ws", {
    onOpen: () => undefined,
    onState: (state) => states.push(state),
    onStream: () => undefined,
  });
  connection.open();
  /** Seconds pass one by one; `each` is called at the end of each. */
  const pass = (seconds: number, each: (socket: TestSocket) => void = () => undefined) => {
    for (let i = 0; i < seconds; i++) {
      nowMillis += 1000;
      mock.timers.tick(1000);
      each(socketNow());
    }
  };
  const sleep = (millis: number) => {
    nowMillis += millis;
  };
  return { connection, states, pass, sleep };
}

function socketNow(): TestSocket {
  const socket = TestSocket.all.at(-1);
  assert.ok(socket !== undefined);
  return socket;
}

test("a quiet market is live as long as pings are answered", (t) => {
  const { states, pass } = startConnection(t);
  socketNow().open();
  pass(60, (socket) => socket.answer());
  assert.deepEqual(states, ["connecting", "live"]);
});

test("silence is told within seconds, and ends with the first word", (t) => {
  const { states, pass } = startConnection(t);
  socketNow().open();
  pass(4, (socket) => socket.answer());
  pass(5);
  assert.deepEqual(states, ["connecting", "live", "silent"]);
  socketNow().tell({ stream: "trades:ACME", type: "trade" });
  assert.equal(states.at(-1), "live");
  pass(11);
  assert.deepEqual(states.slice(3), ["live", "silent", "lost"], "no ping was answered for 15 s");
});

test("a handshake that never ends is given up for another", (t) => {
  const { states, pass } = startConnection(t);
  pass(20);
  assert.deepEqual(states, ["connecting"]);
  const [first] = TestSocket.all;
  pass(2);
  assert.deepEqual(states, ["connecting", "lost", "connecting"]);
  first?.open();
  assert.equal(states.at(-1), "connecting", "what was given up is not heard any more");
  socketNow().open();
  assert.equal(states.at(-1), "live");
});

test("a tab that slept does not take its own sleep for silence", (t) => {
  const { states, pass, sleep } = startConnection(t);
  socketNow().open();
  sleep(60_000);
  pass(4);
  assert.deepEqual(states, ["connecting", "live"]);
});

test("a request has its time; what was asked waits as long as the connection lives", async (t) => {
  const { connection, pass } = startConnection(t);
  socketNow().open();
  const codes: string[] = [];
  const failed = ({ code }: RequestError) => codes.push(code);
  const requested = connection.request({ op: "new" }).catch(failed);
  let answered = false;
  const asked = connection.ask({ op: "login" }).then(() => {
    answered = true;
  });
  const [, login] = socketNow().sent.splice(0);
  pass(13, (socket) => socket.answer());
  socketNow().tell({ id: login?.id, result: {} });
  await Promise.all([requested, asked]);
  assert.deepEqual([codes, answered], [["TIMEOUT"], true]);
});
