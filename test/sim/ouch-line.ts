// What carries OUCH between a trader and the exchange, whichever way.

export type OuchLineListener = {
  onLoggedIn(): void;
  /** What was sent and not answered may not have arrived. */
  onLost(): void;
  onMessage(message: Buffer, isSequenced: boolean): void;
};

export interface OuchLine {
  readonly isLoggedIn: boolean;
  connect(): void;
  send(message: Uint8Array): void;
}

export type OuchLineOf = (listener: OuchLineListener) => OuchLine;
