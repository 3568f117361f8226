// What decides about phases and calls, built once over the tables. Who trades what has gathered
// comes later: it needs all that acts on orders.

import { CallExtensions } from "./call-extensions.ts";
import { CallPrice } from "./call-price.ts";
import { CallSettings } from "./call-settings.ts";
import { CallSides } from "./call-sides.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { EventBuffer } from "./event-buffer.ts";
import { Phases } from "./phases.ts";

export type CallHandling = {
  readonly sides: CallSides;
  readonly price: CallPrice;
  readonly phases: Phases;
  readonly callSettings: CallSettings;
};

export function createCallHandling(tables: EngineTables, events: EventBuffer): CallHandling {
  const sides = new CallSides(tables);
  const price = new CallPrice(tables, sides);
  const phases = new Phases(tables, events, new CallExtensions(tables, price));
  return { sides, price, phases, callSettings: new CallSettings(tables, events) };
}
