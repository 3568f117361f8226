// A stream of which only the newest state matters (top, depth, status) on its way to a client that
// reads too slowly for every change: changes are left out, and when it has read what it was sent
// the stream begins again from the present state. What matters one by one (trades, executions) does
// not come by here.

import type { StreamListener } from "./account-streams.ts";
import type { Outbox } from "./outbox.ts";

export class ConflatedStream implements StreamListener {
  readonly #outbox: Outbox;
  readonly #beginAgain: () => void;
  #isWaiting = false;
  #isEnded = false;

  constructor(outbox: Outbox, beginAgain: (stream: StreamListener) => void) {
    this.#outbox = outbox;
    this.#beginAgain = () => beginAgain(this);
  }

  send(message: string): void {
    if (this.#isWaiting) return;
    if (!this.#outbox.isBehind) {
      this.#outbox.send(message);
      return;
    }
    this.#isWaiting = true;
    this.#outbox.onceRead(() => {
      this.#isWaiting = false;
      if (!this.#isEnded) this.#beginAgain();
    });
  }

  end(): void {
    this.#isEnded = true;
  }
}
