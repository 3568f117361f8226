// Flow files made up by tests: written to a temporary directory that the test removes.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { COMMAND_BYTES, HEADER_BYTES } from "./consensus-flow.ts";
import { emptyFlowCommand, type FlowCommand } from "./flow-command.ts";
import { openFlow } from "./open-flow.ts";

/** A file of this content; ".gz" names are packed. Gone after the test. */
export function flowFile(context: TestContext, name: string, content: string | Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-flow-"));
  context.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(content) : content);
  return path;
}

/** Every command of a file, each an object of its own, and the reader when it is done. */
export async function readFlow(path: string): Promise<FlowCommand[]> {
  const reader = await openFlow(path);
  const commands: FlowCommand[] = [];
  const command = emptyFlowCommand();
  try {
    while (await reader.fill()) while (reader.tryNext(command)) commands.push({ ...command });
  } finally {
    reader.close();
  }
  return commands;
}

/** One consensus command: [flags, quantity, orderId, priceTicks]. */
export type ConsensusRow = readonly [number, number, number, number];

export function consensusBytes(rows: readonly ConsensusRow[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + rows.length * COMMAND_BYTES));
  view.setUint32(0, rows.length, true);
  rows.forEach(([flags, quantity, orderId, priceTicks], index) => {
    view.setUint8(HEADER_BYTES + index, flags);
    view.setUint8(HEADER_BYTES + rows.length + index, quantity);
    view.setUint32(HEADER_BYTES + rows.length * 2 + index * 4, orderId, true);
    view.setInt32(HEADER_BYTES + rows.length * 6 + index * 4, priceTicks, true);
  });
  return new Uint8Array(view.buffer);
}
