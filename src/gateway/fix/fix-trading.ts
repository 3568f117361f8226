// What the messages of a trading session do: each goes to who knows its type.

import type { FixMessage } from "../../codec/fix-message.ts";
import * as tag from "../../codec/fix-tags.ts";
import { FixDesk, type FixDeskParts } from "./fix-desk.ts";
import { FixMarketData } from "./fix-market-data.ts";
import type { FixApplication } from "./fix-session.ts";
import { FixStatuses } from "./fix-statuses.ts";

export class FixTrading implements FixApplication {
  readonly #desk: FixDesk;
  readonly #marketData: FixMarketData;
  readonly #statuses: FixStatuses;

  constructor(parts: FixDeskParts) {
    const { venue, outbox } = parts;
    this.#desk = new FixDesk(parts);
    this.#marketData = new FixMarketData(venue, outbox);
    this.#statuses = new FixStatuses(venue, outbox);
  }

  get oldestPending(): number {
    return this.#desk.oldestPending;
  }

  onMessage(message: FixMessage, msgSeqNum: number): boolean {
    switch (message.msgType) {
      case tag.MSG_MARKET_DATA_REQUEST:
        this.#marketData.onRequest(message);
        return true;
      case tag.MSG_SECURITY_LIST_REQUEST:
        this.#marketData.onListRequest(message);
        return true;
      case tag.MSG_SECURITY_STATUS_REQUEST:
        this.#statuses.onSecurityRequest(message);
        return true;
      case tag.MSG_TRADING_SESSION_STATUS_REQUEST:
        this.#statuses.onSessionRequest(message);
        return true;
      default:
        return this.#desk.onMessage(message, msgSeqNum);
    }
  }

  onRestart(): void {
    this.#desk.onRestart();
  }

  onStop(): void {
    this.#statuses.onStop();
  }

  close(): void {
    this.#desk.close();
    this.#marketData.close();
    this.#statuses.close();
  }
}
