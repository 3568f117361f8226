// What `perf stat -x,` prints: value, unit, event, run time, share of it counted, metric, its unit.
// Three things are no number and differ: not supported (no such counter), not counted (too short, or
// no turn), and a number that was counted only part of the time and scaled up.

export type PerfCounter = {
  readonly event: string;
  /** Undefined: not supported or not counted; `text` says which. */
  readonly value: number | undefined;
  readonly text: string;
  /** 1: counted all the time; less: multiplexed, an estimate. */
  readonly countedShare: number;
  /** Spread over repetitions (-r), a fraction; undefined where there was one. */
  readonly deviation: number | undefined;
};

export function parsePerfStat(text: string): PerfCounter[] {
  return text.split("\n").flatMap((line) => {
    const counter = parseLine(line);
    return counter === undefined ? [] : [counter];
  });
}

function parseLine(line: string): PerfCounter | undefined {
  // -I prefixes a time, -A a CPU: the event is the field after value and unit.
  const fields = line.trim().split(",");
  const at = fields.findIndex((field) =>
    /^(<not (supported|counted)>|\d[\d.]*)$/.test(field.trim()),
  );
  const start = at === 0 && /^\d+\.\d{9}$/.test(fields[0].trim()) ? 1 : at;
  if (start < 0 || fields.length < start + 5) return undefined;
  const [text, , event] = fields.slice(start);
  if (!/^[a-zA-Z]/.test(event)) return undefined;
  // With -r a column like 2.41% stands after the event.
  const hasDeviation = /^[\d.]+%$/.test(fields[start + 3]);
  const share = Number(fields[start + (hasDeviation ? 5 : 4)]);
  const isNumber = /^\d/.test(text);
  return {
    event,
    value: isNumber ? Number(text) : undefined,
    text: text.replace(/[<>]/g, ""),
    countedShare: Number.isNaN(share) ? 1 : share / 100,
    deviation: hasDeviation ? Number.parseFloat(fields[start + 3]) / 100 : undefined,
  };
}
