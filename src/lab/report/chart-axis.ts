// One axis of a chart: from values to places, and round ticks.

export type Scale = "linear" | "log";

export type Axis = {
  readonly ticks: readonly number[];
  place(value: number): number;
};

const TICKS_WANTED = 6;

/** `from` and `to`: where the axis begins and ends on the paper. Linear axes begin at 0. */
export function axisOf(values: readonly number[], scale: Scale, from: number, to: number): Axis {
  const known = values.filter(
    (value) => Number.isFinite(value) && (scale === "linear" || value > 0),
  );
  if (scale === "log") return logAxis(known, from, to);
  const highest = Math.max(0, ...known);
  const step = roundStep(highest === 0 ? 1 : highest / TICKS_WANTED);
  const low = Math.min(0, ...known.map((value) => Math.floor(value / step) * step));
  const high = Math.ceil((highest === 0 ? 1 : highest) / step) * step;
  const count = Math.round((high - low) / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => low + i * step),
    place: (value) => from + ((value - low) / (high - low)) * (to - from),
  };
}

function logAxis(known: readonly number[], from: number, to: number): Axis {
  const smallest = known.length === 0 ? 1 : Math.min(...known);
  const largest = known.length === 0 ? 10 : Math.max(...known);
  let low = Math.floor(Math.log10(smallest) + 1e-9);
  let high = Math.ceil(Math.log10(largest) - 1e-9);
  if (high === low) high++;
  if (high - low > 12) low = high - 12;
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return {
    ticks,
    place(value) {
      const exponent = Math.log10(Math.max(value, 10 ** low));
      return from + ((exponent - low) / (high - low)) * (to - from);
    },
  };
}

/** 1, 2, 2.5 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= least * 0.999) ?? 10;
  return factor * power;
}
