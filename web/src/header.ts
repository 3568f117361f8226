// The bar on top: which instrument, its day, and how the connection does.

import type { Account, Login } from "./account.ts";
import type { ConnectionState } from "./connection.ts";
import { byId, make, setClass, setText } from "./dom.ts";
import { formatSteps, grouped } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import { indicationText, phaseName, surplusText } from "./phase-text.ts";
import type { WireStatus } from "./wire.ts";

const DAY_SECONDS = 86_400;

export class Header {
  readonly #symbol = byId("symbol", HTMLSelectElement);
  readonly #connection = byId("connection", HTMLElement);
  readonly #last = byId("last-price", HTMLElement);
  readonly #phase = byId("phase", HTMLElement);
  /** Alone: it is read aloud when it changes, and an indication may change with every order. */
  readonly #phaseName = byId("phase-name", HTMLElement);
  readonly #indication = byId("indication", HTMLElement);

  constructor(onSymbol: (symbol: string) => void) {
    this.#symbol.onchange = () => onSymbol(this.#symbol.value);
  }

  offer(instruments: readonly Instrument[], chosenSymbol: string): void {
    const options = instruments.map((instrument) => {
      const option = make("option", "", instrument.symbol);
      option.selected = instrument.symbol === chosenSymbol;
      return option;
    });
    this.#symbol.replaceChildren(...options);
  }

  showConnection(state: ConnectionState): void {
    const texts = {
      connecting: "Connecting",
      live: "Live",
      silent: "No answer",
      lost: "Reconnecting",
    };
    this.#connection.dataset["state"] = state;
    setText(this.#connection, texts[state]);
  }

  render(market: Market, account: Account, sequence: number): void {
    const instrument = market.instrument;
    setText(byId("status-sequence", HTMLElement), sequence === 0 ? "–" : grouped(String(sequence)));
    const ackMillis = account.ackMillis;
    setText(
      byId("status-ack", HTMLElement),
      ackMillis === undefined ? "–" : `${ackMillis.toFixed(1)} ms`,
    );
    setText(byId("key-open", HTMLElement), loginText(account.login));
    this.#connection.title = `depth ${market.book.rptSeq}, gaps mended ${market.gapCount}`;
    this.#showPhase(market.status);
    if (instrument === undefined) return;
    this.#showDay(market, instrument);
  }

  /** Nothing while trading is continuous. */
  #showPhase(status: WireStatus | undefined): void {
    const name = status === undefined ? "" : phaseName(status);
    this.#phase.hidden = name === "";
    setText(this.#phaseName, name);
    setText(this.#indication, status === undefined ? "" : indicationText(status));
    this.#phase.title = status === undefined ? "" : surplusText(status);
  }

  #showDay(market: Market, instrument: Instrument): void {
    const priceText = (ticks: number) => grouped(formatSteps(ticks, instrument.price));
    const trade = market.trades.newestFirst[0];
    setText(this.#last, trade === undefined ? "–" : priceText(trade.lastPxTicks));
    setClass(this.#last, `last ${trade?.taker ?? ""}`);
    const title = trade === undefined ? "" : `${priceText(trade.lastPxTicks)} `;
    document.title = `${title}${instrument.symbol} · Outcry`;

    const newest = market.candles.minutes.at(-1);
    const since = (newest?.startSeconds ?? 0) - DAY_SECONDS;
    const day = market.candles.minutes.filter((candle) => candle.startSeconds > since);
    byId("stats", HTMLElement).hidden = newest === undefined;
    if (newest === undefined) return;
    const changeTicks = newest.closeTicks - day[0].openTicks;
    const change = byId("stat-change", HTMLElement);
    setText(change, changeText(changeTicks, day[0].openTicks));
    setClass(change, changeTicks < 0 ? "sell" : "buy");
    const highTicks = day.reduce((ticks, candle) => Math.max(ticks, candle.highTicks), -Infinity);
    const lowTicks = day.reduce((ticks, candle) => Math.min(ticks, candle.lowTicks), Infinity);
    const volumeLots = day.reduce((lots, candle) => lots + candle.volumeLots, 0);
    setText(byId("stat-high", HTMLElement), priceText(highTicks));
    setText(byId("stat-low", HTMLElement), priceText(lowTicks));
    setText(byId("stat-volume", HTMLElement), grouped(formatSteps(volumeLots, instrument.qty)));
  }
}

function loginText(login: Login): string {
  switch (login.state) {
    case "in":
      return `Account ${login.accountId}`;
    case "asking":
      return "Logging in";
    case "refused":
      return "Key refused";
    case "none":
      return "Log in";
  }
}

/** A ratio for reading, so a float may round it: "+1.25%". */
function changeText(changeTicks: number, fromTicks: number): string {
  const sign = changeTicks < 0 ? "−" : "+";
  const percent = fromTicks === 0 ? 0 : Math.abs((changeTicks / fromTicks) * 100);
  return `${sign}${percent.toFixed(2)}%`;
}
