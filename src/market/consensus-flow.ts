// The consensus flow: a public matching benchmark's workload, gzip of
//
//   u32 n | u8 flags[n] | u8 quantity[n] | u32 orderId[n] | i32 priceTicks[n]     little-endian
//
// flags: bits 0-1 kind (0 new, 1 cancel, 2 modify), bit 2 side (0 buy, 1 sell), bit 3 IOC. The four
// columns are read by four cursors over the same file, so memory stays constant however large n is;
// unpacking four times costs a few tenths of a second for two million commands.

import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { ByteSource, readHead } from "./byte-source.ts";
import {
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REPLACE,
  type FlowCommand,
  type FlowProgress,
  type FlowReader,
} from "./flow-command.ts";
import { FlowError } from "./flow-error.ts";

export const CONSENSUS_FORMAT = "consensus flow";

export const HEADER_BYTES = 4;
const FLAG_COLUMN_BYTES = 1;
const QTY_COLUMN_BYTES = 1;
const ID_COLUMN_BYTES = 4;
const PRICE_COLUMN_BYTES = 4;
export const COMMAND_BYTES =
  FLAG_COLUMN_BYTES + QTY_COLUMN_BYTES + ID_COLUMN_BYTES + PRICE_COLUMN_BYTES;

const KIND_MASK = 0b11;
const KIND_NEW = 0;
const KIND_CANCEL = 1;
const KIND_MODIFY = 2;
const FLAG_SELL = 1 << 2;
const FLAG_IOC = 1 << 3;
const FLAGS_EXPECTED =
  "flags with kind 0, 1 or 2 (bits 0-1), side (bit 2), IOC on new orders (bit 3)";

const WINDOW_COMMANDS = 16_384; // Commands held at once: 160 KiB.

export class ConsensusFlowReader implements FlowReader {
  readonly format = CONSENSUS_FORMAT;
  readonly skippedCount = 0;
  readonly #path: string;
  readonly #commandCount: number;
  readonly #flags: Column;
  readonly #quantities: Column;
  readonly #orderIds: Column;
  readonly #prices: Column;
  #readCount = 0;
  #windowStart = 0;
  #windowEnd = 0;

  static async open(path: string): Promise<ConsensusFlowReader> {
    const head = await readHead(path, HEADER_BYTES);
    if (head.length < HEADER_BYTES) {
      throw FlowError.atPlace(path, "record", 0, "a 4-byte count", `${head.length} bytes`);
    }
    return new ConsensusFlowReader(path, new DataView(head.buffer).getUint32(0, true));
  }

  private constructor(path: string, commandCount: number) {
    this.#path = path;
    this.#commandCount = commandCount;
    let offsetBytes = HEADER_BYTES;
    const column = (widthBytes: number) => {
      const startBytes = offsetBytes;
      offsetBytes += widthBytes * commandCount;
      return new Column(path, startBytes, widthBytes);
    };
    this.#flags = column(FLAG_COLUMN_BYTES);
    this.#quantities = column(QTY_COLUMN_BYTES);
    this.#orderIds = column(ID_COLUMN_BYTES);
    this.#prices = column(PRICE_COLUMN_BYTES);
  }

  async fill(): Promise<boolean> {
    if (this.#readCount === this.#commandCount) {
      if (await this.#prices.hasMore()) throw this.#tooLong();
      return false;
    }
    const windowCount = Math.min(WINDOW_COMMANDS, this.#commandCount - this.#windowEnd);
    const columns = [this.#flags, this.#quantities, this.#orderIds, this.#prices];
    for (const column of columns) {
      const found = await column.fill(windowCount);
      if (found < windowCount) throw this.#cutShort(this.#windowEnd + found);
    }
    this.#windowStart = this.#windowEnd;
    this.#windowEnd += windowCount;
    return true;
  }

  tryNext(command: FlowCommand): boolean {
    if (this.#readCount === this.#windowEnd) return false;
    const at = this.#readCount - this.#windowStart;
    const flags = this.#flags.view.getUint8(at);
    const kind = flags & KIND_MASK;
    if (!isConsensusFlags(flags)) {
      const found = String(flags);
      throw FlowError.atPlace(this.#path, "record", this.#readCount, FLAGS_EXPECTED, found);
    }
    command.orderId = String(this.#orderIds.view.getUint32(at * ID_COLUMN_BYTES, true));
    command.side = (flags & FLAG_SELL) === 0 ? SIDE_BUY : SIDE_SELL;
    command.priceTicks = this.#prices.view.getInt32(at * PRICE_COLUMN_BYTES, true);
    command.qtyLots = this.#quantities.view.getUint8(at);
    command.ioc = (flags & FLAG_IOC) !== 0;
    command.joinsTail = kind === KIND_MODIFY;
    command.timeMicros = this.#readCount;
    command.kind = flowKindOf(kind);
    this.#readCount++;
    return true;
  }

  progress(): FlowProgress {
    const bytesRead = this.#readCount * COMMAND_BYTES;
    return { bytesRead, bytesTotal: this.#commandCount * COMMAND_BYTES };
  }

  close(): void {
    for (const column of [this.#flags, this.#quantities, this.#orderIds, this.#prices]) {
      column.close();
    }
  }

  #tooLong(): FlowError {
    const expected = `the end of the file after ${this.#commandCount} commands`;
    return FlowError.atPlace(this.#path, "record", this.#commandCount, expected, "more bytes");
  }

  #cutShort(commandsFound: number): FlowError {
    const expected = `${this.#commandCount} commands, as the file's first four bytes say`;
    return FlowError.atPlace(this.#path, "record", commandsFound, expected, "the end of the file");
  }
}

/** The line ends and tabs of a text are none of these. */
export function isConsensusFlags(flags: number): boolean {
  const kind = flags & KIND_MASK;
  if (flags > (FLAG_IOC | FLAG_SELL | KIND_MASK) || kind > KIND_MODIFY) return false;
  return kind === KIND_NEW || (flags & FLAG_IOC) === 0;
}

function flowKindOf(kind: number): FlowCommand["kind"] {
  if (kind === KIND_NEW) return FLOW_NEW;
  return kind === KIND_CANCEL ? FLOW_CANCEL : FLOW_REPLACE;
}

/** One column of the file, a window at a time. */
class Column {
  readonly view: DataView;
  readonly #bytes: ByteSource;
  readonly #widthBytes: number;
  readonly #window: Uint8Array;
  #chunk = new Uint8Array(0);

  constructor(path: string, startBytes: number, widthBytes: number) {
    this.#bytes = new ByteSource(path, startBytes);
    this.#widthBytes = widthBytes;
    this.#window = new Uint8Array(WINDOW_COMMANDS * widthBytes);
    this.view = new DataView(this.#window.buffer);
  }

  /** Fills the window with `count` entries; returns how many whole ones there were. */
  async fill(count: number): Promise<number> {
    const wantedBytes = count * this.#widthBytes;
    let windowBytes = 0;
    while (windowBytes < wantedBytes) {
      if (this.#chunk.length === 0) {
        const chunk = await this.#bytes.next();
        if (chunk === undefined) break;
        this.#chunk = new Uint8Array(chunk);
      }
      const taken = this.#chunk.subarray(0, wantedBytes - windowBytes);
      this.#window.set(taken, windowBytes);
      this.#chunk = this.#chunk.subarray(taken.length);
      windowBytes += taken.length;
    }
    return Math.floor(windowBytes / this.#widthBytes);
  }

  async hasMore(): Promise<boolean> {
    return this.#chunk.length > 0 || (await this.#bytes.next()) !== undefined;
  }

  close(): void {
    this.#bytes.close();
  }
}
