// What flows have reached, counted: outcomes, and the features of commands that were taken.

import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_COMMAND_REJECTED,
  EVENT_REJECTED,
} from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { REASON_TERMS, REASON_UNSUPPORTED_ORDER, reasonName } from "../../src/model/reasons.ts";
import { FEATURES, type Feature } from "./feature-names.ts";
import { featuresOf } from "./features-of.ts";
import type { TwinCommand } from "./naive-venue.ts";

const REFUSALS: readonly number[] = [
  EVENT_REJECTED,
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_COMMAND_REJECTED,
];
const ODD_REASONS: readonly number[] = [REASON_TERMS, REASON_UNSUPPORTED_ORDER];

export class FlowTally {
  /** "event kind, reason" */
  readonly outcomes = new Map<string, number>();
  readonly features = new Map<Feature, number>(FEATURES.map((feature) => [feature, 0]));

  /** A command and all that came of it. */
  add(command: TwinCommand, events: readonly PlainEvent[]): void {
    for (const { kind, reason } of events) countOne(this.outcomes, `${kind} ${reasonName(reason)}`);
    const first = events[0];
    if (first === undefined) return;
    const isRefused = REFUSALS.includes(first.kind);
    const isOdd = isRefused && ODD_REASONS.includes(first.reason);
    const used: readonly Feature[] = isRefused ? [] : featuresOf(command);
    for (const feature of isOdd ? (["odd"] as const) : used) countOne(this.features, feature);
  }
}

function countOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
