import { assert, assertEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { DelaySampler } from "./delay_sampler.ts";
import { processMetrics } from "./process_metrics.ts";
import { readHeap } from "../../measure/fork/garbage.ts";
import { Registry } from "./registry.ts";
import { parseExposition } from "./testdata/parse_exposition.ts";
import { TimerWheel } from "../../reliability/timer_wheel.ts";

const EVERYWHERE = [
  "process_cpu_seconds_total",
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_resident_memory_bytes",
  "process_start_time_seconds",
  "nodejs_heap_size_total_bytes",
  "nodejs_heap_size_used_bytes",
  "nodejs_external_memory_bytes",
  "nodejs_eventloop_lag_seconds",
  ...(readHeap().allocatedBytes === null ? [] : ["nodejs_heap_allocated_bytes_total"]), // V8 of Node.js 20 does not tell
  "nodejs_gc_observed_total",
];
const ON_LINUX = ["process_virtual_memory_bytes", "process_threads", "process_open_fds", "process_max_fds"];

/** Each metric's one value. */
function valuesOf(text: string): Map<string, number> {
  return new Map(
    parseExposition(text, "prometheus").flatMap(({ samples }) => samples.map(({ name, value }) => [name, value])),
  );
}

Deno.test("processMetrics() measures the process as it is", async () => {
  const warnings: string[] = [], registry = new Registry({ warn: (message) => warnings.push(message) });
  using _ended = processMetrics(registry);
  const values = valuesOf(await registry.scrape()), value = (name: string) => values.get(name) ?? NaN;
  const onLinux = Deno.build.os === "linux" ? ON_LINUX : [];
  assertEquals([[...values.keys()], warnings], [[...EVERYWHERE, ...onLinux], []]);
  for (const name of [...EVERYWHERE, ...onLinux]) assert(value(name) >= 0, `${name} is ${value(name)}`);
  assert(value("process_resident_memory_bytes") > 2 ** 20);
  assert(value("nodejs_heap_size_used_bytes") <= value("nodejs_heap_size_total_bytes"));
  if (EVERYWHERE.includes("nodejs_heap_allocated_bytes_total")) {
    assert(value("nodejs_heap_allocated_bytes_total") >= value("nodejs_heap_size_used_bytes"));
  }
  assert(Math.abs(value("process_start_time_seconds") - Date.now() / 1_000) < 86_400, "seconds since the epoch");
  const { user, system } = {
    user: value("process_cpu_user_seconds_total"),
    system: value("process_cpu_system_seconds_total"),
  };
  assert(value("process_cpu_seconds_total") <= user + system, "was read before the others");
  if (onLinux.length === 0) return;
  assert(value("process_virtual_memory_bytes") > value("process_resident_memory_bytes"));
  assert(value("process_threads") >= 1 && value("process_threads") < 1_000);
  // Tests that run meanwhile in this process open and close some, too.
  const opened = Array.from({ length: 200 }, () => Deno.openSync("/dev/null"));
  assert((valuesOf(await registry.scrape()).get("process_open_fds") ?? 0) >= value("process_open_fds") + 100);
  for (const file of opened) file.close();
});

Deno.test("processMetrics() leaves out what it has no permission for, and asks for none", async () => {
  const script = new URL("./testdata/tell_process_metrics.ts", import.meta.url).pathname;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--config", config, script],
    stdin: "null",
  }).output();
  assertEquals([
    [...valuesOf(new TextDecoder().decode(stdout).trimEnd() + "\n").keys()],
    new TextDecoder().decode(stderr),
  ], [
    EVERYWHERE,
    "",
  ]);
});

Deno.test("processMetrics() is removed as a whole, also if it finds a name taken", () => {
  const registry = new Registry();
  processMetrics(registry, { sampleEventLoopEveryMs: 20 })[Symbol.dispose]();
  assertEquals(registry.expose(), "");
  registry.gauge({ name: "nodejs_eventloop_lag_seconds", help: "Mine", unit: "seconds" });
  const before = registry.expose();
  assertThrows(() => processMetrics(registry), TypeError, "taken by another definition");
  assertEquals(registry.expose(), before);
  assertThrows(() => processMetrics(registry, { sampleEventLoopEveryMs: 0 }), RangeError, "sampleEventLoopEveryMs");
});

Deno.test("DelaySampler tells how late the event loop is, until it is ended", () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    const delays: number[] = [];
    const sampler = new DelaySampler(new TimerWheel(), 20, (seconds) => delays.push(seconds));
    clock.tick(20);
    clock.jump(70); // the loop was busy
    clock.tick(20);
    sampler[Symbol.dispose]();
    clock.tick(1_000);
    assertEquals(delays, [0, 0.05, 0]);
  } finally {
    clock.uninstall();
  }
});
