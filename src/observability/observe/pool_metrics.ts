/**
 * The metrics of pools.
 *
 * @module
 */

import type { Registry } from "../metrics/registry.ts";
import { DURATION_BUCKETS } from "./agent_metrics.ts";
import type { ObservableAgentPool, ObservableResourcePool, ObservableWaits } from "./observable_target.ts";

/** What a pool tells of one of its metrics: values, and what tells them apart. */
type Readings = readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];

/** A metric that is read from pools when it is collected. */
interface PoolMetric<Snapshot> {
  readonly type: "gauge" | "counter";
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  /** What tells its series apart, besides the pool. */
  readonly labels?: readonly string[];
  read(snapshot: Snapshot): Readings;
}

/** How a pool of workers stands. */
type AgentPoolReading =
  & Pick<ObservableAgentPool, "size" | "running" | "waiting">
  & ReturnType<ObservableAgentPool["snapshot"]>;
type ResourcePoolReading = ReturnType<ObservableResourcePool["snapshot"]>;

const AGENT_POOL_METRICS: readonly PoolMetric<AgentPoolReading>[] = [
  gauge("puffinflow_pool_workers", "Workers that there are", ({ size }) => size),
  gauge("puffinflow_pool_tasks_in_flight", "Tasks that run", ({ running }) => running),
  gauge("puffinflow_pool_queue_length", "Tasks that wait for a worker", ({ waiting }) => waiting),
  {
    ...gauge(
      "puffinflow_pool_utilisation_ratio",
      "Share of workers that are busy",
      ({ size, running }: AgentPoolReading) => size === 0 ? 0 : running / size,
    ),
    unit: "ratio",
  },
  {
    type: "counter",
    name: "puffinflow_pool_tasks_total",
    help: "Tasks that have ended, by how",
    labels: ["status"],
    read: ({ tasks }) =>
      (["completed", "failed", "cancelled"] as const).map((status) => ({ labels: { status }, value: tasks[status] })),
  },
  counter("puffinflow_pool_worker_crashes_total", "Workers that broke", ({ tasks }) => tasks.crashes),
];

const RESOURCE_POOL_METRICS: readonly PoolMetric<ResourcePoolReading>[] = [
  byResource("puffinflow_resource_capacity", "What there is in all", ({ capacity }, kind) => capacity[kind]!),
  byResource("puffinflow_resource_in_use", "What leases hold", ({ inUse }, kind) => inUse[kind]!),
  {
    ...byResource(
      "puffinflow_resource_utilisation_ratio",
      "Share that leases hold",
      ({ capacity, inUse }, kind) => capacity[kind] === 0 ? 0 : inUse[kind]! / capacity[kind]!,
    ),
    unit: "ratio",
  },
  gauge("puffinflow_resource_queue_length", "Requests that wait", ({ waiters }) => waiters),
  counter("puffinflow_resource_grants_total", "Leases that were granted", ({ grants }) => grants),
  counter("puffinflow_resource_refusals_total", "Requests that were refused", ({ refusals }) => refusals),
  counter("puffinflow_resource_timeouts_total", "Requests that waited in vain", ({ timeouts }) => timeouts),
  counter(
    "puffinflow_resource_preemptions_total",
    "Leases that had to go for others",
    ({ preemptions }) => preemptions,
  ),
  counter("puffinflow_resource_leaks_total", "Leases that nobody was going to give back", ({ leaks }) => leaks),
];

/** The pools of one kind that are observed for one registry: they share its metrics, which go with the last of them. */
class PoolFamilies<Snapshot extends object> {
  readonly #pools = new Map<string, () => Snapshot>();
  /** How pools stand, for all metrics that are collected in the same turn. */
  #standing: Map<string, Snapshot> | undefined = undefined;

  constructor(readonly registry: Registry, readonly metrics: readonly PoolMetric<Snapshot>[]) {}

  add(pool: string, standing: () => Snapshot): Disposable {
    if (this.#pools.has(pool)) {
      throw new TypeError(
        `Cannot observe pool "${pool}": another pool of the registry has that name; pass another as name`,
      );
    }
    if (this.#pools.size === 0) this.#register();
    this.#pools.set(pool, standing);
    return {
      [Symbol.dispose]: () => {
        if (this.#pools.delete(pool) && this.#pools.size === 0) this.#remove(this.metrics);
      },
    };
  }

  /** All or none. */
  #register(): void {
    for (const [at, metric] of this.metrics.entries()) {
      const { type, name, help, unit, labels = [] } = metric;
      try {
        this.registry.observable({
          ...{ type, name, help, labels: ["pool", ...labels] },
          ...(unit === undefined ? {} : { unit }),
          collect: (observe) => this.#collect(metric, observe),
        });
      } catch (error) {
        this.#remove(this.metrics.slice(0, at));
        throw error;
      }
    }
  }

  #remove(metrics: readonly PoolMetric<Snapshot>[]): void {
    for (const { name } of metrics) this.registry.remove(name);
  }

  #collect(metric: PoolMetric<Snapshot>, observe: (values: Record<string, string>, value: number) => void): void {
    if (this.#standing === undefined) {
      this.#standing = new Map(Array.from(this.#pools, ([pool, standing]) => [pool, standing()]));
      queueMicrotask(() => this.#standing = undefined);
    }
    for (const [pool, standing] of this.#standing) {
      for (const { labels, value } of metric.read(standing)) observe({ pool, ...labels }, value);
    }
  }
}

const agentPools = new WeakMap<Registry, PoolFamilies<AgentPoolReading>>();
const resourcePools = new WeakMap<Registry, PoolFamilies<ResourcePoolReading>>();

/** Observes a pool of workers. */
export function observeAgentPool(pool: ObservableAgentPool, registry: Registry, name: string): Disposable {
  const families = agentPools.get(registry) ?? new PoolFamilies(registry, AGENT_POOL_METRICS);
  agentPools.set(registry, families);
  return observePool(pool, {
    added: families.add(name, () => {
      const { size, running, waiting } = pool;
      return { size, running, waiting, ...pool.snapshot() };
    }),
    wait: () =>
      waitHistogram(registry, "puffinflow_pool_wait_seconds", "How long tasks that had to wait waited").with({
        pool: name,
      }),
  });
}

/** Observes a pool of resources. */
export function observeResourcePool(pool: ObservableResourcePool, registry: Registry, name: string): Disposable {
  const families = resourcePools.get(registry) ?? new PoolFamilies(registry, RESOURCE_POOL_METRICS);
  resourcePools.set(registry, families);
  return observePool(pool, {
    added: families.add(name, () => pool.snapshot()),
    wait: () =>
      waitHistogram(
        registry,
        "puffinflow_resource_wait_seconds",
        "How long requests that had to wait and were granted waited",
      ).with({ pool: name }),
  });
}

function observePool(
  pool: ObservableWaits,
  { added, wait }: { readonly added: Disposable; readonly wait: () => { observe(seconds: number): void } },
): Disposable {
  using undo = new DisposableStack();
  undo.use(added);
  const waits = wait();
  undo.use(pool.observeWaits((waitMs) => waits.observe(waitMs / 1000)));
  return undo.move();
}

function waitHistogram(registry: Registry, name: string, help: string) {
  return registry.histogram({ name, help, unit: "seconds", buckets: DURATION_BUCKETS, labels: ["pool"] });
}

function gauge<Snapshot>(name: string, help: string, read: (snapshot: Snapshot) => number): PoolMetric<Snapshot> {
  return { type: "gauge", name, help, read: (snapshot) => [{ value: read(snapshot) }] };
}

function counter<Snapshot>(name: string, help: string, read: (snapshot: Snapshot) => number): PoolMetric<Snapshot> {
  return { type: "counter", name, help, read: (snapshot) => [{ value: read(snapshot) }] };
}

function byResource(
  name: string,
  help: string,
  read: (snapshot: ResourcePoolReading, kind: string) => number,
): PoolMetric<ResourcePoolReading> {
  return {
    type: "gauge",
    name,
    help,
    labels: ["resource"],
    read: (snapshot) =>
      Object.keys(snapshot.capacity).map((resource) => ({ labels: { resource }, value: read(snapshot, resource) })),
  };
}
