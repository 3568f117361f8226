// The order ticket: fields to one `new` request, and what the exchange said to it. Faults stand
// beside their field, results go to the toasts.

import type { Account } from "./account.ts";
import type { RequestError } from "./connection.ts";
import { byId, radioValue, setText } from "./dom.ts";
import { formatSteps, grouped, moneyText } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import { sweep } from "./ladder-rows.ts";
import type { Market } from "./market.ts";
import { outcomeText } from "./outcome.ts";
import { Stepper } from "./stepper.ts";
import { fieldOfError } from "./ticket-check.ts";
import { toast } from "./toasts.ts";
import type { Side, TicketOrdType, TimeInForce, WireOrder, WireReport } from "./wire.ts";

export class Ticket {
  readonly #form = byId("ticket", HTMLFormElement);
  readonly #submit = byId("ticket-submit", HTMLButtonElement);
  readonly #login = byId("ticket-login", HTMLButtonElement);
  readonly #postOnly = byId("ticket-post-only", HTMLInputElement);
  readonly #estimate = byId("ticket-estimate", HTMLElement);
  readonly #fault = byId("ticket-fault", HTMLElement);
  readonly #price: Stepper;
  readonly #qty: Stepper;
  readonly #market: Market;
  readonly #account: Account;
  #instrument: Instrument | undefined;
  #isSending = false;

  constructor(market: Market, account: Account, onEdit: () => void) {
    this.#market = market;
    this.#account = account;
    const edited = () => {
      setText(this.#fault, "");
      onEdit();
    };
    const priceMin = () => this.#touchTicks() ?? this.#instrument?.priceTicksMin ?? 0;
    this.#price = new Stepper("ticket-price", "Price", priceMin, edited);
    const qtyMin = () => this.#instrument?.orderQtyLotsMin ?? 1;
    this.#qty = new Stepper("ticket-qty", "Quantity", qtyMin, edited);
    this.#form.onchange = () => {
      this.#agree();
      edited();
    };
    // A key held down repeats itself: it means one order.
    this.#form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.repeat) event.preventDefault();
    });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send();
    };
    document.addEventListener("keydown", (event) => this.#onKey(event));
    this.#agree();
  }

  /** A price chosen in the ladder. With a mouse the cursor follows, so that Enter sends. */
  takePrice(priceTicks: number): void {
    this.#choose("ordType", "limit");
    this.#price.set(priceTicks);
    if (matchMedia("(pointer: fine)").matches) this.#price.input.focus();
  }

  render(): void {
    const instrument = this.#market.instrument;
    if (instrument === undefined) return;
    if (instrument !== this.#instrument) this.#useInstrument(instrument);
    const isFresh = this.#price.input.value === "" && document.activeElement !== this.#price.input;
    const touchTicks = this.#touchTicks();
    if (isFresh && touchTicks !== undefined) this.#price.set(touchTicks);
    const isIn = this.#account.login.state === "in";
    this.#submit.hidden = !isIn;
    this.#login.hidden = isIn;
    setText(this.#submit, this.#submitText(instrument));
    setText(this.#estimate, this.#estimateText(instrument));
  }

  get #side(): Side {
    return radioValue(this.#form, "side") as Side;
  }

  get #ordType(): TicketOrdType {
    return radioValue(this.#form, "ordType") as TicketOrdType;
  }

  /** What was typed stays while it means the same. */
  #useInstrument(instrument: Instrument): void {
    const before = this.#instrument;
    this.#instrument = instrument;
    const { priceTicksMin, priceTicksMax, orderQtyLotsMin, orderQtyLotsMax } = instrument;
    this.#price.use({ grid: instrument.price, stepsMin: priceTicksMin, stepsMax: priceTicksMax });
    this.#qty.use({ grid: instrument.qty, stepsMin: orderQtyLotsMin, stepsMax: orderQtyLotsMax });
    if (before !== undefined && countsAlike(before, instrument)) return;
    this.#price.clear();
    this.#qty.set(orderQtyLotsMin);
    setText(byId("ticket-price-unit", HTMLElement), instrument.currency);
    const step = formatSteps(1, instrument.qty);
    setText(byId("ticket-qty-unit", HTMLElement), `step ${step}`);
  }

  /** The price to join on the chosen side; where none is the far touch, else the last trade. */
  #touchTicks(): number | undefined {
    const { bids, asks } = this.#market.book;
    const [near, far] = this.#side === "buy" ? [bids, asks] : [asks, bids];
    const last = this.#market.trades.newestFirst[0]?.lastPxTicks;
    return near.levels[0]?.priceTicks ?? far.levels[0]?.priceTicks ?? last;
  }

  /** Keeps the choices consistent: a market order cannot rest, and only a resting one can post. */
  #agree(): void {
    const isMarket = this.#ordType === "market";
    const gtc = this.#radio("timeInForce", "gtc");
    if (isMarket && gtc.checked) this.#choose("timeInForce", "ioc");
    if (!isMarket && gtc.disabled) this.#choose("timeInForce", "gtc");
    gtc.disabled = isMarket;
    this.#price.input.disabled = isMarket;
    this.#postOnly.disabled = isMarket || !gtc.checked;
    if (this.#postOnly.disabled) this.#postOnly.checked = false;
    this.#form.dataset["side"] = this.#side;
    if (isMarket) this.#price.showFault("");
  }

  #radio(name: string, value: string): HTMLInputElement {
    const radio = this.#form.querySelector(`input[name="${name}"][value="${value}"]`);
    if (radio instanceof HTMLInputElement) return radio;
    throw new Error(`index.html: expected a radio button ${name}=${value} in the ticket`);
  }

  #choose(name: string, value: string): void {
    const radio = this.#radio(name, value);
    if (radio.checked) return;
    radio.checked = true;
    this.#agree();
  }

  #submitText(instrument: Instrument): string {
    if (this.#isSending) return "Sending";
    const verb = this.#side === "buy" ? "Buy" : "Sell";
    const lots = this.#qty.steps;
    const ticks = this.#price.steps;
    const qty = lots === undefined ? "" : ` ${formatSteps(lots, instrument.qty)}`;
    if (this.#ordType === "market") return `${verb}${qty} at market`;
    const price = ticks === undefined ? "" : ` at ${formatSteps(ticks, instrument.price)}`;
    return `${verb}${qty}${price}`;
  }

  #estimateText(instrument: Instrument): string {
    const orderQtyLots = this.#qty.steps;
    if (orderQtyLots === undefined || orderQtyLots <= 0) return "";
    const money = (ticksTimesLots: bigint) =>
      moneyText(ticksTimesLots, instrument.price, instrument.qty);
    if (this.#ordType === "limit") {
      const priceTicks = this.#price.steps;
      if (priceTicks === undefined) return "";
      return `${money(BigInt(priceTicks) * BigInt(orderQtyLots))} ${instrument.currency}`;
    }
    const { bids, asks } = this.#market.book;
    const opposite = this.#side === "buy" ? asks : bids;
    const taken = sweep(opposite.levels, orderQtyLots);
    if (taken.worstPxTicks === undefined) return "nothing to trade with";
    if (taken.filledLots < orderQtyLots) {
      return `the book holds ${formatSteps(taken.filledLots, instrument.qty)}`;
    }
    const worst = grouped(formatSteps(taken.worstPxTicks, instrument.price));
    return `≈ ${money(taken.ticksTimesLots)} to ${worst}`;
  }

  async #send(): Promise<void> {
    const order = this.#checkedOrder();
    if (order === undefined || this.#isSending) return;
    this.#isSending = true;
    this.#submit.setAttribute("aria-busy", "true");
    try {
      this.#onReport(await this.#account.enter(order));
    } catch (error) {
      this.#onRefused((error as RequestError).code, (error as RequestError).message);
    }
    this.#isSending = false;
    this.#submit.removeAttribute("aria-busy");
    this.render();
  }

  #checkedOrder(): WireOrder | undefined {
    const instrument = this.#instrument;
    if (instrument === undefined || this.#account.login.state !== "in") return undefined;
    const isLimit = this.#ordType === "limit";
    const price = isLimit ? this.#price.check() : undefined;
    const qty = this.#qty.check();
    if (qty.steps === undefined) this.#qty.input.focus();
    if (price !== undefined && price.steps === undefined) this.#price.input.focus();
    if (qty.steps === undefined || (price !== undefined && price.steps === undefined))
      return undefined;
    const terms = {
      symbol: instrument.symbol,
      side: this.#side,
      ordType: this.#ordType,
      orderQty: formatSteps(qty.steps, instrument.qty),
      timeInForce: radioValue(this.#form, "timeInForce") as TimeInForce,
      postOnly: this.#postOnly.checked,
      clOrdId: makeClOrdId(),
    };
    if (price?.steps === undefined) return terms;
    return { ...terms, price: formatSteps(price.steps, instrument.price) };
  }

  #onReport(report: WireReport): void {
    if (report.ordStatus === "rejected") {
      this.#onRefused(report.reason, "the exchange refused the order");
      return;
    }
    const ackText = (this.#account.ackMillis ?? 0).toFixed(1);
    const isDone = report.ordStatus !== "canceled" || Number(report.cumQty) > 0;
    toast(isDone ? "good" : "plain", `${outcomeText(report)}. Ack ${ackText} ms`);
  }

  #onRefused(code: string, message: string): void {
    const field = fieldOfError(code, message);
    if (field === "price") this.#price.showFault(message);
    if (field === "qty") this.#qty.showFault(message);
    if (field === "form") setText(this.#fault, `${message} (${code})`);
    toast("bad", `Not entered. ${message}`);
  }

  /** B and S choose the side from anywhere outside a text field. */
  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
      return;
    }
    const isTyping = event.target instanceof Element && event.target.matches("select, textarea");
    const side = SIDE_KEYS.get(event.key);
    if (side === undefined || isTyping) return;
    // The ticket's own fields hold numbers, so a letter there is meant as the shortcut too.
    event.preventDefault();
    this.#radio("side", side).checked = true;
    this.#form.dispatchEvent(new Event("change"));
    (this.#ordType === "market" ? this.#qty : this.#price).input.focus();
  }
}

function countsAlike(left: Instrument, right: Instrument): boolean {
  const units = ({ symbol, currency, price, qty }: Instrument) =>
    JSON.stringify([symbol, currency, price, qty]);
  return units(left) === units(right);
}

const SIDE_KEYS: ReadonlyMap<string, Side> = new Map([
  ["b", "buy"],
  ["s", "sell"],
]);

/** 16 random letters and digits: so that a lost answer can be asked for. Works without https. */
function makeClOrdId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => "0123456789abcdefghijklmnopqrstuv"[byte & 31]).join("");
}
