/** A real Prometheus scrapes us, and knows what was recorded. Skipped where Debian's package `prometheus` is not installed. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { metricsHandler } from "./metrics_handler.ts";
import { Registry } from "./registry.ts";
import { SharedMetrics, ThreadMetrics } from "./shared/mod.ts";
import { hasPrometheus, PrometheusServer } from "./testdata/prometheus_server.ts";

const isThere = hasPrometheus();
const HOSTILE = ['"', "\\", "\n", "\\n", '\\"', "😀", "{},=", "# EOF\n", "x".repeat(10_000)];
const SPAN = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const NUMBERS = [0, -1, 1.5, 5e-324, -1.7976931348623157e308, 2 ** 53, 0.1 + 0.2];

Deno.test({
  name: `Prometheus answers queries with what was recorded${isThere ? "" : " (skipped: there is no prometheus)"}`,
  ignore: !isThere,
  async fn() {
    let clockMs = 0;
    const registry = new Registry({ clock: () => clockMs });
    const requests = registry.counter({ name: "requests_total", help: "Requests", labels: ["hostile"] });
    const numbers = registry.gauge({ name: "numbers", help: "Numbers", labels: ["at"] });
    const durations = registry.histogram({ name: "request_seconds", help: "Time", unit: "seconds" });
    const waits = registry.summary({ name: "wait_seconds", help: "Waits", unit: "seconds", labels: ["empty"] });
    const sessions = registry.gauge({ name: "sessions", help: "Sessions", labels: ["user"], expireAfterMs: 1_000 });
    const jobs = { name: "jobs_total", help: "Jobs" };
    for (const [at, hostile] of HOSTILE.entries()) requests.inc({ hostile }, at + 0.5);
    for (const [at, number] of NUMBERS.entries()) numbers.set({ at: `${at}` }, number);
    for (let at = 0; at < 1_000; at++) durations.observe(at / 400, at === 999 ? SPAN : undefined);
    for (let at = 1; at <= 100; at++) waits.observe({ empty: "no" }, at);
    waits.with({ empty: "yes" }); // its quantiles are not numbers
    sessions.set({ user: "gone" }, 1);
    ThreadMetrics.attach(SharedMetrics.create(registry).handle).counter(jobs).inc(2);
    registry.counter(jobs).inc();
    const handler = metricsHandler(registry);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
    let isUp = true;
    try {
      await using prometheus = await PrometheusServer.start([`127.0.0.1:${server.addr.port}`], 200);
      const valueOf = async (query: string) => {
        const [series, ...others] = await prometheus.query(query);
        assertEquals(others, [], query);
        return series === undefined ? undefined : Number(series.value[1].replace("Inf", "Infinity"));
      };
      await prometheus.untilSome("requests_total");

      const counted = await prometheus.query("requests_total");
      assertEquals(counted.length, HOSTILE.length);
      for (const [at, hostile] of HOSTILE.entries()) {
        const series = counted.find(({ metric }) => metric["hostile"] === hostile);
        assertEquals(Number(series?.value[1]), at + 0.5, JSON.stringify(hostile));
      }
      for (const [at, number] of NUMBERS.entries()) assertEquals(await valueOf(`numbers{at="${at}"}`), number);
      assertEquals(await valueOf('sum(requests_total{hostile=~"\\\\\\\\.*"})'), 1.5 + 3.5 + 4.5);
      assertEquals([await valueOf("jobs_total"), await valueOf("request_seconds_count")], [3, 1_000]);
      assertAlmostEquals(await valueOf("request_seconds_sum") ?? NaN, durations.sum, 1e-9);
      assertEquals([await valueOf('request_seconds_bucket{le="0.5"}'), durations.count], [201, 1_000]);
      for (const q of [0, 0.25, 0.5, 0.9, 0.99, 1]) {
        const answer = await valueOf(`histogram_quantile(${q}, request_seconds_bucket)`);
        assertAlmostEquals(answer ?? NaN, durations.quantile(q), 1e-12, `quantile ${q}`);
      }
      assertEquals(await valueOf('wait_seconds{empty="no",quantile="0.5"}'), waits.with({ empty: "no" }).quantile(0.5));
      assertEquals(await valueOf('wait_seconds{empty="yes",quantile="0.5"}'), NaN);
      const [exemplars] = await prometheus.exemplars("request_seconds_bucket");
      assertEquals(exemplars?.seriesLabels["le"], "2.5");
      assertEquals(exemplars?.exemplars, [{
        labels: { trace_id: SPAN.traceId, span_id: SPAN.spanId },
        value: "2.4975",
      }]);

      await prometheus.untilSome("count_over_time(up[1m]) >= 3");
      requests.inc({ hostile: "\n" }, 10);
      const grown =
        'max_over_time(requests_total{hostile="\\n"}[1m]) - min_over_time(requests_total{hostile="\\n"}[1m])';
      assertEquals((await prometheus.untilSome(`${grown} > 0`))[0]?.value[1], "10");
      await prometheus.untilSome('rate(requests_total{hostile="\\n"}[1m]) > 0');
      assertEquals(await valueOf('resets(requests_total{hostile="\\n"}[1m])'), 0);

      assertEquals(await valueOf('sessions{user="gone"}'), 1);
      sessions.set({ user: "here" }, 1);
      clockMs += 500; // this one was recorded to since the first look
      await prometheus.untilSome('sessions{user="here"}');
      clockMs += 700;
      await prometheus.untilNone('sessions{user="gone"}');

      assertEquals(await valueOf("up"), 1);
      await server.shutdown();
      isUp = false;
      await prometheus.untilSome("up == 0");
      await prometheus.untilNone("jobs_total");
      assert((await prometheus.query("count_over_time(jobs_total[1m])")).length === 1, "its history stays");
    } finally {
      if (isUp) await server.shutdown();
    }
  },
});

Deno.test({
  name: `Prometheus reads native histograms, and every other type as well${
    isThere ? "" : " (skipped: there is no prometheus)"
  }`,
  ignore: !isThere,
  async fn() {
    const registry = new Registry(), relativeError = 0.05;
    const times = registry.exponentialHistogram({
      name: "time_seconds",
      help: "Times",
      unit: "seconds",
      labels: ["hostile"],
      relativeError,
    });
    const empty = { name: "empty_seconds", help: "Nothing yet", unit: "seconds" } as const;
    registry.exponentialHistogram(empty);
    const sizes = registry.histogram({ name: "size_bytes", help: "Sizes", unit: "bytes", buckets: [10, 100] });
    registry.counter({ name: "runs_total", help: "Runs" }).inc(2.5, SPAN);
    registry.gauge({ name: "load_ratio", help: "Load", unit: "ratio" }).set(-0.5);
    registry.summary({ name: "wait_seconds", help: "Waits", unit: "seconds" }).observe(3);
    registry.info({ name: "build_info", help: "Build", values: { version: "1" } });
    registry.stateSet({ name: "door", help: "Door", states: ["open", "shut"] }).set("shut");
    sizes.observe(50);
    const values = Array.from({ length: 1_000 }, (_, at) => 1e-3 * 1e5 ** (at / 999)), hostile = HOSTILE.join("");
    for (const value of values) times.observe({ hostile }, value, value === values.at(-1) ? SPAN : undefined);
    times.observe({ hostile }, 0);
    const handler = metricsHandler(registry), types = new Set<string | null>();
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const response = await handler(request);
      types.add(response.headers.get("content-type"));
      return response;
    });
    try {
      await using prometheus = await PrometheusServer.start([`127.0.0.1:${server.addr.port}`], 200, [
        "native-histograms",
      ]);
      const valueOf = async (query: string) => Number((await prometheus.query(query))[0]?.value[1]);
      await prometheus.untilSome("runs_total");
      assertEquals([...types], [
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
      ]);
      const ranked = [0, ...values];
      for (const q of [0.01, 0.25, 0.5, 0.9, 0.99, 0.999]) {
        const exact = ranked[Math.floor(q * ranked.length)] ?? NaN;
        const told = await valueOf(`histogram_quantile(${q}, time_seconds)`);
        // Prometheus takes another place of the bucket than its middle.
        assert(Math.abs(told - exact) <= 2 * relativeError * exact, `quantile ${q}: ${told} for ${exact}`);
      }
      const [counted] = await prometheus.query("histogram_count(time_seconds)");
      assertEquals([counted?.value[1], counted?.metric["hostile"]], ["1001", hostile]);
      assertAlmostEquals(await valueOf("histogram_sum(time_seconds)"), times.with({ hostile }).sum, 1e-9);
      assertEquals(await valueOf("histogram_fraction(0, 0.000001, time_seconds)"), 1 / 1_001, "zeros have a bucket");
      assertEquals(await valueOf("histogram_count(empty_seconds)"), 0);
      assertEquals(await valueOf('size_bytes_bucket{le=~"100(.0)?"}'), 1);
      assertEquals([await valueOf("runs_total"), await valueOf("load_ratio"), await valueOf("wait_seconds_sum")], [
        ...[2.5, -0.5, 3],
      ]);
      assertEquals(await valueOf('wait_seconds{quantile="0.99"}'), 3);
      assertEquals([await valueOf('build_info{version="1"}'), await valueOf('door{door="shut"}')], [1, 1]);
      const exemplars = (await prometheus.exemplars("{__name__=~'.+'}")).flatMap(({ exemplars }) => exemplars);
      const traces = exemplars.map(({ labels, value }) => [labels["trace_id"], Number(value)]);
      assertEquals(traces.toSorted(([, a], [, b]) => Number(a) - Number(b)), [[SPAN.traceId, 2.5], [
        SPAN.traceId,
        100,
      ]]);
    } finally {
      await server.shutdown();
    }
  },
});
