/** The dashboard for Grafana against what is observed, and each of its queries against a real Prometheus, which .ci/run installs. */
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { metricsHandler, Registry } from "../metrics/mod.ts";
import { hasPrometheus, PrometheusServer } from "../metrics/testdata/prometheus_server.ts";
import { Demo } from "./testdata/demo.ts";

/** What Grafana needs of a dashboard to import it, as far as ours goes. */
const place = z.strictObject({ h: z.int().min(1), w: z.int().min(1).max(24), x: z.int().min(0), y: z.int().min(0) });
const source = z.strictObject({ type: z.literal("prometheus"), uid: z.literal("${datasource}") });
const target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: source,
  editorMode: z.literal("code"),
  range: z.literal(true),
  expr: z.string().min(1),
  legendFormat: z.string(),
});
const panel = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("row"), id: z.int(), title: z.string(), gridPos: place, panels: z.tuple([]) }),
  z.looseObject({
    type: z.enum(["timeseries", "stat"]),
    id: z.int(),
    title: z.string(),
    description: z.string(),
    datasource: source,
    gridPos: place,
    targets: z.array(target).min(1),
    fieldConfig: z.strictObject({ defaults: z.looseObject({ unit: z.string() }), overrides: z.array(z.never()) }),
    options: z.looseObject({}),
  }),
]);
const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.int().min(36),
  templating: z.strictObject({ list: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
  panels: z.array(panel),
});

const dashboard = dashboardSchema.parse(
  JSON.parse(Deno.readTextFileSync(new URL("../../../dashboards/grafana.json", import.meta.url))),
);
const targets = dashboard.panels.flatMap((panel) => panel.type === "row" ? [] : panel.targets);

/** An expression as Grafana would send it. */
function sent(expression: string): string {
  return expression
    .replaceAll("$agent", ".*")
    .replaceAll("$pool", ".*")
    .replaceAll("$__rate_interval", "10s")
    .replaceAll("$__range", "1m");
}

Deno.test("dashboards/grafana.json has panels side by side, each with an id and every variable that it uses", () => {
  const { panels, templating } = dashboard, taken = new Set<string>();
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const { gridPos: { x, y, w, h }, title } of panels) {
    assert(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        assert(!taken.has(`${column} ${row}`), `${title} overlaps`);
        taken.add(`${column} ${row}`);
      }
    }
  }
  const used = new Set(
    targets.flatMap(({ expr }) => [...expr.matchAll(/\$(?!__)\w+/g)].map(([name]) => name.slice(1))),
  );
  assertEquals([...used, "datasource"].sort(), templating.list.map(({ name }) => name).sort());
});

Deno.test("dashboards/grafana.json asks for every metric of agents and pools, and for no other", async () => {
  const metrics = new Registry();
  await using demo = new Demo(metrics);
  await demo.work();
  const observed = [...(await metrics.scrape()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name!);
  const asked = targets.flatMap(({ expr }) => [...expr.matchAll(/puffinflow_\w+/g)].map(([name]) => name));
  assertEquals(
    [...new Set(asked.map((name) => name.replace(/_(bucket|sum|count)$/, "")))].sort(),
    observed.filter((name) => name.startsWith("puffinflow_")).sort(),
  );
});

const isThere = hasPrometheus();

Deno.test({
  name: `dashboards/grafana.json: a real Prometheus answers each query with data${
    isThere ? "" : " (skipped: there is no prometheus)"
  }`,
  ignore: !isThere,
  async fn() {
    const metrics = new Registry();
    await using demo = new Demo(metrics);
    const handler = metricsHandler(metrics);
    await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      await demo.work(); // so that each scrape finds more than the one before
      return await handler(request);
    });
    await using prometheus = await PrometheusServer.start([`127.0.0.1:${server.addr.port}`], 200);
    for (const { expr } of targets) {
      const series = await prometheus.untilSome(sent(expr), ({ value: [, value] }) => Number.isFinite(Number(value)));
      assert(series.length > 0, expr);
    }
    const runs = await prometheus.query("sum by (agent, status) (puffinflow_runs_total) > 0");
    assertEquals(runs.map(({ metric }) => `${metric.agent} ${metric.status}`).sort(), [
      "orders completed",
      "returns failed",
    ]);
  },
});
