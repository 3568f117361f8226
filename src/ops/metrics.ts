// Numbers for Prometheus. Counters are plain numbers where the work is done and are read when a
// scrape asks, so that counting costs an addition.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;
export type LabeledCount = { readonly labels: Labels; readonly count: number };

export class Metrics {
  readonly #registry = new Registry();
  /** By name: those that several protocols share are registered once. */
  readonly #labeled = new Map<string, Histogram>();

  /** With those of the process itself, which Node counts. */
  static ofProcess(): Metrics {
    const metrics = new Metrics();
    collectDefaultMetrics({ register: metrics.#registry });
    return metrics;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** A number that goes up and down; `read` gives its present value. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** Numbers that only grow, one for each set of labels; `read` gives them all. */
  counter(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Iterable<LabeledCount>,
  ): void {
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labels, count } of read()) this.inc({ ...labels }, count);
      },
    });
  }

  /** Returns the function that records one observation, in the unit of the name. */
  histogram(name: string, help: string, buckets: readonly number[]): (value: number) => void {
    const histogram = new Histogram({
      name,
      help,
      buckets: [...buckets],
      registers: [this.#registry],
    });
    return (value) => histogram.observe(value);
  }

  /** The same, with labels for each observation; one histogram a name, whoever asks for it. */
  labeledHistogram<Name extends string>(
    name: string,
    help: string,
    labelNames: readonly Name[],
    buckets: readonly number[],
  ): (labels: Readonly<Record<Name, string>>, value: number) => void {
    const histogram =
      this.#labeled.get(name) ??
      new Histogram({
        name,
        help,
        labelNames: [...labelNames],
        buckets: [...buckets],
        registers: [this.#registry],
      });
    this.#labeled.set(name, histogram);
    return (labels, value) => histogram.observe({ ...labels }, value);
  }

  /** The page a scrape reads. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
