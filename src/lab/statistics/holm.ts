// Holm's step-down correction (1979): several comparisons at once, one chance of a false alarm.

/** Adjusted p-values in the order of `pValues`; each is compared with the one level. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).toSorted((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [place, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * pValues[index]));
    adjusted[index] = largest;
  }
  return adjusted;
}
