// How an API client's requests and answers travel: JSON objects `{id, op, ...}` there, and
// `{id, result}` or `{id, error}` back, as the exchange's WebSocket has them.

// biome-ignore lint/suspicious/noExplicitAny: what came over the wire; checks give it its form.
export type Json = { [field: string]: any };

export type WireListener = {
  onOpen(): void;
  /** The server will not talk; its HTTP status. */
  onRefused(status: number): void;
  /** An answer, or a message of a stream. */
  onMessage(text: string): void;
  /** The server says goodbye. */
  onClose(code: number): void;
};

export interface Wire {
  /** The connection is there. */
  begin(): void;
  ask(request: Json): void;
  take(bytes: Buffer): void;
}

export type WireOf = (
  keyText: string,
  send: (bytes: Buffer) => void,
  listener: WireListener,
) => Wire;
