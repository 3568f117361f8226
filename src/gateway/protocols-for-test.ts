// The same order in the words of every protocol.

import { createSocket } from "node:dgram";
import type { TestContext } from "node:test";
import { cancelRequest, RestClient, SocketClient, type WireFields } from "../client/index.ts";
import type { OuchReport } from "../client/ouch-report-reader.ts";
import { enterRequest, modifyRequest } from "../client/ouch-requests.ts";
import { Refused } from "../client/rest-client.ts";
import { fixTimeText } from "../codec/fix-time.ts";
import { reasonName } from "../model/reasons.ts";
import { systemClock } from "../ops/clock.ts";
import type { EveryPort } from "./every-port-for-test.ts";
import { dialFix, type FixFields, logOnTo } from "./fix/fix-for-test.ts";
import type { GrpcDialer } from "./grpc/grpc-for-test.ts";
import { AT_100, BUY, type OuchTestVenue } from "./ouch/ouch-for-test.ts";
import { UdpTrader } from "./ouch/ouch-udp-for-test.ts";

/** What a protocol says that became of a request: a reason's name, "" where it was done. */
export type Answer = Promise<string>;

/** The answer where OUCH has none: its Cancel Reject gives no reason. */
export const NO_REASON = "no reason";

/** Orders are known by one number everywhere: OUCH's UserRefNum, `ouch:NUMBER` elsewhere. */
export type Protocol = {
  readonly name: string;
  /** Whether who amends gives the order a new number, as FIX has it; the next one. */
  readonly renames: boolean;
  enter(id: number, quantity: number): Answer;
  /** To a new total. */
  amend(id: number, quantity: number): Answer;
  cancel(id: number): Answer;
};

/** Every protocol for account 1 of the venue. */
export async function protocolsOf(t: TestContext, every: EveryPort): Promise<readonly Protocol[]> {
  const { venue } = every;
  const options = { url: venue.server.url, key: venue.keyTexts[0] };
  const socket = await SocketClient.connect(options);
  t.after(() => socket.close());
  return [
    rest(new RestClient(options)),
    webSocket(socket),
    await ouch(venue),
    await ouchUdp(t, every),
    await fix(t, every),
    grpc(every.grpcDialer),
  ];
}

function clOrdId(id: number): string {
  return `ouch:${id}`;
}

function orderOf(id: number, quantity: number): WireFields {
  const order = { symbol: "ACME", side: "buy", ordType: "limit", price: "100.00" };
  return { ...order, clOrdId: clOrdId(id), orderQty: String(quantity) };
}

async function reasonOf(request: Promise<unknown>): Answer {
  try {
    await request;
    return "";
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

function rest(client: RestClient): Protocol {
  const named = (id: number) => ({ clOrdId: clOrdId(id) });
  return {
    name: "REST",
    renames: false,
    enter: (id, quantity) => reasonOf(client.enter(orderOf(id, quantity))),
    amend: (id, quantity) => reasonOf(client.amend(named(id), { orderQty: String(quantity) })),
    cancel: (id) => reasonOf(client.cancel(named(id))),
  };
}

function webSocket(client: SocketClient): Protocol {
  return {
    name: "WebSocket",
    renames: false,
    enter: (id, quantity) => reasonOf(client.ask("new", { order: orderOf(id, quantity) })),
    amend: (id, quantity) =>
      reasonOf(client.ask("amend", { clOrdId: clOrdId(id), orderQty: String(quantity) })),
    cancel: (id) => reasonOf(client.ask("cancel", { clOrdId: clOrdId(id) })),
  };
}

/** An OUCH client, whatever carries its messages. */
type OuchClient = {
  readonly reports: readonly OuchReport[];
  send(message: Uint8Array): void;
  until(isThere: () => boolean): Promise<void>;
};

function ouchOver(name: string, trader: OuchClient): Protocol {
  /** The report that answers what is sent: of this order, of one of these types. */
  const answerTo = async (id: number, types: string, message: Uint8Array): Answer => {
    const before = trader.reports.length;
    const find = () =>
      trader.reports
        .slice(before)
        .find(({ type, userRefNum }) => userRefNum === id && types.includes(type));
    trader.send(message);
    await trader.until(() => find() !== undefined);
    const found = find();
    if (found?.type === "I") return NO_REASON;
    return found?.type === "J" ? reasonName(Number(found.reason)) : "";
  };
  return {
    name,
    renames: false,
    enter: (id, quantity) =>
      answerTo(id, "AJ", enterRequest({ ...BUY, price: AT_100, quantity, userRefNum: id })),
    amend: (id, quantity) => answerTo(id, "MI", modifyRequest(id, "B", quantity)),
    cancel: (id) => answerTo(id, "CI", cancelRequest(id)),
  };
}

async function ouch(venue: OuchTestVenue): Promise<Protocol> {
  const trader = await venue.connect();
  return ouchOver("OUCH", {
    reports: trader.reports,
    send: (message) => trader.client.send(message),
    until: (isThere) => trader.until(isThere),
  });
}

async function ouchUdp(t: TestContext, { venue, ouchUdp }: EveryPort): Promise<Protocol> {
  const socket = createSocket("udp4");
  const trader = new UdpTrader({ socket, port: ouchUdp.port, ...venue.loginOf(1) });
  t.after(() => trader.client.close());
  await trader.until(() => trader.client.isLoggedIn);
  return ouchOver("OUCH over UDP", {
    reports: trader.reports,
    send: (message) => trader.client.send(message),
    until: (isThere) => trader.until(isThere),
  });
}

async function fix(t: TestContext, { venue, fix: { port } }: EveryPort): Promise<Protocol> {
  const trader = await logOnTo(await dialFix(port, venue));
  t.after(() => trader.cut());
  const now = (): string => `60=${fixTimeText(systemClock.nowMicros())}`;
  /** The report under this name of one of these ExecTypes, or what says no. */
  const answerTo = async (name: string, execType: string, send: () => void): Answer => {
    const before = trader.messages.length;
    send();
    const isAnswer = (each: FixFields): boolean =>
      each[11] === name && (each[150] === execType || each[150] === "8" || each[35] === "9");
    const { 35: msgType, 58: text = "", ...found } = await trader.until(isAnswer, before);
    const isRefused = msgType === "9" || found[150] === "8";
    return isRefused ? (text.split(" ")[1] ?? "") : "";
  };
  return {
    name: "FIX",
    renames: true,
    enter: (id, quantity) => {
      const order = `55=ACME 54=1 40=2 59=1 38=${quantity} 44=100.00`;
      return answerTo(clOrdId(id), "0", () => trader.enter(clOrdId(id), order));
    },
    amend: (id, quantity) => {
      const name = clOrdId(id + 1);
      const fields = `41=${clOrdId(id)} 11=${name} 55=ACME 54=1 ${now()} 40=2 38=${quantity}`;
      return answerTo(name, "5", () => trader.send("G", fields));
    },
    cancel: (id) => {
      const name = `CANCEL-${id}`;
      const fields = `41=${clOrdId(id)} 11=${name} 55=ACME 54=1 ${now()}`;
      return answerTo(name, "4", () => trader.send("F", fields));
    },
  };
}

function grpc(dialer: GrpcDialer): Protocol {
  const client = dialer.client("OrderEntry");
  const ask = (method: string, request: object): Answer =>
    new Promise((resolve, reject) => {
      // biome-ignore lint/suspicious/noExplicitAny: what the library makes of an Answer.
      client[method](request, dialer.metadata(), (error: Error | null, answer: any) => {
        if (error !== null) reject(error);
        else if (answer.answer === "refusal") resolve(answer.refusal.code);
        else if (answer.report.ordStatus === "ORD_STATUS_REJECTED") {
          resolve(reasonName(answer.report.reason));
        } else resolve("");
      });
    });
  const order = (id: number) => ({ clOrdId: clOrdId(id) });
  return {
    name: "gRPC",
    renames: false,
    enter: (id, quantity) => {
      const kind = { side: "SIDE_BUY", ordType: "ORD_TYPE_LIMIT" };
      return ask("NewOrder", { ...orderOf(id, quantity), ...kind });
    },
    amend: (id, quantity) => ask("AmendOrder", { order: order(id), orderQty: String(quantity) }),
    cancel: (id) => ask("CancelOrder", { order: order(id) }),
  };
}
