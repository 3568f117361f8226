// What waiting theory says beside what was measured. Times in one unit, whichever.

/** Mean wait in the queue of M/D/1: Poisson arrivals, one server, constant service time. */
export function waitConstantService(utilization: number, serviceTime: number): number {
  return (utilization * serviceTime) / (2 * (1 - utilization));
}

/** Kingman's bound of G/G/1; squared coefficients of variation of arrivals and of service. */
export function waitKingman(
  utilization: number,
  serviceTime: number,
  arrivalVariation: number,
  serviceVariation: number,
): number {
  const variation = (arrivalVariation + serviceVariation) / 2;
  return (utilization / (1 - utilization)) * variation * serviceTime;
}
