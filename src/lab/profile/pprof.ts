// Folded stacks as a pprof profile (https://github.com/google/pprof/tree/main/proto), compressed as
// its tools expect it.

import { gzipSync } from "node:zlib";
import * as pprof from "pprof-format";
import { type FoldedStacks, nameOf } from "./folded-stacks.ts";

/** `unit`: of the weights, "microseconds" or "count". */
export function pprofProfile(stacks: FoldedStacks, unit: string): Uint8Array {
  const strings = new pprof.StringTable();
  const places = new Map<string, number>();
  const functions: pprof.Function[] = [];
  const locations: pprof.Location[] = [];
  const placeOf = (frame: string): number => {
    const known = places.get(frame);
    if (known !== undefined) return known;
    const id = functions.length + 1;
    const name = strings.dedup(nameOf(frame));
    functions.push(new pprof.Function({ id, name, systemName: name }));
    locations.push(new pprof.Location({ id, line: [new pprof.Line({ functionId: id })] }));
    places.set(frame, id);
    return id;
  };
  const sample = stacks.entries().map(({ frames, weight }) => {
    const locationId = frames.map(placeOf).reverse(); // pprof's stacks begin with the leaf.
    return new pprof.Sample({ locationId, value: [Math.round(weight)] });
  });
  const type = strings.dedup(unit === "count" ? "samples" : "cpu");
  const sampleType = [new pprof.ValueType({ type, unit: strings.dedup(unit) })];
  const profile = { sampleType, sample, location: locations, function: functions };
  return gzipSync(new pprof.Profile({ ...profile, stringTable: strings }).encode());
}
