import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const prefix = 'windlass_';
const msBuckets = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000];
const countBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** A service's own registry: several services may live in one process. */
export function createMetrics({ name }: { readonly name: string }): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: registry });
  return registry;
}

type Labels = Readonly<Record<string, string>>;

/** Where something measures what it does; each name always comes with the same labels. */
export interface Measurements {
  count(name: string, labels: Labels, amount: number): void;
  observe(name: string, labels: Labels, value: number): void;
  set(name: string, labels: Labels, value: number): void;
}

/** What a stage measures (`StageMetrics` of the messaging library), as Prometheus metrics `windlass_stage_…`. */
export function stageMetrics(registry: Registry): Measurements {
  const counters = lazily(
    (name, labelNames) => new Counter({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  const gauges = lazily(
    (name, labelNames) => new Gauge({ name, help: helpOf(name), labelNames, registers: [registry] }),
  );
  const histograms = lazily((name, labelNames) => {
    const buckets = name.endsWith('_ms') ? msBuckets : countBuckets;
    return new Histogram({ name, help: helpOf(name), labelNames, buckets, registers: [registry] });
  });
  return {
    count: (name, labels, amount) => counters(name, labels).inc(labels, amount),
    observe: (name, labels, value) => histograms(name, labels).observe(labels, value),
    set: (name, labels, value) => gauges(name, labels).set(labels, value),
  };
}

/** `stage_commit_ms` → `stage commit ms`: the name says it. */
const helpOf = (name: string): string => name.slice(prefix.length).replaceAll('_', ' ');

/** Made when first measured, with the labels of that measurement: a metric always has the same ones. */
function lazily<Metric>(
  make: (name: string, labelNames: string[]) => Metric,
): (name: string, labels: Labels) => Metric {
  const made = new Map<string, Metric>();
  return (name, labels) => {
    let metric = made.get(name);
    if (!metric) made.set(name, (metric = make(prefix + name, Object.keys(labels))));
    return metric;
  };
}
