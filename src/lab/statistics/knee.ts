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
