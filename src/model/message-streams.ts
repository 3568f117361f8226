// Numbered messages that the exchange keeps for its clients: what a gateway may ask of them. They
// are a fold of the log, so a client that comes again, after a restart too, goes on where it was.

/** Where a reader of a stream stands. */
export interface MessageCursor {
  /**
   * The next messages, whole and framed as SoupBinTCP's sequenced data, as many as lie together;
   * undefined when there is none now. The bytes do not change before release() or close().
   */
  next(): Uint8Array | undefined;
  /** What next() has given was read, and is not looked at any more. */
  release(): void;
  /** The same; nothing more is read. */
  close(): void;
  /** How much is there that next() has not given. */
  readonly unreadBytes: number;
  /** Of the first message that next() gives. */
  readonly nextSequence: number;
}

export interface NumberedMessages {
  /** The oldest message that is kept, and the one that comes next; from 1. */
  readonly firstSequence: number;
  readonly nextSequence: number;
  /** Before `sequence`; undefined where that is forgotten or further than the next. */
  cursorFrom(sequence: number): MessageCursor | undefined;
}

export interface OuchStream extends NumberedMessages {
  /** The highest UserRefNum that an order of the account has had. */
  readonly lastUserRefNum: number;
  /** `onGrown` is called once a durable write when there is something to read. */
  listen(onGrown: () => void): () => void;
  /** What follows from which command is kept from now on, until what it returns is called. */
  followCommands(): () => void;
  /** The command that this message follows from; 0: it is not known. */
  commandOf(sequence: number): number;
}

export interface OuchStreams {
  /** Ten characters: a client that names another one speaks of another exchange. */
  readonly session: string;
  /** The reports on all orders of an account that have an OUCH id, whatever changed them. */
  ofAccount(accountId: number): OuchStream;
}

export type ListedInstrument = { readonly instrumentId: number; readonly phase: number };

/** An order as the public sees it; of an iceberg the slice that it shows, under its reference. */
export type ShownOrder = {
  readonly isSlice: boolean;
  readonly instrumentId: number;
  readonly orderId: number;
  readonly reference: number;
  readonly side: number;
  readonly priceTicks: number;
  readonly qtyLots: number;
};

/** All that was shown before the stream's message `nextSequence`, framed as the stream is. */
export type ItchSnapshot = {
  readonly nextSequence: number;
  readonly pieces: readonly Uint8Array[];
};

export interface ItchStream {
  readonly session: string;
  readonly stream: NumberedMessages;
  /** The stream has all of what follows it. */
  snapshot(): ItchSnapshot;
  /** `onGrown` is called once a durable write when there is something to read. */
  listen(onGrown: () => void): () => void;
}
