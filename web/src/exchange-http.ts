// The few REST reads the page makes: instruments, and the past that streams do not repeat.
// Addresses are relative to the page.

import type {
  ExecType,
  WireCandles,
  WireEntry,
  WireExecution,
  WireInstrument,
  WireTrade,
} from "./wire.ts";

const TRADE_CHANGES: ReadonlySet<ExecType> = new Set(["tradeBusted", "tradeCorrected"]);

export class HttpError extends Error {
  readonly code: string;

  constructor(message: string, options: { readonly code: string; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "HttpError";
    this.code = options.code;
  }
}

export async function fetchInstruments(): Promise<readonly WireInstrument[]> {
  const answer = await getJson<{ instruments: WireInstrument[] }>("instruments");
  return answer.instruments;
}

/** Newest last. */
export async function fetchTrades(symbol: string, limit: number): Promise<readonly WireTrade[]> {
  const path = `instruments/${encodeURIComponent(symbol)}/trades?limit=${limit}`;
  return (await getJson<{ trades: WireTrade[] }>(path)).trades;
}

/** One minute each, oldest first. */
export function fetchCandles(symbol: string, limit: number): Promise<WireCandles> {
  const path = `instruments/${encodeURIComponent(symbol)}/candles?limit=${limit}`;
  return getJson(path);
}

/** The account's newest fills, newest first. */
export function fetchFills(key: string, limit: number): Promise<readonly WireExecution[]> {
  return fetchExecutions(key, `execType=trade&limit=${limit}`);
}

/** Busts and corrections among the account's newest 1000 executions, the most of one answer. */
export async function fetchTradeChanges(key: string): Promise<readonly WireExecution[]> {
  const executions = await fetchExecutions(key, "limit=1000");
  return executions.filter(({ execType }) => TRADE_CHANGES.has(execType));
}

/** When the account's newest orders were entered, newest first. */
export async function fetchEntries(key: string, limit: number): Promise<readonly WireEntry[]> {
  const headers = { authorization: `Bearer ${key}` };
  return (await getJson<{ orders: WireEntry[] }>(`history/orders?limit=${limit}`, headers)).orders;
}

async function fetchExecutions(key: string, query: string): Promise<readonly WireExecution[]> {
  const headers = { authorization: `Bearer ${key}` };
  const path = `history/executions?${query}`;
  return (await getJson<{ executions: WireExecution[] }>(path, headers)).executions;
}

async function getJson<Answer>(path: string, headers: HeadersInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { headers });
  } catch (cause) {
    throw new HttpError(`GET ${path}: the exchange did not answer`, { code: "UNREACHABLE", cause });
  }
  if (!response.ok) {
    throw new HttpError(`GET ${path}: expected status 200, found ${response.status}`, {
      code: "HTTP_STATUS",
    });
  }
  return (await response.json()) as Answer;
}
