// What callgrind writes into a dump of its counts: the names of the events, then their totals.

export type EventCounts = {
  readonly instructions: number;
  readonly firstLevelMisses: number;
  readonly lastLevelMisses: number;
  readonly mispredicts: number;
};

/** Throws when there is no count of instructions. */
export function readCallgrind(dump: string): EventCounts {
  const names = fieldsOf(dump, "events");
  const totals = fieldsOf(dump, "totals");
  const sum = (...events: string[]) =>
    events.reduce((total, event) => total + Number(totals[names.indexOf(event)] ?? 0), 0);
  if (!names.includes("Ir") || totals.length === 0) {
    throw new Error("callgrind: expected a total of Ir in its dump");
  }
  return {
    instructions: sum("Ir"),
    firstLevelMisses: sum("D1mr", "D1mw"),
    lastLevelMisses: sum("DLmr", "DLmw"),
    mispredicts: sum("Bcm", "Bim"),
  };
}

function fieldsOf(dump: string, name: string): string[] {
  return new RegExp(`^${name}: (.*)$`, "m").exec(dump)?.[1]?.trim().split(/\s+/) ?? [];
}
