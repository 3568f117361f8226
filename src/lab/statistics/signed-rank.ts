// Paired comparison: Wilcoxon's signed-rank test with the Hodges-Lehmann estimate and its interval
// (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3.1 to 3.3). Exact up to
// EXACT_MAX pairs without ties; above, the normal approximation with corrections for ties and
// continuity.

import { CONFIDENCE, type Estimate } from "./estimate.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

const EXACT_MAX = 50;

export type SignedRank = {
  /** Sum of the ranks of the positive differences. */
  readonly rankSum: number;
  /** Two-sided. */
  readonly pValue: number;
  /** Hodges-Lehmann: the median of all pairwise means of the differences. */
  readonly shift: Estimate;
};

/** `differences` of the pairs, B - A; zeros say nothing and are left out of the test. */
export function signedRank(differences: readonly number[]): SignedRank {
  const told = differences.filter((each) => each !== 0);
  const { rankSum, ties } = rankSumOf(told);
  const pValue =
    told.length <= EXACT_MAX && ties === 0
      ? exactProbability(told.length, rankSum)
      : normalProbability(told.length, rankSum, ties);
  return { rankSum, pValue, shift: hodgesLehmann(differences) };
}

/** `ties`: the sum of t^3 - t over groups of t equal absolute differences. */
function rankSumOf(differences: readonly number[]): { rankSum: number; ties: number } {
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  let rankSum = 0;
  let ties = 0;
  for (let first = 0; first < sorted.length; ) {
    let end = first;
    while (end < sorted.length && Math.abs(sorted[end]) === Math.abs(sorted[first])) end++;
    const rank = (first + 1 + end) / 2;
    for (let i = first; i < end; i++) if (sorted[i] > 0) rankSum += rank;
    ties += (end - first) ** 3 - (end - first);
    first = end;
  }
  return { rankSum, ties };
}

/** How many of the 2^n sign patterns give each rank sum, as probabilities. */
function rankSumDistribution(n: number): number[] {
  let probabilities = [1];
  for (let rank = 1; rank <= n; rank++) {
    const next = new Array<number>(probabilities.length + rank).fill(0);
    for (let sum = 0; sum < probabilities.length; sum++) {
      next[sum] += probabilities[sum] / 2;
      next[sum + rank] += probabilities[sum] / 2;
    }
    probabilities = next;
  }
  return probabilities;
}

function exactProbability(n: number, rankSum: number): number {
  const probabilities = rankSumDistribution(n);
  const smaller = Math.min(rankSum, (n * (n + 1)) / 2 - rankSum);
  let tail = 0;
  for (let sum = 0; sum <= smaller; sum++) tail += probabilities[sum];
  return Math.min(1, 2 * tail);
}

function normalProbability(n: number, rankSum: number, ties: number): number {
  if (n === 0) return 1;
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  const distance = Math.max(0, Math.abs(rankSum - mean) - 0.5);
  return Math.min(1, 2 * (1 - normalCdf(distance / deviation)));
}

function hodgesLehmann(differences: readonly number[]): Estimate {
  const n = differences.length;
  const means: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) means.push((differences[i] + differences[j]) / 2);
  }
  means.sort((a, b) => a - b);
  const value =
    (means[Math.floor((means.length - 1) / 2)] + means[Math.ceil((means.length - 1) / 2)]) / 2;
  const left = ranksLeftOut(n);
  return { value, low: means[left], high: means[means.length - 1 - left], n };
}

/** How many of the sorted pairwise means lie outside the interval on either side. */
function ranksLeftOut(n: number): number {
  const tail = (1 - CONFIDENCE) / 2;
  if (n > EXACT_MAX) {
    const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    return Math.max(0, Math.floor((n * (n + 1)) / 4 + normalQuantile(tail) * deviation));
  }
  const probabilities = rankSumDistribution(n);
  let sum = 0;
  let left = 0;
  while (sum + probabilities[left] <= tail) sum += probabilities[left++];
  return Math.max(0, left - 1);
}
