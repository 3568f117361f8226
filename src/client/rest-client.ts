// The exchange over REST: docs/protocols/json.md. Answers are the JSON as it comes; what the
// exchange refuses is thrown with its code.

import type { OrderName, OrderReport, WireFields } from "./wire-json.ts";

export type RestClientOptions = {
  /** "http://127.0.0.1:8000" */
  readonly url: string;
  /** Left out: only what needs none. */
  readonly key?: string;
};

/** What the exchange or its gateway refuses. */
export class Refused extends Error {
  override name = "Refused";
  /** A code of docs/protocols/reasons.md. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** The whole answer: a rejected order's report is in it. */
  readonly answer: WireFields;

  constructor(status: number, answer: WireFields) {
    super(`${answer["code"]}: ${answer["message"]}`);
    this.status = status;
    this.code = String(answer["code"]);
    this.answer = answer;
  }
}

export class RestClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, key }: RestClientOptions) {
    this.#url = url;
    this.#headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  }

  enter(order: WireFields): Promise<OrderReport> {
    return this.ask("POST", "/orders", order);
  }

  enterList(list: WireFields): Promise<{ sequence: number; orders: readonly OrderReport[] }> {
    return this.ask("POST", "/orders/list", list);
  }

  /** Entries are independent: a refused one is `{code, message}` at its place. */
  enterBatch(orders: readonly WireFields[]): Promise<{ results: readonly WireFields[] }> {
    return this.ask("POST", "/orders/batch", { orders });
  }

  preview(entry: WireFields): Promise<{ status: number; answer: WireFields }> {
    return this.ask("POST", "/orders/preview", entry);
  }

  amend(name: OrderName, changes: WireFields): Promise<OrderReport> {
    return this.ask("PATCH", pathOf(name), changes);
  }

  cancel(name: OrderName, reduction: WireFields = {}): Promise<OrderReport> {
    return this.ask("DELETE", `${pathOf(name)}${queryOf(reduction)}`);
  }

  cancelAll(filters: WireFields = {}): Promise<{ canceled: number; sequence: number }> {
    return this.ask("DELETE", `/orders${queryOf(filters)}`);
  }

  status(name: OrderName): Promise<OrderReport> {
    return this.ask("GET", pathOf(name));
  }

  openOrders(filters: WireFields = {}): Promise<{ orders: readonly OrderReport[] }> {
    return this.ask("GET", `/orders${queryOf(filters)}`);
  }

  /** Any request of the API: market data, history, what the operator sets. */
  async ask<Answer>(method: string, path: string, body?: WireFields): Promise<Answer> {
    const hasBody = body !== undefined;
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { ...this.#headers, ...(hasBody ? { "content-type": "application/json" } : {}) },
      ...(hasBody ? { body: JSON.stringify(body) } : {}),
    });
    const answer = (await response.json()) as WireFields;
    if (!response.ok) throw new Refused(response.status, answer);
    return answer as Answer;
  }
}

function pathOf(name: OrderName): string {
  if ("orderId" in name) return `/orders/${name.orderId}`;
  return `/orders/by-cl-ord-id/${encodeURIComponent(name.clOrdId)}`;
}

function queryOf(fields: WireFields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) query.set(name, String(value));
  return query.size === 0 ? "" : `?${query}`;
}
