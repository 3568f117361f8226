// What `perf stat` prints, both with -x, (value, unit, event, run time, share counted, metric) and
// for people (value, event, # metric, share in parentheses). Three things are no number and differ:
// not supported (no such counter), not counted (too short, or no turn), and a number that was
// counted only part of the time and scaled up.

export type PerfCounter = {
  readonly event: string;
  /** Undefined: not supported or not counted; `text` says which. */
  readonly value: number | undefined;
  readonly text: string;
  /** 1: counted all the time; less: multiplexed, an estimate. */
  readonly countedShare: number;
};

export function parsePerfStat(text: string): PerfCounter[] {
  return text.split("\n").flatMap((line) => parseSeparated(line) ?? parsePrinted(line) ?? []);
}

function parseSeparated(line: string): PerfCounter | undefined {
  const fields = line.trim().split(",");
  if (/^\d+\.\d{9}$/.test(fields[0].trim())) fields.shift(); // -I: the time comes first.
  const [text, , event = ""] = fields;
  if (fields.length < 5 || !/^[a-zA-Z]/.test(event)) return undefined;
  const hasDeviation = /^[\d.]+%$/.test(fields[3]); // -r: the spread stands after the event.
  const share = fields[hasDeviation ? 5 : 4];
  return counterOf(text, event, share === "" ? 100 : Number(share));
}

const PRINTED =
  /^\s*(<not (?:supported|counted)>|\d[\d,]*(?:\.\d+)?)\s+(?:msec\s+)?([a-zA-Z][\w.:/=-]*)(.*)$/;

function parsePrinted(line: string): PerfCounter | undefined {
  const [, text, event, rest = ""] = PRINTED.exec(line) ?? [];
  if (text === undefined || event === "seconds" || rest.trim().startsWith("time")) return undefined;
  const share = /\(([\d.]+)%\)\s*$/.exec(rest)?.[1];
  return counterOf(text.replaceAll(",", ""), event, share === undefined ? 100 : Number(share));
}

function counterOf(text: string, event: string, sharePercent: number): PerfCounter | undefined {
  const trimmed = text.trim();
  const isNumber = /^\d+(\.\d+)?$/.test(trimmed);
  if (!isNumber && !/^<not (supported|counted)>$/.test(trimmed)) return undefined;
  return {
    event: event.replace(/:[a-zA-Z]+$/, ""), // cycles:u is cycles, of user mode.
    value: isNumber ? Number(trimmed) : undefined,
    text: trimmed.replace(/[<>]/g, ""),
    countedShare: isNumber ? sharePercent / 100 : 0,
  };
}

export type CounterRates = {
  readonly instructionsPerCycle: number | undefined;
  readonly mispredictShare: number | undefined;
  readonly lastLevelMissesPerKilo: number | undefined;
  /** Top-down, of all slots; of the two ends stalled cycles where the machine has no slots. */
  readonly retiring: number | undefined;
  readonly badSpeculation: number | undefined;
  readonly frontEnd: number | undefined;
  readonly backEnd: number | undefined;
  /** The part of the back end's that waits for memory; only newer machines tell it apart. */
  readonly memoryBound: number | undefined;
};

/** The ratios that a verdict needs, of whatever was counted. */
export function ratesOf(counters: readonly PerfCounter[]): CounterRates {
  const value = (...events: string[]) =>
    counters.find((each) => events.includes(each.event) && each.value !== undefined)?.value;
  const ratio = (top: number | undefined, below: number | undefined) =>
    top === undefined || below === undefined || below === 0 ? undefined : top / below;
  const instructions = value("instructions");
  const misses = value("LLC-load-misses", "cache-misses");
  const slots = value("slots");
  const cycles = value("cycles", "cpu-cycles");
  const perInstruction = ratio(misses, instructions);
  return {
    instructionsPerCycle: ratio(instructions, cycles),
    mispredictShare: ratio(value("branch-misses"), value("branches", "branch-instructions")),
    lastLevelMissesPerKilo: perInstruction && perInstruction * 1000,
    retiring: ratio(value("topdown-retiring"), slots),
    badSpeculation: ratio(value("topdown-bad-spec"), slots),
    frontEnd:
      ratio(value("topdown-fe-bound"), slots) ?? ratio(value("stalled-cycles-frontend"), cycles),
    backEnd:
      ratio(value("topdown-be-bound"), slots) ?? ratio(value("stalled-cycles-backend"), cycles),
    memoryBound: ratio(value("topdown-mem-bound"), slots),
  };
}
