// The ports of the field's own protocols, each only where it is asked for: what `outcry start` says
// of them, and what starts and stops.

import { join } from "node:path";
import { startFix } from "../gateway/fix/fix-gateway.ts";
import { startItch } from "../gateway/itch/itch-gateway.ts";
import type { MoldReceiver } from "../gateway/itch/mold-sender.ts";
import type { KeyRing } from "../gateway/keys.ts";
import { startOuch } from "../gateway/ouch/ouch-gateway.ts";
import type { Venue } from "../model/venue.ts";
import type { Metrics } from "../ops/metrics.ts";
import { LogReports } from "./past-reports.ts";
import { integerArgument, usageError } from "./verb.ts";

const PORT_MAX = 65_535;

export const WIRE_USAGE = `The field's own protocols, off unless asked for (docs/protocols):

  --ouch-port N     OUCH 5.0 over SoupBinTCP on this port (or OUTCRY_OUCH_PORT; 0: any)
  --fix-port N      FIX 4.4 on this port (or OUTCRY_FIX_PORT; 0: any)
  --itch-port N     ITCH 5.0 over SoupBinTCP, and MoldUDP64's retransmissions (or OUTCRY_ITCH_PORT)
  --itch-to LIST    HOST:PORT, several with commas: ITCH over MoldUDP64 goes there
`;

export const WIRE_OPTIONS = {
  "ouch-port": { type: "string", default: process.env["OUTCRY_OUCH_PORT"] ?? "" },
  "fix-port": { type: "string", default: process.env["OUTCRY_FIX_PORT"] ?? "" },
  "itch-port": { type: "string", default: process.env["OUTCRY_ITCH_PORT"] ?? "" },
  "itch-to": { type: "string", default: process.env["OUTCRY_ITCH_TO"] ?? "" },
} as const;

/** Ports: undefined is none. */
export type WireSettings = {
  readonly ouchPort: number | undefined;
  readonly fixPort: number | undefined;
  readonly itchPort: number | undefined;
  readonly itchReceivers: readonly MoldReceiver[];
};

export function readWireSettings(
  values: Readonly<Record<keyof typeof WIRE_OPTIONS, string>>,
): WireSettings {
  const itchPort = portOf("--itch-port", values["itch-port"]);
  const itchReceivers = receiversOf(values["itch-to"]);
  if (itchReceivers.length > 0 && itchPort === undefined) {
    throw usageError(
      "--itch-to",
      "--itch-port too: receivers ask there for what they miss",
      "none",
    );
  }
  const ouchPort = portOf("--ouch-port", values["ouch-port"]);
  return { ouchPort, fixPort: portOf("--fix-port", values["fix-port"]), itchPort, itchReceivers };
}

function portOf(flag: string, text: string): number | undefined {
  return text === "" ? undefined : integerArgument(flag, text, 0, PORT_MAX);
}

function receiversOf(text: string): MoldReceiver[] {
  if (text === "") return [];
  return text.split(",").map((each) => {
    const [, host = "", port = ""] = /^([\w.-]+):(\d+)$/.exec(each) ?? [];
    if (host === "") throw usageError("--itch-to", "HOST:PORT, several with commas", each);
    return { host, port: integerArgument("--itch-to", port, 1, PORT_MAX) };
  });
}

export type WirePorts = {
  /** Takes no more requests and answers what was entered. */
  stopEntry(): Promise<void>;
  /** Says that the session of market data is over, once everything is said. */
  stopData(): Promise<void>;
};

export type WireParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly host: string;
  readonly metrics: Metrics;
  /** Undefined: any number. */
  readonly ordersPerSecondMax: number | undefined;
  /** Where the venue keeps what it keeps; its log is in there. */
  readonly dataDirectory: string;
};

export async function startWirePorts(
  { ouchPort, fixPort, itchPort, itchReceivers }: WireSettings,
  { venue, keys, host, metrics, ordersPerSecondMax, dataDirectory }: WireParts,
): Promise<WirePorts> {
  const ouch =
    ouchPort === undefined
      ? undefined
      : await startOuch({ venue, keys, host, port: ouchPort, metrics });
  if (ouch !== undefined) {
    console.log(`OUCH 5.0 over SoupBinTCP is open at ${host}, port ${ouch.port}`);
  }
  const past = new LogReports(join(dataDirectory, "log"), () => venue.health().durableSequence);
  const directory = join(dataDirectory, "fix");
  const fix =
    fixPort === undefined
      ? undefined
      : await startFix({
          ...{ venue, keys, past, directory, ordersPerSecondMax },
          ...{ host, port: fixPort, metrics },
        });
  if (fix !== undefined) console.log(`FIX 4.4 is open at ${host}, port ${fix.port}`);
  const { itch } = venue;
  const data =
    itchPort === undefined || itch === undefined
      ? undefined
      : await startItch({ itch, host, port: itchPort, receivers: itchReceivers, metrics });
  if (data !== undefined) {
    console.log(`ITCH 5.0 is open at ${host}, port ${data.port}, session ${itch?.session}`);
  }
  return {
    stopEntry: async () => {
      await Promise.all([ouch?.stop(), fix?.stop()]);
    },
    stopData: async () => data?.stop(),
  };
}
