// What idle connections cost a venue process in memory, and whether all of them are there in the
// end: each is logged in, says nothing for a while, and then answers.

import { readFileSync } from "node:fs";
import { OuchClient, SocketClient } from "../../client/index.ts";
import { accountQueryRequest } from "../../client/ouch-requests.ts";
import { shortLoginOf } from "../../gateway/keys.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type IdleOptions = {
  readonly protocol: "websocket" | "ouch";
  readonly connections: number;
  /** How long they say nothing. */
  readonly seconds: number;
};

export type IdleResult = IdleOptions & {
  /** Connections that answered in the end. */
  readonly held: number;
  readonly megabytesBefore: number;
  /** With all of them there. */
  readonly megabytes: number;
  readonly kilobytesEach: number;
};

type IdleConnection = {
  /** Asks something, and waits for the answer. */
  ask(): Promise<void>;
  close(): void;
};

/** They share the connections: one account may not have all of them. */
const ACCOUNTS = 20;
/** Dialed at a time: more than a listening socket keeps waiting would be lost. */
const DIALED_AT_ONCE = 100;
const SETTLE_SECONDS_MAX = 30;
const SETTLED_KILOBYTES = 256;
const STEADY_SECONDS_MAX = 3;
const RSS = /^VmRSS:\s+(\d+) kB/m;

export async function benchIdleConnections(
  options: IdleOptions,
  entry?: string,
): Promise<IdleResult> {
  const venue = await startVenueProcess(ACCOUNTS, [], entry);
  const open: IdleConnection[] = [];
  try {
    const { connections, protocol, seconds } = options;
    const dial = protocol === "ouch" ? dialOuch : dialSocket;
    open.push(await dial(venue, 0)); // What the first one makes is no cost of each.
    const steadySeconds = Math.min(seconds, STEADY_SECONDS_MAX);
    const before = await settledKilobytes(venue.pid, steadySeconds);
    while (open.length < connections) {
      const count = Math.min(DIALED_AT_ONCE, connections - open.length);
      open.push(...(await Promise.all(Array.from({ length: count }, (_, at) => dial(venue, at)))));
    }
    await sleep(seconds);
    const after = residentKilobytes(venue.pid);
    const answers = await Promise.allSettled(open.map((each) => each.ask()));
    return {
      ...options,
      held: answers.filter(({ status }) => status === "fulfilled").length,
      megabytesBefore: Math.round(before / 1024),
      megabytes: Math.round(after / 1024),
      kilobytesEach: Number(((after - before) / connections).toFixed(1)),
    };
  } finally {
    for (const each of open) each.close();
    await venue.stop();
  }
}

async function dialSocket(venue: VenueProcess, number: number): Promise<IdleConnection> {
  const url = `http://127.0.0.1:${venue.port}`;
  const client = await SocketClient.connect({ url, key: keyOf(venue, number) });
  return {
    ask: async () => void (await client.ask("ping")),
    close: () => client.close(),
  };
}

async function dialOuch(venue: VenueProcess, number: number): Promise<IdleConnection> {
  const login = shortLoginOf(keyOf(venue, number));
  if (login === undefined) throw new Error("expected the venue's key to be one");
  let onAnswer: () => void = () => {};
  const client = await OuchClient.connect({
    ...{ host: "127.0.0.1", port: venue.ouchPort, redialMillis: 0, ...login },
    onReport: () => onAnswer(),
  });
  return {
    ask: async () => {
      const answered = new Promise<boolean>((resolve) => {
        onAnswer = () => resolve(true);
      });
      client.send(accountQueryRequest());
      const isThere = await Promise.race([answered, client.closed.then(() => false)]);
      if (!isThere) throw new Error("expected an answer, found the end");
    },
    close: () => client.close(),
  };
}

function keyOf({ keys }: VenueProcess, number: number): string {
  return keys[number % keys.length] ?? "";
}

/** Once a process that has just started has not grown by itself for so many seconds. */
async function settledKilobytes(pid: number, steadySeconds: number): Promise<number> {
  let before = residentKilobytes(pid);
  let steadyFor = 0;
  for (let second = 0; second < SETTLE_SECONDS_MAX; second++) {
    await sleep(1);
    const now = residentKilobytes(pid);
    steadyFor = Math.abs(now - before) < SETTLED_KILOBYTES ? steadyFor + 1 : 0;
    before = now;
    if (steadyFor >= steadySeconds) break;
  }
  return before;
}

/** Of a process on this machine. */
function residentKilobytes(pid: number): number {
  return Number(RSS.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
