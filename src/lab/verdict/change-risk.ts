// What a change of a function risks: how far it reaches, which promises rest on it, what tests it,
// and whether it can be taken back. Of our own rooms that is known; of anybody else's program it
// cannot be seen from outside.

import type { Hotspot } from "../profile/hotspots.ts";

export type Risk = "low" | "medium" | "high";

export type ChangeRisk = { readonly level: Risk; readonly reason: string };

/** By the folder in a function's name, "match book/books.js:96". */
const ROOMS: readonly (ChangeRisk & { readonly folder: RegExp })[] = [
  {
    folder: / (book|engine)\//,
    level: "high",
    reason:
      "every order passes; price-time priority and conserved lots rest on it; scenarios, the " +
      "slow twin and published hashes test it; what it decided stays in the log, not to take back",
  },
  {
    folder: / (log|sequencer|exchange)\//,
    level: "high",
    reason:
      "every command passes; that nothing acknowledged is lost rests on it; the simulation with " +
      "faults tests it; a log that was written cannot be taken back",
  },
  {
    folder: / (codec|feed|model|base)\//,
    level: "medium",
    reason:
      "every message passes; formats rest on it, no rule of the market; layout tests and " +
      "hostile inputs test it; the next start takes it back",
  },
  {
    folder: / (gateway|json|fix|ouch|grpc|target|load|drivers|ops)\//,
    level: "low",
    reason:
      "one way in and its clients; no rule of the market rests on it; its protocol's tests test " +
      "it; the next start takes it back",
  },
];

const UNSEEN: ChangeRisk = {
  level: "high",
  reason:
    "how far it reaches, what rests on it and what tests it cannot be seen from outside: only " +
    "its maker can change it and take it back",
};

export function changeRiskOf({ name, kind }: Hotspot, isOurs: boolean): ChangeRisk {
  if (!isOurs || kind === "native") return UNSEEN;
  return ROOMS.find(({ folder }) => folder.test(name)) ?? UNSEEN;
}
