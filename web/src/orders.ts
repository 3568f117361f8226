// The account's tables: working orders, each with its cancel button, and newest fills.

import type { Account } from "./account.ts";
import { timeText } from "./clock-text.ts";
import type { RequestError } from "./connection.ts";
import { byId, make, makeRow, setClass, setText } from "./dom.ts";
import type { Fill, WorkingOrder } from "./order-state.ts";
import { toast } from "./toasts.ts";

/** Rows of a table; an algorithm may have thousands of orders, a person reads a screen. */
const ROWS_MAX = 200;

export class Orders {
  readonly #account: Account;
  readonly #rows = byId("orders-rows", HTMLElement);
  readonly #fillRows = byId("fills-rows", HTMLElement);
  readonly #cancelAll = byId("cancel-all", HTMLButtonElement);
  readonly #rowOf = new Map<number, HTMLTableRowElement>();
  #version = -1;
  #loginState = "";

  constructor(account: Account) {
    this.#account = account;
    this.#rows.addEventListener("click", (event) => this.#onClick(event));
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
    setText(byId("orders-count", HTMLElement), String(orders.workingCount));
    this.#cancelAll.disabled = orders.workingCount === 0;
    const empty = byId("orders-empty", HTMLElement);
    empty.hidden = orders.workingCount > 0;
    setText(empty, login.state === "in" ? "No open orders" : "Log in to see your orders");
  }

  /** Rows stay the same elements while their order works: the focus on a button must not jump. */
  #showOrders(working: readonly WorkingOrder[]): void {
    const shown = new Set(working.map((order) => order.orderId));
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
  }

  #showFills(fills: readonly Fill[]): void {
    byId("fills-empty", HTMLElement).hidden = fills.length > 0;
    this.#fillRows.replaceChildren(...fills.map(makeFillRow));
  }

  #onClick(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const orderId = Number(button?.dataset["orderId"]);
    if (button === null || !Number.isSafeInteger(orderId)) return;
    button.disabled = true;
    this.#account
      .cancel(orderId)
      .then(() => toast("good", `Order ${orderId} canceled`))
      .catch((error: RequestError) => toast("bad", `Order ${orderId}: ${error.message}`))
      .finally(() => {
        button.disabled = false;
      });
  }

  async #onCancelAll(): Promise<void> {
    this.#cancelAll.disabled = true;
    try {
      toast("good", `${await this.#account.cancelAll()} orders canceled`);
    } catch (error) {
      toast("bad", `Cancel all: ${(error as RequestError).message}`);
    }
    this.#cancelAll.disabled = this.#account.orders.workingCount === 0;
  }
}

function makeOrderRow(order: WorkingOrder): HTMLTableRowElement {
  const row = makeRow(["time", "", "", "number", "number", "number", "action"]);
  const button = make("button", "cancel", "Cancel");
  button.type = "button";
  button.dataset["orderId"] = String(order.orderId);
  button.setAttribute("aria-label", `Cancel order ${order.orderId}`);
  row.dataset["orderId"] = String(order.orderId);
  row.cells[6].append(button);
  return row;
}

function showOrder(row: HTMLTableRowElement, order: WorkingOrder): void {
  const [time, symbol, side, price, open, filled] = row.cells;
  setClass(side, `way ${order.side}`);
  setText(time, order.timeMicros === undefined ? "–" : timeText(order.timeMicros));
  setText(symbol, order.symbol);
  setText(side, order.postOnly ? `${order.side}, post` : order.side);
  setText(price, order.price);
  setText(open, order.leavesQty);
  setText(filled, order.cumQty);
}

function makeFillRow(fill: Fill): HTMLTableRowElement {
  const row = makeRow(["time", "", `way ${fill.side}`, "number", "number", "number faint"]);
  const texts = [
    timeText(fill.timeMicros),
    fill.symbol,
    fill.side,
    fill.lastPx,
    fill.lastQty,
    String(fill.tradeId),
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
