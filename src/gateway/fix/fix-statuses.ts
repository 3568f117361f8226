// How instruments trade, and whether the market is open: answered, and told again at each change to
// who asks for that.

import type { FixMessage } from "../../codec/fix-message.ts";
import * as tag from "../../codec/fix-tags.ts";
import type { MarketStatus } from "../../model/market-status.ts";
import * as phases from "../../model/phase.ts";
import type { MarketDataListener, Venue } from "../../model/venue.ts";
import { FIX_SYMBOLS_MAX } from "../limits.ts";
import type { FixOutbox } from "./fix-outbox.ts";

/** SubscriptionRequestType (263). */
const SUBSCRIBE = 1;
const UNSUBSCRIBE = 2;

/** SecurityTradingStatus (326). */
const TRADING_HALT = 2;
const PRICE_INDICATION = 5;
const READY_TO_TRADE = 17;
const NOT_AVAILABLE = 18;
const UNKNOWN = 20;
const PRE_OPEN = 21;
const OPENING_ROTATION = 22;

/** TradSesStatus (340). */
const OPEN = 2;
const CLOSED = 3;

/** There is one session, of all instruments; each has phases of its own. */
const TRADING_SESSION = "MARKET";

const STATUS_OF_PHASE: ReadonlyMap<number, number> = new Map([
  [phases.PHASE_CONTINUOUS, READY_TO_TRADE],
  [phases.PHASE_POST_ONLY, READY_TO_TRADE],
  [phases.PHASE_PRE_OPEN, PRE_OPEN],
  [phases.PHASE_OPENING_CALL, OPENING_ROTATION],
  [phases.PHASE_VOLATILITY_CALL, PRICE_INDICATION],
  [phases.PHASE_CLOSING_CALL, PRICE_INDICATION],
  [phases.PHASE_HALT, TRADING_HALT],
  [phases.PHASE_CANCEL_ONLY, TRADING_HALT],
  [phases.PHASE_CLOSED, NOT_AVAILABLE],
]);

export class FixStatuses implements MarketDataListener {
  readonly #venue: Venue;
  readonly #outbox: FixOutbox;
  /** Who asked, by instrument, and which phase was told last. */
  readonly #asked = new Map<number, { readonly reqId: string; phase: number }>();
  /** Of who is to hear that the exchange stops; "": nobody. */
  #sessionReqId = "";
  #unsubscribe: () => void = () => {};

  constructor(venue: Venue, outbox: FixOutbox) {
    this.#venue = venue;
    this.#outbox = outbox;
  }

  close(): void {
    this.#unsubscribe();
    this.#asked.clear();
  }

  onSecurityRequest(message: FixMessage): void {
    const reqId = message.text(tag.TAG_SECURITY_STATUS_REQ_ID);
    const symbol = message.text(tag.TAG_SYMBOL);
    const type = message.integer(tag.TAG_SUBSCRIPTION_REQUEST_TYPE);
    const instrument = this.#venue.instrumentBySymbol(symbol);
    if (instrument === undefined) {
      this.#tell(reqId, symbol, UNKNOWN);
      return;
    }
    const { instrumentId } = instrument;
    const { phase } = this.#venue.marketData.status(instrumentId);
    if (type === UNSUBSCRIBE) {
      this.#asked.delete(instrumentId);
      return;
    }
    if (type === SUBSCRIBE && this.#asked.size < FIX_SYMBOLS_MAX) {
      if (this.#asked.size === 0) this.#listen();
      this.#asked.set(instrumentId, { reqId, phase });
    }
    this.#tell(reqId, symbol, STATUS_OF_PHASE.get(phase) ?? UNKNOWN);
  }

  /** Whether the exchange takes orders; who subscribes hears when it does not any more. */
  onSessionRequest(message: FixMessage): void {
    const reqId = message.text(tag.TAG_TRAD_SES_REQ_ID);
    const type = message.integer(tag.TAG_SUBSCRIPTION_REQUEST_TYPE);
    if (type === SUBSCRIBE) this.#sessionReqId = reqId;
    if (type === UNSUBSCRIBE) this.#sessionReqId = "";
    else this.#tellSession(reqId, this.#venue.health().state === "running" ? OPEN : CLOSED);
  }

  /** The exchange takes no more orders. */
  onStop(): void {
    if (this.#sessionReqId !== "") this.#tellSession(this.#sessionReqId, CLOSED);
  }

  #tellSession(reqId: string, status: number): void {
    this.#outbox.answer(tag.MSG_TRADING_SESSION_STATUS, (writer) => {
      writer.text(tag.TAG_TRAD_SES_REQ_ID, reqId);
      writer.text(tag.TAG_TRADING_SESSION_ID, TRADING_SESSION);
      writer.integer(tag.TAG_TRAD_SES_STATUS, status);
    });
  }

  wantsBook(): boolean {
    return false;
  }

  wantsTrades(): boolean {
    return false;
  }

  onTrade(): void {}

  onTopOfBook(): void {}

  onDepth(): void {}

  /** Told where the phase is another one: indications are of no interest here. */
  onStatus({ instrumentId, phase }: MarketStatus): void {
    const asked = this.#asked.get(instrumentId);
    const instrument = this.#venue.instrumentById(instrumentId);
    if (asked === undefined || instrument === undefined || asked.phase === phase) return;
    asked.phase = phase;
    this.#tell(asked.reqId, instrument.symbol, STATUS_OF_PHASE.get(phase) ?? UNKNOWN);
  }

  #listen(): void {
    this.#unsubscribe();
    this.#unsubscribe = this.#venue.marketData.subscribe(this);
  }

  #tell(reqId: string, symbol: string, status: number): void {
    this.#outbox.answer(tag.MSG_SECURITY_STATUS, (writer) => {
      writer.text(tag.TAG_SECURITY_STATUS_REQ_ID, reqId);
      writer.text(tag.TAG_SYMBOL, symbol);
      writer.integer(tag.TAG_SECURITY_TRADING_STATUS, status);
    });
  }
}
