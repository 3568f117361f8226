// The account's tables: working orders, each with its cancel button, and newest fills.

import type { Account } from "./account.ts";
import { timeText } from "./clock-text.ts";
import type { RequestError } from "./connection.ts";
import { byId, make, makeRow, setClass, setText } from "./dom.ts";
import type { Fill, OrderState, WorkingOrder } from "./order-state.ts";
import { orderTypeText } from "./order-type.ts";
import { toast } from "./toasts.ts";

/** Rows of a table; an algorithm may have thousands of orders, a person reads a screen. */
const ROWS_MAX = 200;

export class Orders {
  readonly #account: Account;
  readonly #rows = byId("orders-rows", HTMLElement);
  readonly #fillRows = byId("fills-rows", HTMLElement);
  readonly #cancelAll = byId("cancel-all", HTMLButtonElement);
  readonly #rowOf = new Map<number, HTMLTableRowElement>();
  readonly #ordersTab = byId("orders-tabs", HTMLElement).querySelector("button");
  /** The order whose Cancel was pressed by key last: from there the focus goes to the next one. */
  #keyCanceledId: number | undefined;
  #version = -1;
  #loginState = "";

  constructor(account: Account) {
    this.#account = account;
    this.#rows.addEventListener("click", (event) => this.#onClick(event));
    // A key held down repeats itself: it means one cancel, and the focus moves on meanwhile.
    this.#rows.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.repeat) event.preventDefault();
    });
    this.#cancelAll.onclick = () => void this.#onCancelAll();
    const tabs = byId("orders-tabs", HTMLElement);
    for (const button of tabs.querySelectorAll("button")) {
      button.onclick = () => showView(tabs, button);
    }
  }

  render(): void {
    const { orders, login } = this.#account;
    if (orders.version === this.#version && login.state === this.#loginState) return;
    this.#version = orders.version;
    this.#loginState = login.state;
    this.#showOrders(orders.working().slice(0, ROWS_MAX));
    this.#showFills(orders.fills);
    setText(byId("orders-count", HTMLElement), orders.workingCountText);
    if (orders.workingCount === 0 && document.activeElement === this.#cancelAll)
      this.#ordersTab?.focus();
    this.#cancelAll.disabled = orders.workingCount === 0;
    const note = byId("orders-note", HTMLElement);
    note.hidden = orders.workingCount > 0 && orders.workingCount <= ROWS_MAX;
    setText(note, login.state === "in" ? noteText(orders) : "Log in to see your orders");
  }

  /** Rows stay the same elements while their order works: the focus on a button must not jump. */
  #showOrders(working: readonly WorkingOrder[]): void {
    const shown = new Set(working.map((order) => order.orderId));
    const focused = document.activeElement?.closest<HTMLTableRowElement>("#orders-rows tr");
    const index = focused?.sectionRowIndex ?? 0;
    for (const [orderId, row] of this.#rowOf) {
      if (shown.has(orderId)) continue;
      row.remove();
      this.#rowOf.delete(orderId);
    }
    working.forEach((order, i) => {
      const row = this.#rowOf.get(order.orderId) ?? makeOrderRow(order);
      this.#rowOf.set(order.orderId, row);
      showOrder(row, order);
      if (this.#rows.children[i] !== row)
        this.#rows.insertBefore(row, this.#rows.children[i] ?? null);
    });
    if (focused?.isConnected === false) this.#moveFocus(Number(focused.dataset["orderId"]), index);
  }

  /** Of an order that ended by itself it leaves the Cancel buttons: a key may be on its way. */
  #moveFocus(endedId: number, index: number): void {
    const rows = this.#rows.children;
    const next = endedId === this.#keyCanceledId ? (rows[index] ?? rows[index - 1]) : undefined;
    (next?.querySelector("button") ?? this.#ordersTab)?.focus();
  }

  #showFills(fills: readonly Fill[]): void {
    byId("fills-empty", HTMLElement).hidden = fills.length > 0;
    this.#fillRows.replaceChildren(...fills.map(makeFillRow));
  }

  #onClick(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const orderId = Number(button?.dataset["orderId"]);
    if (button === null || !Number.isSafeInteger(orderId) || button.ariaBusy === "true") return;
    button.ariaBusy = "true"; // Disabled it would lose the focus.
    if (event.detail === 0) this.#keyCanceledId = orderId;
    this.#account
      .cancel(orderId)
      .then(() => toast("good", `Order ${orderId} canceled`))
      .catch((error: RequestError) => toast("bad", `Order ${orderId}: ${error.message}`))
      .finally(() => {
        button.ariaBusy = null;
      });
  }

  async #onCancelAll(): Promise<void> {
    if (this.#cancelAll.ariaBusy === "true") return;
    this.#cancelAll.ariaBusy = "true";
    try {
      toast("good", `${await this.#account.cancelAll()} orders canceled`);
    } catch (error) {
      toast("bad", `Cancel all: ${(error as RequestError).message}`);
    }
    this.#cancelAll.ariaBusy = null;
  }
}

function makeOrderRow(order: WorkingOrder): HTMLTableRowElement {
  const row = makeRow(["time", "", "", "type", "number", "number", "number", "action"]);
  const button = make("button", "cancel", "Cancel");
  button.type = "button";
  button.dataset["orderId"] = String(order.orderId);
  button.setAttribute("aria-label", `Cancel order ${order.orderId}`);
  row.dataset["orderId"] = String(order.orderId);
  row.cells[7].append(button);
  return row;
}

function showOrder(row: HTMLTableRowElement, order: WorkingOrder): void {
  const [time, symbol, side, type, price, open, filled] = row.cells;
  setClass(side, `way ${order.side}`);
  setText(time, order.timeMicros === undefined ? "–" : timeText(order.timeMicros));
  setText(symbol, order.symbol);
  setText(side, order.side);
  setText(type, orderTypeText(order));
  setText(price, priceText(order));
  setText(open, order.leavesQty);
  setText(filled, order.cumQty);
}

function noteText({ workingCount, workingCountText }: OrderState): string {
  return workingCount === 0 ? "No open orders" : `The newest ${ROWS_MAX} of ${workingCountText}`;
}

/** A pegged order has none while there is nothing to follow: the exchange then says 0. */
function priceText({ ordType, price }: WorkingOrder): string {
  if (ordType === "pegged" && Number(price) === 0) return "–";
  return price === "" ? "market" : price;
}

function makeFillRow(fill: Fill): HTMLTableRowElement {
  const row = makeRow(["time", "", `way ${fill.side}`, "number", "number", "number faint"]);
  row.className = fill.change;
  const texts = [
    timeText(fill.timeMicros),
    fill.symbol,
    fill.side,
    fill.lastPx,
    fill.lastQty,
    fill.change === "" ? String(fill.tradeId) : `${fill.tradeId} ${fill.change}`,
  ];
  texts.forEach((text, i) => {
    setText(row.cells[i], text);
  });
  return row;
}

function showView(tabs: HTMLElement, chosen: HTMLButtonElement): void {
  for (const button of tabs.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  byId("orders-view", HTMLElement).hidden = chosen.dataset["view"] !== "orders";
  byId("fills-view", HTMLElement).hidden = chosen.dataset["view"] !== "fills";
}
