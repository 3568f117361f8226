// A trader inside the exchange's process, as the market simulator is one: enters every order type
// through the Venue, and moves the operator's money. Each command that was taken is answered by one
// batch, in the order of submission.

import type { Prng } from "../../src/base/prng.ts";
import { RecordBuffer, readU64 } from "../../src/base/record-buffer.ts";
import { writeDeposit, writeSetAccount, writeWithdraw } from "../../src/codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../../src/codec/command.ts";
import { EVENT_SEQUENCE_WORD } from "../../src/codec/event.ts";
import { cancelAllRecord, newWithTermsRecord } from "../../src/codec/record-for-test.ts";
import { PLAIN_TERMS } from "../../src/engine/risk-for-test.ts";
import { RISK_RESERVATION } from "../../src/model/account.ts";
import { ACK_ACCEPTED, ACK_DURABLE } from "../../src/model/ack-level.ts";
import { REASON_BUSY, REASON_NONE, REASON_STOPPED } from "../../src/model/reasons.ts";
import type { Venue } from "../../src/model/venue.ts";
import { ORDER_FEATURES } from "../model/feature-names.ts";
import { RandomTerms } from "../model/random-terms.ts";
import { INSTRUMENTS } from "./market.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { promise } from "./violation.ts";

const ACCOUNTS = [11, 12, 13];
/** Beyond the house's own: it has to have what it sells. */
const RESERVING_ACCOUNT_ID = 13;

export class HouseTrader {
  readonly #venue: Venue;
  readonly #process: SimulatedProcess;
  readonly #prng: Prng;
  readonly #terms: RandomTerms;
  readonly #sessionId: number;
  readonly #thinkMicros: number;
  readonly #idPrefix: string;
  readonly #mayTrade: () => boolean;
  #enteredCount = 0;
  #waitingCount = 0;
  #answeredSequence = 0;

  constructor(
    venue: Venue,
    process: SimulatedProcess,
    prng: Prng,
    thinkMicros: number,
    idPrefix: string,
    mayTrade: () => boolean,
  ) {
    this.#venue = venue;
    this.#process = process;
    this.#prng = prng;
    this.#thinkMicros = thinkMicros;
    this.#idPrefix = idPrefix;
    this.#mayTrade = mayTrade;
    const features = ORDER_FEATURES.filter(() => prng.nextChance(1, 2));
    this.#terms = new RandomTerms(prng, features);
    const ack = prng.nextChance(1, 3) ? ACK_ACCEPTED : ACK_DURABLE;
    this.#sessionId = venue.openSession((words, start) => {
      this.#onAnswer(readU64(words, start + EVENT_SEQUENCE_WORD));
    }, ack);
    const terms = { ...PLAIN_TERMS, accountId: RESERVING_ACCOUNT_ID, riskMode: RISK_RESERVATION };
    this.#submitWritten((record) => writeSetAccount(record, 0, this.#sessionId, terms));
    this.#later();
  }

  #later(): void {
    this.#process.after(this.#prng.nextBetween(1, 2 * this.#thinkMicros), () => {
      if (!this.#mayTrade()) return;
      this.#act();
      this.#later();
    });
  }

  #act(): void {
    const draw = this.#prng.nextBelow(20);
    if (draw === 0) this.#moveMoney();
    else if (draw === 1) this.#cancelAll();
    else this.#enter();
  }

  #enter(): void {
    const prng = this.#prng;
    const untilMicros = this.#process.clock.nowMicros() + prng.nextBelow(3_000_000);
    const drawn = this.#terms.draw(untilMicros, prng.nextBetween(1, 20), () =>
      prng.nextBetween(95, 105),
    );
    this.#submit(
      newWithTermsRecord({
        ...drawn,
        accountId: this.#someAccount(),
        sessionId: this.#sessionId,
        instrumentId: INSTRUMENTS[prng.nextBelow(INSTRUMENTS.length)].instrumentId,
        clOrdId: `${this.#idPrefix}.${++this.#enteredCount}`,
      }),
    );
  }

  #cancelAll(): void {
    this.#submit(cancelAllRecord({ accountId: this.#someAccount(), sessionId: this.#sessionId }));
  }

  #moveMoney(): void {
    const amount = this.#prng.nextBetween(1, 100_000);
    const move = { accountId: RESERVING_ACCOUNT_ID, asset: "USD", amount };
    const write = this.#prng.nextChance(3, 4) ? writeDeposit : writeWithdraw;
    this.#submitWritten((record) => write(record, 0, this.#sessionId, move));
  }

  #submitWritten(write: (record: RecordBuffer) => void): void {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    write(record);
    this.#submit(record);
  }

  #submit(record: RecordBuffer): void {
    const reason = this.#venue.submit(record, 0);
    if (reason === REASON_NONE) this.#waitingCount++;
    const isAnswer = [REASON_NONE, REASON_BUSY, REASON_STOPPED].includes(reason);
    promise(isAnswer, `a command is taken, or refused as busy or stopped, found ${reason}`);
  }

  #onAnswer(sequence: number): void {
    promise(this.#waitingCount-- > 0, `each command is answered once, found ${sequence} besides`);
    const last = this.#answeredSequence;
    promise(sequence > last, `a session's answers come in order, found ${sequence} after ${last}`);
    this.#answeredSequence = sequence;
  }

  #someAccount(): number {
    return ACCOUNTS[this.#prng.nextBelow(ACCOUNTS.length)];
  }
}
