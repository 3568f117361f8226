// hot path
// The public benchmark's commands as records through the whole engine: accounts, client order ids,
// execution reports, end marks. Of each command's events the six report types of the consensus
// flow's README go to a ring, as flow-run.ts sends them for the book alone.

import { RecordBuffer, writeU64 } from "../../base/record-buffer.ts";
import type { RingProducer } from "../../base/ring.ts";
import { writeSetAccount } from "../../codec/account-command.ts";
import {
  BLOCK_BYTES,
  blocksOfKind,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_BYTES_MAX,
  COMMAND_CANCEL_ALL,
  COMMAND_SEQUENCE_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandBlocksOf,
  writeCommandHeader,
  writeCreateInstrument,
} from "../../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventKindOf,
  isAccountKind,
} from "../../codec/event.ts";
import { Engine } from "../../engine/engine.ts";
import {
  emptyFlowCommand,
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REPLACE,
} from "../../market/flow-command.ts";
import { FLOW_INSTRUMENT, FLOW_SESSION_ID, writeFlowRecord } from "../../market/flow-record.ts";
import { type AccountTerms, RISK_CREDIT } from "../../model/account.ts";
import { sideOf } from "../../model/order-codes.ts";
import { STP_NONE } from "../../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import {
  type Flow,
  IOC_BIT,
  KIND_MASK,
  REPORT_ACCEPTED,
  REPORT_CANCEL_REJECTED,
  REPORT_CANCELED,
  REPORT_MODIFIED,
  REPORT_MODIFY_REJECTED,
  REPORT_TRADE,
  SELL_BIT,
} from "./flow-run.ts";
import type { ServiceTimes } from "./service-times.ts";

/** The file names none; so many that the account of a command is not always the last one's. */
const ACCOUNTS = 1000;
/** A client order id is the file's order id in so many digits. */
const ID_DIGITS = 8;
/** By the flow's kind: new, cancel, modify. */
const FLOW_KIND_OF = [FLOW_NEW, FLOW_CANCEL, FLOW_REPLACE] as const;
const RECORD_BYTES_MAX = blocksOfKind(COMMAND_AMEND) * BLOCK_BYTES;
const TIME_MICROS_AT_ZERO = 1_795_000_000_000_000;

/** Every limit is set, so that each is asked of each order, and none is reached. */
const LIMITS: Omit<AccountTerms, "accountId"> = {
  tradeGroupId: 0,
  isEnabled: true,
  stpMode: STP_NONE,
  riskMode: RISK_CREDIT,
  orderQtyLotsMax: 1_000_000,
  notionalMax: 2 ** 50,
  positionLotsMax: 2 ** 40,
  dayLossMax: 2 ** 50,
  creditLimit: 2 ** 50,
  openOrdersMax: 1_000_000,
  priceDistanceBasisPoints: 1_000_000,
};

/** Commands ready to be applied, one after the other. */
export type EngineCommands = {
  readonly records: RecordBuffer;
  readonly commands: number;
  readonly firstSequence: number;
};

/**
 * An engine as a venue has it, with the one instrument that a flow trades and limits on every
 * account. With `times` each command is timed by itself, which costs more than many a command does.
 */
export function createEngineRun(ring: RingProducer, times?: ServiceTimes) {
  const engine = new Engine();
  const single = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeCreateInstrument(single, 0, FLOW_SESSION_ID, FLOW_INSTRUMENT);
  applySingle();
  for (let accountId = 1; accountId <= ACCOUNTS; accountId++) {
    writeSetAccount(single, 0, FLOW_SESSION_ID, { accountId, ...LIMITS });
    applySingle();
  }

  /**
   * Writes the flow's records, its order ids greater by `idOffset`; what it returns plays them and
   * says how many reports ever were.
   */
  function prepare(flow: Flow, idOffset: number): () => number {
    const prepared = engineCommandsOf(flow, engine.sequence + 1, idOffset);
    return () => {
      if (times === undefined) playRecords(engine, prepared, ring);
      else playTimed(engine, prepared, ring, times);
      return ring.flush();
    };
  }

  /** Every account cancels what it has. */
  function reset(): void {
    for (let accountId = 1; accountId <= ACCOUNTS; accountId++) {
      writeCommandHeader(single.words, 0, COMMAND_CANCEL_ALL, accountId, 0, FLOW_SESSION_ID);
      applySingle();
    }
  }

  function applySingle(): void {
    stamp(single.words, 0, engine.sequence + 1);
    engine.apply(single, 0);
  }

  return { engine, prepare, reset };
}

/** The flow as records with sequences from `firstSequence`. */
export function engineCommandsOf(
  flow: Flow,
  firstSequence: number,
  idOffset: number,
): EngineCommands {
  const records = RecordBuffer.ofBytes(flow.commands * RECORD_BYTES_MAX);
  const command = emptyFlowCommand();
  let offsetBytes = 0;
  for (let i = 0; i < flow.commands; i++) {
    const flag = flow.flags[i];
    const kind = flag & KIND_MASK;
    command.kind = FLOW_KIND_OF[kind];
    command.orderId = String(flow.orderIds[i] + idOffset).padStart(ID_DIGITS, "0");
    command.side = (flag & SELL_BIT) === 0 ? SIDE_BUY : SIDE_SELL;
    command.priceTicks = flow.priceTicks[i];
    command.qtyLots = flow.qtyLots[i];
    command.ioc = (flag & IOC_BIT) !== 0;
    command.joinsTail = true;
    const lengthBytes = writeFlowRecord(records, offsetBytes, command);
    const at = offsetBytes / 4;
    records.words[at + COMMAND_ACCOUNT_ID_WORD] = 1 + (flow.orderIds[i] % ACCOUNTS);
    stamp(records.words, at, firstSequence + i);
    offsetBytes += lengthBytes;
  }
  return { records, commands: flow.commands, firstSequence };
}

function stamp(words: Int32Array, at: number, sequence: number): void {
  writeU64(words, at + COMMAND_SEQUENCE_WORD, sequence);
  writeU64(words, at + COMMAND_TIME_MICROS_WORD, TIME_MICROS_AT_ZERO + sequence);
}

function playRecords(engine: Engine, prepared: EngineCommands, ring: RingProducer): void {
  const { records, commands, firstSequence } = prepared;
  const { events } = engine;
  let offsetBytes = 0;
  for (let i = 0; i < commands; i++) {
    engine.apply(records, offsetBytes);
    offsetBytes += commandBlocksOf(records.words, offsetBytes >> 2) * BLOCK_BYTES;
    reportBatch(events.words, events.endWord - EVENT_WORDS, firstSequence, ring);
  }
}

/** The same with a clock around each command. */
function playTimed(
  engine: Engine,
  { records, commands, firstSequence }: EngineCommands,
  ring: RingProducer,
  times: ServiceTimes,
): void {
  const { events } = engine;
  let offsetBytes = 0;
  times.clear();
  for (let i = 0; i < commands; i++) {
    times.apply(engine, records, offsetBytes);
    offsetBytes += commandBlocksOf(records.words, offsetBytes >> 2) * BLOCK_BYTES;
    reportBatch(events.words, events.endWord - EVENT_WORDS, firstSequence, ring);
  }
}

/** The README's reports of one command's events, its end mark left out. */
function reportBatch(
  words: Int32Array,
  endWord: number,
  firstSequence: number,
  ring: RingProducer,
): void {
  for (let at = 0; at < endWord; at += EVENT_WORDS) {
    const kind = eventKindOf(words, at);
    if (kind === EVENT_BOOKED || isAccountKind(kind)) continue;
    const to = ring.claim();
    const out = ring.words;
    const orderId = orderIdOf(words, at);
    out[to + 1] = words[at + EVENT_SEQUENCE_WORD] - firstSequence;
    if (kind === EVENT_CANCEL_REJECTED || kind === EVENT_AMEND_REJECTED) {
      out[to] = kind === EVENT_CANCEL_REJECTED ? REPORT_CANCEL_REJECTED : REPORT_MODIFY_REJECTED;
      out[to + 2] = orderId;
    } else if (kind === EVENT_TRADED) {
      out[to] = REPORT_TRADE;
      out[to + 2] = words[at + EVENT_LAST_PX_TICKS_WORD];
      out[to + 3] = words[at + EVENT_LAST_QTY_LOTS_WORD];
      out[to + 4] = orderId;
      at += EVENT_WORDS; // The taker's record of the same trade.
      out[to + 5] = orderIdOf(words, at);
    } else {
      out[to] = reportOf(kind);
      out[to + 2] = sideOf(words[at + EVENT_SIDE_WORD]) - SIDE_BUY;
      out[to + 3] = orderId;
      out[to + 4] = words[at + EVENT_PRICE_TICKS_WORD];
      const isAmended = kind === EVENT_AMENDED;
      const qtyWord = isAmended ? EVENT_LEAVES_QTY_LOTS_WORD : EVENT_ORDER_QTY_LOTS_WORD;
      out[to + 5] = words[at + qtyWord];
    }
  }
}

/** No report type: the flow makes no such event, and the hash shows it if it does. */
const REPORT_UNEXPECTED = -1;

function reportOf(kind: number): number {
  if (kind === EVENT_ACCEPTED) return REPORT_ACCEPTED;
  if (kind === EVENT_CANCELED) return REPORT_CANCELED;
  return kind === EVENT_AMENDED ? REPORT_MODIFIED : REPORT_UNEXPECTED;
}

/** The file's order id: eight decimal digits in the first two words of the client order id. */
function orderIdOf(words: Int32Array, at: number): number {
  const high = fourDigits(words[at + EVENT_CL_ORD_ID_WORD]);
  return high * 10_000 + fourDigits(words[at + EVENT_CL_ORD_ID_WORD + 1]);
}

/** Four ASCII digits, the first in the lowest byte, all at once: first pairs, then the four. */
function fourDigits(word: number): number {
  const digits = word & 0x0f0f_0f0f;
  const pairs = (Math.imul(digits, 10) + (digits >>> 8)) & 0x00ff_00ff;
  return (Math.imul(pairs, 100) + (pairs >>> 16)) & 0xffff;
}
