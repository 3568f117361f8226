// What the log says, read from its first byte by an engine of its own: all orders, events and books
// that ever were. What anybody was told is compared with it.

import { readU64 } from "../../src/base/record-buffer.ts";
import { ladderNodesMax } from "../../src/book/books.ts";
import { decodeClOrdId } from "../../src/codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_END,
  EVENT_ORDER_ID_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventIndexOf,
  eventKindOf,
} from "../../src/codec/event.ts";
import { SOUP_HEADER_BYTES, SoupReader } from "../../src/codec/soup-bin-tcp.ts";
import { Engine } from "../../src/engine/engine.ts";
import { verify } from "../../src/engine/verify.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { applyBlock } from "../../src/exchange/follower.ts";
import { MarketFeed } from "../../src/feed/market-feed.ts";
import { OuchFeed } from "../../src/feed/ouch-feed.ts";
import { priceText, qtyText } from "../../src/gateway/json/order-fields.ts";
import { execTypeWord } from "../../src/gateway/json/report-writer.ts";
import type { Disk } from "../../src/log/disk.ts";
import { LOG_BEGINNING, readLog } from "../../src/log/recovery.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import type { DepthLevel, MarketData, PublicTrade } from "../../src/model/venue.ts";
import { keyOf } from "./ledger.ts";
import { INSTRUMENTS, instrumentOf, LIMITS, LOG_DIRECTORY } from "./market.ts";
import { placeOf } from "./stream-record.ts";
import { TrueFixReports } from "./true-fix-reports.ts";
import { promise } from "./violation.ts";
import { depthText } from "./watcher.ts";

/** An order as it was entered, or refused by the engine. */
export type TrueOrder = { readonly orderId: number; readonly isAccepted: boolean };

/** Another than any exchange has: places in tables may not show. */
const SALT = 77;
const LEVELS_MAX = 1000;
const PACKET_BYTES_MAX = 65_537;

export class Truth {
  readonly engine = new Engine({ ...LIMITS, salt: SALT });
  readonly feed = new MarketFeed(LIMITS.instrumentsMax, ladderNodesMax(LIMITS.ordersMax));
  readonly #ouch = new OuchFeed(instrumentOf, LIMITS.tradesMax);
  /** Account and client order id, as ledger.ts writes them. */
  readonly ordersByKey = new Map<string, TrueOrder[]>();
  /** The hash of each command's events; index 0 is nobody's. */
  readonly batchHashes: number[] = [0];
  /** As FIX tells them. */
  readonly fixReports = new TrueFixReports();
  readonly tradeIds = new Map<string, number[]>();
  readonly #placesByAccount = new Map<number, number[]>();
  readonly #cumQtyLots = new Map<number, number>();
  readonly #depths: ReadonlySet<string>;
  readonly #depthTexts = new Map<string, string>();

  /** `depths`: names (depthName) of the books that somebody will ask for. */
  constructor(disk: Disk, depths: ReadonlySet<string> = new Set()) {
    this.#depths = depths;
    this.feed.subscribe({
      wantsBook: () => depths.size > 0,
      wantsTrades: () => true,
      onTopOfBook: () => {},
      onStatus: () => {},
      onTrade: (trade) => this.#onTrade(trade),
      onDepth: ({ instrumentId, rptSeq }) => this.#noteDepth(instrumentId, rptSeq),
    });
    readLog(
      LOG_DIRECTORY,
      LOG_BEGINNING,
      (block) =>
        applyBlock(this.engine, block, (words, start, end) => this.#onBatch(words, start, end)),
      disk,
    );
  }

  /** An exchange that stands at the end of the log has come to the same. */
  compare(exchange: Exchange): void {
    const { engine } = this;
    const historyHash = (engine.events.historyHash >>> 0).toString(16).padStart(8, "0");
    const isSame = historyHash === exchange.health().historyHash;
    promise(isSame, "a replay gives the events of the exchange");
    promise(
      engine.stateHash() === exchange.stateHash(),
      "a replay gives the state of the exchange",
    );
    for (const { instrumentId, symbol } of INSTRUMENTS) {
      const mine = JSON.stringify(this.#market(this.feed, instrumentId));
      const found = JSON.stringify(this.#market(exchange.marketData, instrumentId));
      promise(mine === found, `${symbol}: a replay gives the market data of the exchange`);
    }
  }

  /** All that the engine keeps is as it must be. */
  verify(): void {
    verify(this.engine.tables);
  }

  placesOf(accountId: number): readonly number[] {
    return this.#placesByAccount.get(accountId) ?? [];
  }

  /** Every message of the account's stream over OUCH. */
  ouchMessagesOf(accountId: number): readonly Buffer[] {
    const messages: Buffer[] = [];
    const reader = new SoupReader(PACKET_BYTES_MAX, (bytes, at, length) => {
      messages.push(Buffer.from(bytes.subarray(at + SOUP_HEADER_BYTES, at + length)));
    });
    const cursor = this.#ouch.ofAccount(accountId).cursorFrom(1);
    for (let piece = cursor?.next(); piece !== undefined; piece = cursor?.next()) {
      reader.read(piece);
    }
    return messages;
  }

  /** What an order has executed in all. */
  cumQtyLotsOf(orderId: number): number {
    return this.#cumQtyLots.get(orderId) ?? 0;
  }

  /** The book of `symbol` after its update `rptSeq`. */
  depthTextAt(symbol: string, rptSeq: number): string {
    return rptSeq === 0
      ? depthText([], [])
      : (this.#depthTexts.get(depthName(symbol, rptSeq)) ?? "");
  }

  #market(market: MarketData, instrumentId: number) {
    return [
      market.depth(instrumentId, LEVELS_MAX),
      market.recentTrades(instrumentId, LEVELS_MAX),
      market.candles(instrumentId, LEVELS_MAX),
    ];
  }

  #onBatch(words: Int32Array, startWord: number, endWord: number): void {
    this.feed.onBatch(words, startWord, endWord);
    this.#ouch.onBatch(words, startWord, endWord);
    this.fixReports.onBatch(words, startWord, endWord);
    this.batchHashes.push(batchHash(words, startWord, endWord));
    for (let at = startWord; at < endWord; at += EVENT_WORDS) this.#onEvent(words, at);
  }

  #onEvent(words: Int32Array, at: number): void {
    const kind = eventKindOf(words, at);
    if (kind === EVENT_END) return;
    const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    if (execTypeWord(kind) !== "") {
      const sequence = readU64(words, at + EVENT_SEQUENCE_WORD);
      const place = placeOf(sequence, eventIndexOf(words, at));
      append(this.#placesByAccount, accountId, place);
    }
    if (kind === EVENT_TRADED) {
      this.#cumQtyLots.set(orderId, readU64(words, at + EVENT_CUM_QTY_LOTS_WORD));
    }
    if (kind !== EVENT_ACCEPTED && kind !== EVENT_REJECTED) return;
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const clOrdId = decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    const isAccepted = kind === EVENT_ACCEPTED;
    append(this.ordersByKey, keyOf(accountId, clOrdId), { orderId, isAccepted });
  }

  #onTrade({ instrumentId, tradeId }: PublicTrade): void {
    append(this.tradeIds, instrumentOf(instrumentId).symbol, tradeId);
  }

  #noteDepth(instrumentId: number, rptSeq: number): void {
    const instrument = instrumentOf(instrumentId);
    const name = depthName(instrument.symbol, rptSeq);
    if (!this.#depths.has(name)) return;
    const { bids, asks } = this.feed.depth(instrumentId, LEVELS_MAX);
    const text = depthText(levelTexts(bids, instrument), levelTexts(asks, instrument));
    this.#depthTexts.set(name, text);
  }
}

export function depthName(symbol: string, rptSeq: number): string {
  return `${symbol} ${rptSeq}`;
}

/** Of all words of a command's events. */
export function batchHash(words: Int32Array, startWord: number, endWord: number): number {
  let hash = 0;
  for (let at = startWord; at < endWord; at++) hash = (Math.imul(hash, 31) + words[at]) | 0;
  return hash;
}

function levelTexts(levels: readonly DepthLevel[], instrument: Instrument) {
  return levels.map(([priceTicks, qtyLots, orders]): [string, string, number] => {
    return [priceText(priceTicks, instrument), qtyText(qtyLots, instrument), orders];
  });
}

function append<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
