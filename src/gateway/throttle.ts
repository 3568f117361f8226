// How fast one connection may ask for what is not a cancel: so much a second, saved for a second.
// Requests without a session, over REST and in single calls of gRPC, are counted by account.

import type { Clock } from "../ops/clock.ts";
import { type Refusal, refuse, TOO_FAST } from "./error-codes.ts";

const SECOND_MICROS = 1_000_000;

export class Throttle {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #saved: number;
  #sinceMicros: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#saved = perSecond;
    this.#sinceMicros = clock.nowMicros();
  }

  /** Whether `count` more may be asked now; then they are counted. */
  tryTake(count: number): boolean {
    const nowMicros = this.#clock.nowMicros();
    const earned = ((nowMicros - this.#sinceMicros) / SECOND_MICROS) * this.#perSecond;
    this.#saved = Math.min(this.#perSecond, this.#saved + Math.max(0, earned));
    this.#sinceMicros = nowMicros;
    if (this.#saved < count) return false;
    this.#saved -= count;
    return true;
  }

  refusal(): Refusal {
    const message = `requests: expected at most ${this.#perSecond} a second, found more`;
    return refuse(TOO_FAST, message);
  }
}

/** One for a new session; undefined: as many as come. */
export function throttleOf(parts: {
  readonly ordersPerSecondMax?: number | undefined;
  readonly clock: Clock;
}): Throttle | undefined {
  const { ordersPerSecondMax, clock } = parts;
  return ordersPerSecondMax === undefined ? undefined : new Throttle(ordersPerSecondMax, clock);
}

export class AccountThrottles {
  readonly #perSecond: number | undefined;
  readonly #clock: Clock;
  readonly #byAccountId = new Map<number, Throttle>();

  /** `perSecond` undefined: as many as come. */
  constructor(perSecond: number | undefined, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  of(accountId: number): Throttle | undefined {
    if (this.#perSecond === undefined) return undefined;
    let throttle = this.#byAccountId.get(accountId);
    if (throttle === undefined) {
      throttle = new Throttle(this.#perSecond, this.#clock);
      this.#byAccountId.set(accountId, throttle);
    }
    return throttle;
  }
}

type Refused = { readonly kind: "refused"; readonly refusal: Refusal };

const COUNTED: readonly string[] = ["new", "list", "amend"];

/** What is too fast is refused; whoever takes risk away is never too fast. */
export function slowDown<Request extends { readonly kind: string }>(
  requests: readonly Request[],
  throttle: Throttle | undefined,
): readonly (Request | Refused)[] {
  if (throttle === undefined) return requests;
  return requests.map((request) => {
    if (!COUNTED.includes(request.kind) || throttle.tryTake(1)) return request;
    return { kind: "refused", refusal: throttle.refusal() };
  });
}
