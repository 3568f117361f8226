// The neutral flow format: a header line that names the columns, then one command a line.
//
//   n,t,cmd,order_id,side,price,qty,tif,why
//   0,34200.004241176,new,1903538,sell,5870000,100,GTC,seed
//
// docs/replay.md describes the columns. Every price is whole ticks, every quantity whole lots.

import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import {
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REDUCE,
  FLOW_REPLACE,
  type FlowCommand,
  type FlowProgress,
  type FlowReader,
} from "./flow-command.ts";
import { quoteFound } from "./flow-error.ts";
import {
  isOrderId,
  NANOS_EXPECTED,
  ORDER_ID_EXPECTED,
  PRICE_EXPECTED,
  parseInteger,
  parseNanosAsMicros,
  parsePriceTicks,
  parseQtyLots,
  parseSecondsAsMicros,
  QTY_EXPECTED,
  SECONDS_EXPECTED,
} from "./flow-fields.ts";
import { LineSource } from "./line-source.ts";

export const NEUTRAL_FORMAT = "commands.csv";

const LINE_BYTES_MAX = 4096; // Twenty times the longest line seen.
const REQUIRED_COLUMNS = ["n", "cmd", "order_id", "side", "price", "qty", "tif"];
const OPTIONAL_COLUMNS = ["t", "ts_ns", "display", "show", "why"];
const HEADER_EXPECTED = `a header with ${REQUIRED_COLUMNS.join(",")} and one of t or ts_ns`;

/** Column positions in a line; -1 where the file has no such column. */
type Columns = Readonly<Record<string, number>>;

export class NeutralCsvReader implements FlowReader {
  readonly format = NEUTRAL_FORMAT;
  readonly skippedCount = 0;
  readonly #lines: LineSource;
  #columns: Columns | undefined;
  #cells: string[] = [];
  #nextNumber = 0;

  constructor(path: string) {
    this.#lines = new LineSource(path, LINE_BYTES_MAX);
  }

  async fill(): Promise<boolean> {
    const filled = await this.#lines.fill();
    if (!filled && this.#columns === undefined) {
      throw this.#lines.errorAt(HEADER_EXPECTED, "an empty file");
    }
    return filled;
  }

  tryNext(command: FlowCommand): boolean {
    const line = this.#lines.tryNext();
    if (line === undefined) return false;
    if (this.#columns === undefined) {
      this.#columns = this.#readHeader(line);
      return this.tryNext(command);
    }
    this.#cells = line.split(",");
    this.#readLine(command, line, Object.keys(this.#columns).length);
    this.#nextNumber++;
    return true;
  }

  progress(): FlowProgress {
    return this.#lines;
  }

  close(): void {
    this.#lines.close();
  }

  #readHeader(line: string): Columns {
    const names = line.split(",");
    const known = new Set([...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS]);
    const isWhole =
      REQUIRED_COLUMNS.every((name) => names.includes(name)) &&
      names.includes("t") !== names.includes("ts_ns") &&
      names.every((name) => known.has(name)) &&
      new Set(names).size === names.length;
    if (!isWhole) throw this.#lines.errorAt(HEADER_EXPECTED, quoteFound(line));
    return Object.fromEntries(names.map((name, index) => [name, index]));
  }

  #readLine(command: FlowCommand, line: string, columnCount: number): void {
    if (this.#cells.length !== columnCount) {
      throw this.#lines.errorAt(`${columnCount} columns`, quoteFound(line));
    }
    if (
      this.#number("n", parseInteger, `command number ${this.#nextNumber}`) !== this.#nextNumber
    ) {
      throw this.#unexpected("n", `command number ${this.#nextNumber}`);
    }
    command.timeMicros = this.#readTime();
    command.orderId = this.#cell("order_id");
    if (!isOrderId(command.orderId)) throw this.#unexpected("order_id", ORDER_ID_EXPECTED);
    if (this.#cell("display") !== "" || this.#cell("show") !== "") {
      throw this.#unexpected("display", "no display or show quantity (icebergs are not supported)");
    }
    this.#readKind(command);
  }

  #readTime(): number {
    if (this.#columns?.["t"] === undefined) {
      return this.#number("ts_ns", parseNanosAsMicros, NANOS_EXPECTED);
    }
    return this.#number("t", parseSecondsAsMicros, SECONDS_EXPECTED);
  }

  #readKind(command: FlowCommand): void {
    command.ioc = false;
    command.joinsTail = false;
    switch (this.#cell("cmd")) {
      case "new":
        command.kind = FLOW_NEW;
        command.side = this.#readSide();
        command.priceTicks = this.#number("price", parsePriceTicks, PRICE_EXPECTED);
        command.qtyLots = this.#number("qty", parseQtyLots, QTY_EXPECTED);
        command.ioc = this.#readIoc();
        return;
      case "cancel":
        command.kind = FLOW_CANCEL;
        return;
      case "reduce":
        command.kind = FLOW_REDUCE;
        command.qtyLots = this.#number("qty", parseQtyLots, QTY_EXPECTED);
        return;
      case "replace":
        command.kind = FLOW_REPLACE;
        command.priceTicks = this.#number("price", parsePriceTicks, PRICE_EXPECTED);
        command.qtyLots = this.#number("qty", parseQtyLots, QTY_EXPECTED);
        return;
      default:
        throw this.#unexpected("cmd", "new, cancel, reduce or replace");
    }
  }

  #readSide(): typeof SIDE_BUY | typeof SIDE_SELL {
    const side = this.#cell("side");
    if (side === "buy") return SIDE_BUY;
    if (side === "sell") return SIDE_SELL;
    throw this.#unexpected("side", "buy or sell");
  }

  #readIoc(): boolean {
    const tif = this.#cell("tif");
    if (tif !== "GTC" && tif !== "IOC") throw this.#unexpected("tif", "GTC or IOC");
    return tif === "IOC";
  }

  /** The text of a column of this line; "" where the file has no such column. */
  #cell(name: string): string {
    const column = this.#columns?.[name];
    return column === undefined ? "" : (this.#cells[column] ?? "");
  }

  #number(name: string, parse: (text: string) => number, expected: string): number {
    const value = parse(this.#cell(name));
    if (Number.isNaN(value)) throw this.#unexpected(name, expected);
    return value;
  }

  #unexpected(name: string, expected: string): Error {
    return this.#lines.errorAt(`${name}: ${expected}`, quoteFound(this.#cell(name)));
  }
}
