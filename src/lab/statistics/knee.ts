// Where a curve of load bends. Three definitions that are in use; a report says when they disagree.

export type LoadPoint = {
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  readonly meanNanos: number;
  readonly p99Nanos: number;
};

export type Knees = {
  /** The rate at which X / R is largest (Kleinrock's power). */
  readonly power: number | undefined;
  /** The first rate with p99 at least twice that of the lowest rate. */
  readonly doubled: number | undefined;
  /** Kneedle (Satopaa et al. 2011): farthest below the diagonal of the normalized p99 curve. */
  readonly kneedle: number | undefined;
  /** Largest relative distance between two of them. */
  readonly disagreement: number;
};

/** Points in any order; fewer than three have no knee. */
export function findKnees(points: readonly LoadPoint[]): Knees {
  const sorted = points.toSorted((a, b) => a.offeredPerSecond - b.offeredPerSecond);
  if (sorted.length < 3) {
    return { power: undefined, doubled: undefined, kneedle: undefined, disagreement: 0 };
  }
  const power = sorted.reduce((best, each) => (powerOf(each) > powerOf(best) ? each : best));
  const doubled = sorted.find((each) => each.p99Nanos >= 2 * sorted[0].p99Nanos);
  const knees = {
    power: power.offeredPerSecond,
    doubled: doubled?.offeredPerSecond,
    kneedle: kneedle(
      sorted.map((each) => each.offeredPerSecond),
      sorted.map((each) => each.p99Nanos),
    ),
  };
  const known = Object.values(knees).filter((each) => each !== undefined);
  return { ...knees, disagreement: Math.max(...known) / Math.min(...known) - 1 };
}

function powerOf({ achievedPerSecond, meanNanos }: LoadPoint): number {
  return achievedPerSecond / meanNanos;
}

/** The x of the knee of a rising convex curve; undefined where it is a straight line. */
export function kneedle(xs: readonly number[], ys: readonly number[]): number | undefined {
  const last = xs.length - 1;
  const yMin = Math.min(...ys);
  const ySpan = Math.max(...ys) - yMin;
  if (ySpan === 0) return undefined;
  let best = 0;
  let knee: number | undefined;
  for (let i = 0; i <= last; i++) {
    const distance = (xs[i] - xs[0]) / (xs[last] - xs[0]) - (ys[i] - yMin) / ySpan;
    if (distance > best) {
      best = distance;
      knee = xs[i];
    }
  }
  return knee;
}

/**
 * The change point of a ramp: the index at which two straight lines explain the values best, by
 * least squares; each line has at least two points. Undefined where one line does as well (the
 * residual falls by less than half).
 */
export function changePoint(xs: readonly number[], ys: readonly number[]): number | undefined {
  const whole = residualOfLine(xs, ys, 0, xs.length);
  let best = whole / 2;
  let found: number | undefined;
  for (let i = 2; i <= xs.length - 2; i++) {
    const residual = residualOfLine(xs, ys, 0, i) + residualOfLine(xs, ys, i, xs.length);
    if (residual < best) {
      best = residual;
      found = i;
    }
  }
  return found;
}

/** Sum of squared residuals of the least-squares line through the points from `first` to `end`. */
function residualOfLine(
  xs: readonly number[],
  ys: readonly number[],
  first: number,
  end: number,
): number {
  const n = end - first;
  let [x, y, xx, xy, yy] = [0, 0, 0, 0, 0];
  for (let i = first; i < end; i++) {
    x += xs[i] / n;
    y += ys[i] / n;
  }
  for (let i = first; i < end; i++) {
    xx += (xs[i] - x) ** 2;
    xy += (xs[i] - x) * (ys[i] - y);
    yy += (ys[i] - y) ** 2;
  }
  return xx === 0 ? yy : Math.max(0, yy - (xy * xy) / xx);
}
