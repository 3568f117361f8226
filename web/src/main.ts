// Builds the page: one connection, the state it feeds, the views that draw it. Wiring only.

import "./styles/page.css";
import { Account } from "./account.ts";
import { Connection } from "./connection.ts";
import { DepthChart } from "./depth-chart.ts";
import { byId } from "./dom.ts";
import { fetchInstruments } from "./exchange-http.ts";
import { FrameLoop } from "./frame-loop.ts";
import { Header } from "./header.ts";
import { type Instrument, instrumentsOf, isSameInstrument } from "./instrument.ts";
import { KeyDialog, rememberedKey } from "./key-dialog.ts";
import { Ladder } from "./ladder.ts";
import { Market } from "./market.ts";
import { Orders } from "./orders.ts";
import { PriceChart } from "./price-chart.ts";
import { remember, remembered } from "./tab-storage.ts";
import { startTabs } from "./tabs.ts";
import { Tape } from "./tape.ts";
import { Theme } from "./theme.ts";
import { Ticket } from "./ticket.ts";
import { toast } from "./toasts.ts";
import type { WireInstrument } from "./wire.ts";

const SYMBOL_STORAGE_KEY = "outcry.symbol";
const RETRY_MILLIS = 2_000;
/** No stream tells what is listed and changed: it is asked again, and less often for long lists. */
const LISTING_MILLIS = 5_000;
const LISTING_MILLIS_EACH = 10;
/** Before anything else: it takes the key out of the address bar. */
const firstKey = rememberedKey();

let instruments: readonly Instrument[] = [];
let sequence = 0;
/** Counts connections: what an earlier one was to begin with is not begun any more. */
let starts = 0;

const frames = new FrameLoop(draw);
const onProblem = (text: string) => toast("bad", text);
const connection = new Connection(socketUrl(), {
  onOpen: start,
  onState: (state) => {
    header.showConnection(state);
    byId("desk", HTMLElement).dataset["connection"] = state;
    frames.want();
  },
  onStream: (message) => {
    if ("sequence" in message) sequence = Math.max(sequence, message.sequence);
    market.onStream(message);
    account.onStream(message);
  },
});
const market = new Market(connection, frames.want, onProblem);
const account = new Account(connection, frames.want, onProblem);

new Theme(restyle);
const header = new Header(select);
const ticket = new Ticket(market, account, frames.want);
const ladder = new Ladder((priceTicks) => ticket.takePrice(priceTicks), frames.want);
const priceChart = new PriceChart(frames.want);
const depthChart = new DepthChart(frames.want);
const tape = new Tape(frames.want);
const orders = new Orders(account);
new KeyDialog((key) => {
  account.useKey(key);
  connection.reopen(); // A connection once logged in stays so.
});
startTabs();

account.useKey(firstKey);
connection.open();

function draw(): void {
  const working = account.orders.working();
  header.render(market, account, sequence);
  ladder.render(market, working);
  priceChart.render(market, working);
  depthChart.render(market);
  tape.render(market);
  ticket.render();
  orders.render();
}

function restyle(): void {
  priceChart.restyle();
  depthChart.restyle();
}

/** A new connection knows nothing of us, and the exchange may be another one since: all anew. */
function start(): void {
  sequence = 0;
  market.clear();
  void account.start();
  void startMarket(++starts);
}

async function startMarket(turn: number): Promise<void> {
  let listed: readonly WireInstrument[];
  try {
    listed = await fetchInstruments();
  } catch (error) {
    if (turn !== starts) return;
    onProblem(`The instruments are missing. ${(error as Error).message}`);
    if (connection.isOpen) setTimeout(startMarket, RETRY_MILLIS, turn);
    return;
  }
  if (turn !== starts) return;
  const chosen = offer(listed);
  if (chosen === undefined) onProblem("The exchange lists no instrument.");
  else market.start(chosen);
  followListing(turn, JSON.stringify(listed));
}

/** As long as the connection of this turn is the newest. */
function followListing(turn: number, known: string): void {
  const waitMillis = Math.max(LISTING_MILLIS, instruments.length * LISTING_MILLIS_EACH);
  setTimeout(async () => {
    const listed = document.hidden ? undefined : await fetchInstruments().catch(() => undefined);
    if (turn !== starts) return;
    const text = listed === undefined ? known : JSON.stringify(listed);
    if (listed !== undefined && text !== known) {
      const before = market.instrument;
      const chosen = offer(listed);
      if (chosen !== undefined && !isSameInstrument(chosen, before)) market.start(chosen);
    }
    followListing(turn, text);
  }, waitMillis);
}

/** The one to show of those that are listed now. */
function offer(listed: readonly WireInstrument[]): Instrument | undefined {
  instruments = instrumentsOf(listed, onProblem);
  const wanted = market.instrument?.symbol ?? remembered(SYMBOL_STORAGE_KEY);
  const chosen = instruments.find((known) => known.symbol === wanted) ?? instruments[0];
  if (chosen !== undefined) header.offer(instruments, chosen.symbol);
  return chosen;
}

function select(symbol: string): void {
  const chosen = instruments.find((instrument) => instrument.symbol === symbol);
  if (chosen === undefined) return;
  remember(SYMBOL_STORAGE_KEY, symbol);
  market.select(chosen);
}

function socketUrl(): string {
  const url = new URL("ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
