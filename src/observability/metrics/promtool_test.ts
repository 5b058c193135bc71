/** What we print against the program that reads it: skipped where Debian's package `prometheus` is not installed. */
import { assertEquals } from "@std/assert";
import type { ExpositionFormat } from "./metric.ts";
import { Registry } from "./registry.ts";

const isThere = (() => {
  try {
    return new Deno.Command("promtool", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

async function check(text: string): Promise<{ success: boolean; said: string }> {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(60_000),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  return { success, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

function everyType(): Registry {
  const registry = new Registry({ warn: () => {} }), labels = ["hostile"] as const;
  const hostile = ['"', "\\", "\n", "\\n", '\\"', "\ud800", "😀", "", "# EOF\n", "{},=", "x".repeat(10_000)];
  const counter = registry.counter({ name: "requests_total", help: 'A "help"\n\\ text', labels, maxSeries: 8 });
  const gauge = registry.gauge({ name: "temperature_celsius", help: "G", unit: "celsius", labels });
  const upDown = registry.upDownCounter({ name: "queue_length", help: "U", labels });
  const histogram = registry.histogram({ name: "request_seconds", help: "H", unit: "seconds", labels });
  const below = registry.histogram({ name: "drift_meters", help: "B", unit: "meters", buckets: [-1, 0, 1], labels });
  const exponential = registry.exponentialHistogram({ name: "size_bytes", help: "E", unit: "bytes", labels });
  const summary = registry.summary({ name: "wait_seconds", help: "S", unit: "seconds", labels });
  const states = registry.stateSet({ name: "door_state", help: "D", states: ["open", 'sh"ut'], labels });
  registry.info({ name: "build_info", help: "I", values: { version: hostile.join("") } });
  for (const [at, text] of hostile.entries()) {
    const values = { hostile: text }, value = 10 ** (at - 5) * 1.1;
    counter.inc(values, value, { labels: { text: text.slice(0, 100) } });
    gauge.set(values, -value);
    upDown.dec(values, value);
    histogram.observe(values, value, { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" });
    below.observe(values, -value);
    exponential.observe(values, value);
    summary.observe(values, value);
    states.with(values).set('sh"ut');
  }
  return registry;
}

Deno.test({
  name: `promtool check metrics finds nothing wrong${isThere ? "" : " (skipped: there is no promtool)"}`,
  ignore: !isThere,
  async fn() {
    const format: ExpositionFormat = "prometheus";
    assertEquals(await check(everyType().expose(format)), { success: true, said: "" });
    assertEquals((await check('x{a="\n"} 1\n')).success, false, "promtool does look");
  },
});
