// hot path
// Events about accounts, money and positions, field by field as docs/protocols/journal.md lists
// them.

import { NONE } from "../base/none.ts";
import { writeI64, writeU64 } from "../base/record-buffer.ts";
import {
  ACCOUNT_CHANGED_END_WORD,
  ACCOUNT_CHANGED_FIRST_WORD,
  LEDGER_AMOUNT_WORD,
  LEDGER_ASSET_WORD,
  LEDGER_BALANCE_WORD,
  LEDGER_HELD_WORD,
  LEDGER_LEDGER_TYPE_WORD,
  POSITION_COST_WORD,
  POSITION_FEES_WORD,
  POSITION_LOTS_WORD,
  POSITION_OPEN_BUY_LOTS_WORD,
  POSITION_OPEN_SELL_LOTS_WORD,
  POSITION_REALIZED_PNL_WORD,
} from "../codec/account-event.ts";
import { COMMAND_INSTRUMENT_ID_WORD, commandKindOf } from "../codec/command.ts";
import {
  EVENT_ACCOUNT_CHANGED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ACCOUNT_ID_WORD,
  EVENT_CONTRA_ORDER_ID_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEDGER,
  EVENT_ORDER_ID_WORD,
  EVENT_POSITION,
  EVENT_REASON_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADE_ID_WORD,
  FLAG_AGGRESSOR,
} from "../codec/event.ts";
import { LEDGER_STATUS } from "../model/account.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { AccountTable } from "./account-table.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { setU64 } from "./event-fields.ts";
import type { InstrumentTable } from "./instrument-table.ts";
import { MAKER, TAKER } from "./recent-trades.ts";
import type { RiskTables } from "./risk-tables.ts";

/** What a change of a balance belongs to; set before the changes are told. */
export class LedgerCause {
  ledgerType = LEDGER_STATUS;
  instrumentId = 0;
  orderId = 0;
  tradeId = 0;
}

export class AccountReports {
  readonly cause = new LedgerCause();
  readonly #events: EventBuffer;
  readonly #accounts: AccountTable;
  readonly #instruments: InstrumentTable;
  readonly #tables: RiskTables;

  constructor(
    events: EventBuffer,
    accounts: AccountTable,
    instruments: InstrumentTable,
    tables: RiskTables,
  ) {
    this.#events = events;
    this.#accounts = accounts;
    this.#instruments = instruments;
    this.#tables = tables;
  }

  /** The command at `words[at]` changed the terms or fees of this account (0: everybody's). */
  ofAccount(words: Int32Array, at: number, accountId: number): void {
    const event = this.#events.add(EVENT_ACCOUNT_CHANGED);
    const eventWords = this.#events.words;
    for (let i = ACCOUNT_CHANGED_FIRST_WORD; i < ACCOUNT_CHANGED_END_WORD; i++) {
      eventWords[event + i] = words[at + i];
    }
    eventWords[event + EVENT_INSTRUMENT_ID_WORD] = words[at + COMMAND_INSTRUMENT_ID_WORD];
    eventWords[event + EVENT_ACCOUNT_ID_WORD] = accountId;
    eventWords[event + EVENT_REASON_WORD] = commandKindOf(words, at) << 24;
  }

  /** One change of one balance, a ledger or a fee event, as it stands after it. */
  ofBalance(kind: number, balanceRow: number, amount: number): void {
    const { balances } = this.#tables;
    const accountId = this.#accounts.accountIdOf(balances.accountRowOf(balanceRow));
    const event = this.#ofMoney(kind, accountId, balances.assetOf(balanceRow), amount);
    const { words } = this.#events;
    writeI64(words, event + LEDGER_BALANCE_WORD, balances.balanceOf(balanceRow));
    writeU64(words, event + LEDGER_HELD_WORD, balances.heldOf(balanceRow));
  }

  /** The same of the house, which holds nothing for orders. */
  ofHouse(asset: number, amount: number): void {
    const event = this.#ofMoney(EVENT_LEDGER, 0, asset, amount);
    const { house } = this.#tables.assets;
    writeI64(this.#events.words, event + LEDGER_BALANCE_WORD, house.numberOf(asset));
  }

  /** The account's balances, by asset in order of first mention. */
  ofBalances(accountRow: number): void {
    const { assets, balances } = this.#tables;
    this.cause.ledgerType = LEDGER_STATUS;
    this.cause.instrumentId = 0;
    this.cause.orderId = 0;
    this.cause.tradeId = 0;
    for (let asset = 0; asset < assets.count; asset++) {
      const row = balances.find(accountRow, asset);
      const isEmpty = row === NONE || (balances.balanceOf(row) === 0 && balances.heldOf(row) === 0);
      if (!isEmpty) this.ofBalance(EVENT_LEDGER, row, 0);
    }
  }

  /** The account's positions, by instrument in order of creation. */
  ofPositions(accountRow: number): void {
    const { positions } = this.#tables;
    for (let book = 0; book < this.#instruments.count(); book++) {
      const row = positions.find(accountRow, book);
      if (row !== NONE && !positions.isEmpty(row)) this.ofPosition(row);
    }
  }

  /** A position as it stands. */
  ofPosition(positionRow: number): void {
    const { positions } = this.#tables;
    const event = this.#events.add(EVENT_POSITION);
    const { words } = this.#events;
    const book = positions.bookOf(positionRow);
    const accountRow = positions.accountRowOf(positionRow);
    words[event + EVENT_INSTRUMENT_ID_WORD] = this.#instruments.instrumentIdOf(book);
    words[event + EVENT_ACCOUNT_ID_WORD] = this.#accounts.accountIdOf(accountRow);
    writeI64(words, event + POSITION_LOTS_WORD, positions.lotsOf(positionRow));
    writeI64(words, event + POSITION_COST_WORD, positions.costOf(positionRow));
    writeI64(words, event + POSITION_REALIZED_PNL_WORD, positions.realizedPnlOf(positionRow));
    writeI64(words, event + POSITION_FEES_WORD, positions.feesOf(positionRow));
    const openBuyLots = positions.openLotsOf(positionRow, SIDE_BUY);
    const openSellLots = positions.openLotsOf(positionRow, SIDE_SELL);
    writeU64(words, event + POSITION_OPEN_BUY_LOTS_WORD, openBuyLots);
    writeU64(words, event + POSITION_OPEN_SELL_LOTS_WORD, openSellLots);
  }

  /** Both parties of a kept trade hear that it was busted or what it counts as now. */
  ofTrade(kind: number, tradeRow: number): void {
    this.#ofParty(kind, tradeRow, MAKER, TAKER);
    this.#ofParty(kind, tradeRow, TAKER, MAKER);
  }

  #ofParty(kind: number, tradeRow: number, party: number, contra: number): void {
    const { trades } = this.#tables;
    const event = this.#events.add(kind);
    const { words } = this.#events;
    const accountRow = trades.accountRowOf(tradeRow, party);
    const contraRow = trades.accountRowOf(tradeRow, contra);
    words[event + EVENT_INSTRUMENT_ID_WORD] = this.#instruments.instrumentIdOf(
      trades.bookOf(tradeRow),
    );
    words[event + EVENT_ACCOUNT_ID_WORD] = this.#accounts.accountIdOf(accountRow);
    writeU64(words, event + EVENT_ORDER_ID_WORD, trades.orderIdOf(tradeRow, party));
    words[event + EVENT_SIDE_WORD] = trades.sideOf(tradeRow, party);
    writeU64(words, event + EVENT_LAST_QTY_LOTS_WORD, trades.lastQtyLotsOf(tradeRow));
    words[event + EVENT_LAST_PX_TICKS_WORD] = trades.lastPxTicksOf(tradeRow);
    words[event + EVENT_REASON_WORD] = party === TAKER ? FLAG_AGGRESSOR << 16 : 0;
    writeU64(words, event + EVENT_CONTRA_ORDER_ID_WORD, trades.orderIdOf(tradeRow, contra));
    writeU64(words, event + EVENT_TRADE_ID_WORD, trades.tradeIdOf(tradeRow));
    words[event + EVENT_CONTRA_ACCOUNT_ID_WORD] = this.#accounts.accountIdOf(contraRow);
  }

  #ofMoney(kind: number, accountId: number, asset: number, amount: number): number {
    const event = this.#events.add(kind);
    const { fields, words } = this.#events;
    const { cause } = this;
    fields.instrumentId[event] = cause.instrumentId;
    fields.accountId[event] = accountId;
    setU64(fields.orderIdLow, fields.orderIdHigh, event, cause.orderId);
    setU64(fields.tradeIdLow, fields.tradeIdHigh, event, cause.tradeId);
    words[event + LEDGER_LEDGER_TYPE_WORD] = cause.ledgerType;
    this.#tables.assets.writeName(asset, words, event + LEDGER_ASSET_WORD);
    writeI64(words, event + LEDGER_AMOUNT_WORD, amount);
    return event;
  }
}
