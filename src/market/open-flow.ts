// Opens a file of historical flow in whichever format it is: by its content, and by its name where
// the content does not tell (an empty or broken beginning).

import { basename } from "node:path";
import { readHead } from "./byte-source.ts";
import { ConsensusFlowReader, HEADER_BYTES, isConsensusFlags } from "./consensus-flow.ts";
import type { FlowReader } from "./flow-command.ts";
import { FlowError, quoteFound } from "./flow-error.ts";
import { LobsterReader } from "./lobster.ts";
import { NeutralCsvReader } from "./neutral-csv.ts";

type FlowFormat = "neutral" | "lobster" | "consensus";

const HEAD_BYTES = 512; // Covers any header line or first message.
const FORMATS_EXPECTED =
  "a commands.csv with a header line, a LOBSTER message file (time,type,orderId,size,price," +
  "direction) or a consensus flow (u32 count, then four columns)";

/** Throws FlowError (FLOW_FORMAT) when neither content nor name is of a known format. */
export async function openFlow(path: string): Promise<FlowReader> {
  const head = await readHead(path, HEAD_BYTES);
  const format = formatOfContent(head) ?? formatOfName(basename(path));
  switch (format) {
    case "neutral":
      return new NeutralCsvReader(path);
    case "lobster":
      return LobsterReader.open(path);
    case "consensus":
      return ConsensusFlowReader.open(path);
    case undefined: {
      const found = quoteFound(Buffer.from(head).toString("latin1").split("\n")[0]);
      const message = `${path}: expected ${FORMATS_EXPECTED}, found ${found}`;
      throw new FlowError("FLOW_FORMAT", message);
    }
  }
}

function formatOfContent(head: Uint8Array): FlowFormat | undefined {
  const text = Buffer.from(head).toString("latin1");
  if (/^n,(t|ts_ns),cmd,/.test(text)) return "neutral";
  if (/^\d+(\.\d+)?,[1-7],\d+,\d+,-?\d+,-?1\r?(\n|$)/.test(text)) return "lobster";
  return looksLikeConsensus(head) ? "consensus" : undefined;
}

/** As flags, a text would be control characters, which no text is made of. */
function looksLikeConsensus(head: Uint8Array): boolean {
  if (head.length <= HEADER_BYTES) return false;
  const commandCount = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  const flagsEnd = Math.min(head.length, HEADER_BYTES + commandCount);
  return flagsEnd > HEADER_BYTES && head.subarray(HEADER_BYTES, flagsEnd).every(isConsensusFlags);
}

function formatOfName(name: string): FlowFormat | undefined {
  if (/\.commands\.csv(\.gz)?$/.test(name)) return "neutral";
  if (/message.*\.csv(\.gz)?$/i.test(name)) return "lobster";
  return /\.flow(\.gz)?$/.test(name) ? "consensus" : undefined;
}
