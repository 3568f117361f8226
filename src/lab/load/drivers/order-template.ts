// A user's protocol as a JSON file: how each command of a lap becomes a request of theirs, and
// where an answer tells the executed lots. docs/lab.md describes it.

import { readFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { SIDE_BUY } from "../../../model/side.ts";
import { LAP_CANCEL, LAP_NEW, LAP_NULL, LAP_REPLACE, type Lap } from "../lap.ts";

export type RequestTemplate = {
  /** HTTP. */
  readonly method?: string;
  readonly path?: string;
  /** gRPC: the method's name. */
  readonly call?: string;
  /** Any JSON; `{name}` in its texts is a field, and `"{#name}"` a number without quotes. */
  readonly body?: unknown;
};

export type OrderTemplate = {
  /** http://HOST:PORT, or grpc://HOST:PORT with `proto` and `service`. */
  readonly url: string;
  /** A file, from the template's folder. */
  readonly proto?: string;
  /** The folder from which its imports begin; left out: its own. */
  readonly include?: string;
  readonly service?: string;
  /** gRPC: metadata. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Words for buy and sell, for an order that rests and an immediate one; symbols in turn. */
  readonly sides?: readonly [string, string];
  readonly timesInForce?: readonly [string, string];
  readonly instruments?: readonly string[];
  readonly ticksPerUnit?: number;
  readonly new: RequestTemplate;
  readonly cancel: RequestTemplate;
  readonly replace?: RequestTemplate;
  readonly null?: RequestTemplate;
  /** Its first group finds the executed lots in an answer; left out: they are not checked. */
  readonly executed?: string;
  /** An answer in which it is found is a refusal, beside those that the protocol itself tells. */
  readonly refused?: string;
};

export function isGrpc({ url }: OrderTemplate): boolean {
  return url.startsWith("grpc://");
}

export function readTemplate(path: string): OrderTemplate {
  const template = JSON.parse(readFileSync(path, "utf8")) as Partial<OrderTemplate>;
  for (const name of ["url", "new", "cancel"] as const) {
    if (template[name] === undefined) throw new Error(`${path}: expected "${name}", found none`);
  }
  return template as OrderTemplate;
}

const NAME_OF_KIND: Readonly<Record<number, "new" | "cancel" | "replace" | "null">> = {
  [LAP_NEW]: "new",
  [LAP_CANCEL]: "cancel",
  [LAP_REPLACE]: "replace",
  [LAP_NULL]: "null",
};

export type FilledRequest = {
  readonly method: string;
  readonly path: string;
  readonly call: string;
  /** JSON, or "". */
  readonly body: string;
};

/** Of this thread, and so of this load. With an order's own part an id is short: 16 are common. */
const STAMP = `${Date.now().toString(36).slice(-6)}${(threadId % 36).toString(36)}`;
/** Orders that were entered, by instrument and id of the lap; also for who cancels them later. */
const entered = new Map<string, number>();

const THREADS = 32;
const NUMBERS_OF_THREAD = 2 ** 25;
/** Faster than one request at a time can be. */
const NUMBERS_A_MILLI = 20;
const FIRST_NUMBER = firstNumberOf(Date.now(), threadId);
let lastNumber = FIRST_NUMBER;

/**
 * A target may remember all numbers that it ever had: those of a load are no other load's for half
 * an hour, and no other thread's. They fit 31 bits.
 */
export function firstNumberOf(nowMillis: number, thread: number): number {
  const since = (nowMillis * NUMBERS_A_MILLI) % NUMBERS_OF_THREAD;
  return (thread % THREADS) * NUMBERS_OF_THREAD + since;
}

/** Fills the template with a lap's commands. Throws where the lap has a kind that it lacks. */
export class TemplateOrders {
  readonly #template: OrderTemplate;
  readonly #lap: Lap;
  readonly #symbol: string;
  readonly #texts: Readonly<Record<number, FilledRequest>>;
  readonly #executed: RegExp | undefined;
  readonly #refused: RegExp | undefined;

  constructor(template: OrderTemplate, lap: Lap, instrument: number) {
    const { instruments = ["ACME"], executed, refused } = template;
    this.#template = template;
    this.#lap = lap;
    this.#symbol = instruments[(instrument - 1) % instruments.length];
    this.#executed = executed === undefined ? undefined : new RegExp(executed);
    this.#refused = refused === undefined ? undefined : new RegExp(refused);
    const kinds = [...new Set(lap.kinds)];
    this.#texts = Object.fromEntries(kinds.map((kind) => [kind, textsOf(template, kind)]));
  }

  requestOf(index: number): FilledRequest {
    const { method, path, call, body } = this.#texts[this.#lap.kinds[index]];
    const fields = this.#fieldsOf(index);
    return { method, call, path: fill(path, fields), body: fill(body, fields) };
  }

  /** -1 where the template does not tell; an answer in which they are not found says none. */
  executedIn(answer: string): number {
    if (this.#executed === undefined) return -1;
    return Number(this.#executed.exec(answer)?.[1] ?? 0);
  }

  isRefusal(answer: string): boolean {
    return this.#refused?.test(answer) === true;
  }

  /** A lap's ids come again, the target's do not. */
  #numberOf(index: number): number {
    const name = `${this.#symbol} ${this.#lap.orderIds[index]}`;
    if (this.#lap.kinds[index] === LAP_NEW) entered.set(name, ++lastNumber);
    return entered.get(name) ?? 0;
  }

  #fieldsOf(index: number): Readonly<Record<string, string>> {
    const { sides = ["buy", "sell"], timesInForce = ["gtc", "ioc"] } = this.#template;
    const { ticksPerUnit = 1 } = this.#template;
    const lap = this.#lap;
    const ticks = lap.priceTicks[index];
    const number = this.#numberOf(index);
    return {
      id: `${STAMP}-${Math.max(0, number - FIRST_NUMBER).toString(36)}`,
      number: String(number),
      side: sides[lap.sides[index] === SIDE_BUY ? 0 : 1],
      tif: timesInForce[lap.iocs[index]],
      symbol: this.#symbol,
      ticks: String(ticks),
      price: (ticks / ticksPerUnit).toFixed(Math.ceil(Math.log10(ticksPerUnit))),
      qty: String(lap.qtyLots[index]),
    };
  }
}

function textsOf(template: OrderTemplate, kind: number): FilledRequest {
  const name = NAME_OF_KIND[kind];
  const request = template[name];
  if (request === undefined) throw new Error(`the template has no "${name}", which the load asks`);
  const { method = "POST", path = "/", call = "", body } = request;
  const json = body === undefined ? "" : JSON.stringify(body);
  return { method, path, call, body: json.replaceAll(/"\{#(\w+)\}"/g, "{$1}") };
}

function fill(text: string, fields: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => fields[name] ?? whole);
}
