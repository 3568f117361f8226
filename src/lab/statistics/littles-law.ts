// Little's law, N = X R: what is in flight is the rate times the time. Two of the three that were
// measured apart check each other; a table of results that breaks it was not measured as it says.

export type LittleCheck = {
  /** X R. */
  readonly inFlightDerived: number;
  readonly inFlightMeasured: number;
  /** |derived / measured - 1|. */
  readonly deviation: number;
};

export function checkLittle(
  ratePerSecond: number,
  responseSeconds: number,
  inFlightMeasured: number,
): LittleCheck {
  const inFlightDerived = ratePerSecond * responseSeconds;
  const deviation = Math.abs(inFlightDerived / inFlightMeasured - 1);
  return { inFlightDerived, inFlightMeasured, deviation };
}

/**
 * Whether closed-loop `clients`, each with one request at a time, can have had this rate at this
 * response time: 642,142/s at 1.56 ms from 10 clients needs 1,002 in flight.
 */
export function isPossibleClosedLoop(
  clients: number,
  ratePerSecond: number,
  responseSeconds: number,
  tolerance: number,
): boolean {
  return ratePerSecond * responseSeconds <= clients * (1 + tolerance);
}
