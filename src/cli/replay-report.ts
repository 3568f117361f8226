// What a replay says at its end: the facts as one object, and the same facts for people.

import { basename } from "node:path";
import type { FlowReader } from "../market/flow-command.ts";
import type { FlowExpectation, PlacedDifference } from "../market/flow-expectation.ts";
import type { DepthLevel } from "../model/venue.ts";
import type { FlowReplay } from "./replay-flow.ts";

export type ReplayReport = {
  readonly file: string;
  readonly format: string;
  readonly commands: number;
  /** Lines of the file that say nothing about the displayed book. */
  readonly skipped: number;
  readonly accepted: number;
  readonly amended: number;
  readonly trades: number;
  readonly tradedLots: number;
  readonly canceled: number;
  readonly rejected: number;
  readonly rejectsByReason: Readonly<Record<string, number>>;
  readonly elapsedSeconds: number;
  readonly commandsPerSecond: number;
  /** [priceTicks, lots, orders], null where the side is empty. */
  readonly bid: DepthLevel | null;
  readonly ask: DepthLevel | null;
  readonly restingOrders: number;
  readonly levels: number;
  readonly stateHash: string;
  readonly expectations: readonly ExpectationReport[];
  readonly agrees: boolean;
  readonly difference: PlacedDifference | null;
};

export type ExpectationReport = {
  readonly file: string;
  readonly kind: FlowExpectation["kind"];
  /** Executions or checkpoints compared and found equal. */
  readonly compared: number;
};

export function replayReport(
  file: string,
  reader: FlowReader,
  replay: FlowReplay,
  expectations: readonly FlowExpectation[],
  elapsedMillis: number,
  stateHash: string,
): ReplayReport {
  const { tally, depth, difference } = replay;
  const { commands, accepted, amended, trades, tradedLots, canceled, rejected } = tally;
  const compared = expectations.map(({ path, kind, comparedCount }) => {
    return { file: path, kind, compared: comparedCount };
  });
  return {
    file,
    format: reader.format,
    commands,
    skipped: reader.skippedCount,
    accepted,
    amended,
    trades,
    tradedLots,
    canceled,
    rejected,
    rejectsByReason: tally.rejectsByReason(),
    elapsedSeconds: Math.round(elapsedMillis) / 1000,
    commandsPerSecond: Math.round((commands * 1000) / elapsedMillis),
    bid: depth.bids.level(0) ?? null,
    ask: depth.asks.level(0) ?? null,
    restingOrders: depth.bids.orderCount + depth.asks.orderCount,
    levels: depth.bids.levelCount + depth.asks.levelCount,
    stateHash,
    expectations: compared,
    agrees: difference === undefined && compared.every((expectation) => expectation.compared > 0),
    difference: difference ?? null,
  };
}

/** Several lines, the last one ending in a newline. */
export function replayText(report: ReplayReport): string {
  const { commands, format, elapsedSeconds, commandsPerSecond, skipped } = report;
  const speed = `${elapsedSeconds.toFixed(2)} s, ${whole(commandsPerSecond)} commands/s`;
  const passedOver = skipped === 0 ? "" : `, ${whole(skipped)} lines passed over`;
  const lines = [
    `${basename(report.file)}: ${whole(commands)} commands (${format}) in ${speed}${passedOver}`,
    `  accepted    ${whole(report.accepted)}`,
    `  amended     ${whole(report.amended)}`,
    `  canceled    ${whole(report.canceled)}`,
    `  trades      ${whole(report.trades)} of ${whole(report.tradedLots)} lots`,
    `  rejected    ${whole(report.rejected)}${reasonsText(report.rejectsByReason)}`,
    `  best bid    ${levelText(report.bid)}`,
    `  best ask    ${levelText(report.ask)}`,
    `  resting     ${whole(report.restingOrders)} orders on ${whole(report.levels)} levels`,
    `  state hash  ${report.stateHash}`,
    ...report.expectations.map((expectation) => expectationText(expectation, report)),
  ];
  return `${lines.join("\n")}\n`;
}

function expectationText(
  { file, kind, compared }: ExpectationReport,
  report: ReplayReport,
): string {
  const { difference } = report;
  const name = basename(file);
  const count = `${whole(compared)} ${kind}`;
  if (difference?.file === file) {
    const place = difference.line === 0 ? "does not list it" : `line ${difference.line}`;
    return (
      `  DIFFERS     command ${difference.commandNumber}: expected ${difference.expected}, ` +
      `found ${difference.found} (${name}, ${place}; ${count} agreed before)`
    );
  }
  if (difference !== null) return `  compared    ${count} with ${name} up to the difference`;
  if (compared === 0) return `  FAILED      nothing was compared with ${name}`;
  return `  agrees      ${count} with ${name}`;
}

function reasonsText(rejectsByReason: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(rejectsByReason);
  if (reasons.length === 0) return "";
  return ` (${reasons.map(([reason, count]) => `${reason} ${whole(count)}`).join(", ")})`;
}

function levelText(level: DepthLevel | null): string {
  if (level === null) return "none";
  const [priceTicks, qtyLots, orderCount] = level;
  return `${priceTicks} x ${whole(qtyLots)} (${whole(orderCount)} orders)`;
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}
