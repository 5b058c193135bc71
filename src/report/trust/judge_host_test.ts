import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import stringWidth from "string-width";
import { hostVerdict, judgeHost } from "./judge_host.ts";
import { systemText } from "./system_text.ts";
import { type Changes, readingWith } from "./testdata/readings.ts";

/** The properties that are not good, as `code judgement`. */
function complaints(changes: Changes): string[] {
  return judgeHost(readingWith(changes)).filter(({ judgement }) => judgement !== "good")
    .map(({ code, judgement }) => `${code} ${judgement}`);
}

const environment = (changes: object) => ({ environment: { ...readingWith().environment, ...changes } });

Deno.test("judgeHost() finds nothing wrong with a good host, and advises nothing", () => {
  const checks = judgeHost(readingWith());
  assertEquals(
    checks.filter(({ judgement, reason, advice }) => judgement !== "good" || reason !== "" || advice !== ""),
    [],
  );
  assertEquals(hostVerdict(checks), "Good for measuring: nothing that is known speaks against it");
});

const CASES: readonly (readonly [what: string, changes: Changes, expected: readonly string[]])[] = [
  ["turbo", { host: { turbo: true } }, ["turbo mind"]],
  ["SMT", { host: { smt: true } }, ["smt mind"]],
  ["no frequency driver", { host: { frequencyMhz: null } }, ["frequency unknown"]],
  ["a rate without limits", { host: { frequencyMhz: { current: 2600, min: null, max: null } } }, ["frequency unknown"]],
  ["a limit of half a processor", { host: { cpuLimit: 0.5 } }, ["processor_limit mind"]],
  ["a limit of many processors", { host: { cpuLimit: 4 } }, []],
  ["a limit that held", { host: { cpuLimit: 4 }, quietness: { quotaThrottledMs: 5 } }, ["processor_limit bad"]],
  ["limits that cannot be seen", { host: { cgroupVersion: null } }, ["processor_limit unknown"]],
  ["little memory", { host: { availableMemoryBytes: 1e9 } }, ["memory mind"]],
  ["little of a limit", { host: { memoryLimitBytes: 1e9, availableMemoryBytes: 0.5e9 } }, []],
  ["swap in use", { host: { swap: { totalBytes: 1e9, usedBytes: 5e8 } } }, []],
  ["swapping", { host: { swap: { totalBytes: 1e9, usedBytes: 5e8 } }, quietness: { swappedPages: 9 } }, ["swap bad"]],
  ["a disk in memory", { host: { disk: { fileSystem: "tmpfs", medium: "memory" } } }, ["disk mind"]],
  ["a disk over a network", { host: { disk: { fileSystem: "nfs4", medium: "network" } } }, ["disk mind"]],
  ["a container's layers", { host: { disk: { fileSystem: "overlay", medium: "overlay" } } }, ["disk mind"]],
  ["an unknown disk", { host: { disk: { fileSystem: "btrfs", medium: "unknown" } } }, ["disk unknown"]],
  ["a slow clock", { host: { clockSource: "hpet" } }, ["clock mind"]],
  ["heat", { host: { temperatureCelsius: 95 } }, ["heat mind"]],
  ["heat that slowed it down", { quietness: { thermalThrottles: 1 } }, ["heat bad"]],
  ["no sensor", { host: { temperatureCelsius: null }, quietness: { thermalThrottles: null } }, ["heat unknown"]],
  ["battery", { host: { power: "battery" } }, ["power bad"]],
  ["no supply", { host: { power: null } }, ["power unknown"]],
  ["load", { quietness: { loadStart: 5 } }, ["load mind"]],
  ["high load", { quietness: { loadStart: 9 } }, ["load bad"]],
  ["steal", { quietness: { stealRatio: 0.005 } }, ["steal mind"]],
  ["high steal", { quietness: { stealRatio: 0.02 } }, ["steal bad"]],
  ["others", { quietness: { otherProcessors: 0.3 } }, ["others mind"]],
  ["busy others", { quietness: { otherProcessors: 1.5 } }, ["others bad"]],
  ["a hypervisor", { reading: environment({ virtualization: "docker in kvm" }) }, [
    "smt unknown",
    "virtualization mind",
  ]],
  ["a container", { reading: environment({ virtualization: "docker" }) }, []],
  ["macOS, which tells no hypervisor", { reading: environment({ os: "darwin" }) }, ["virtualization unknown"]],
  ["a governor that saves", {
    reading: environment({ cpu: { model: "x", count: 8, governor: "powersave" } }),
  }, ["governor mind"]],
  ["one processor", { reading: environment({ cpu: { model: "x", count: 1, governor: null } }) }, [
    "processor mind",
    "governor unknown",
  ]],
  ["a coarse clock", {
    reading: { clock: { source: "x", costNs: 40, stepNs: 1e6, monotonic: true } },
  }, ["clock bad"]],
  ["a clock that ran backwards", {
    reading: { clock: { source: "x", costNs: 40, stepNs: 1, monotonic: false } },
  }, ["clock bad"]],
];

for (const [what, changes, expected] of CASES) {
  Deno.test(`judgeHost() of ${what}: ${expected.join(", ") || "good"}`, () =>
    assertEquals(complaints(changes), expected));
}

Deno.test("judgeHost() gives every harm a reason and an advice, and everything unknown a reason", () => {
  for (const [what, changes] of CASES) {
    for (const { judgement, reason, advice } of judgeHost(readingWith(changes))) {
      if (judgement === "mind" || judgement === "bad") assert(reason !== "" && advice !== "", what);
      if (judgement === "unknown") assert(reason !== "", what);
    }
  }
});

Deno.test("judgeHost() guesses nothing of a document without facts", () => {
  const checks = judgeHost(readingWith({ reading: { host: null } }));
  const untold = checks.filter(({ judgement }) => judgement === "unknown").map(({ code }) => code);
  assertEquals(untold, ["frequency", "turbo", "smt", "processor_limit", "swap", "disk", "power"]);
});

Deno.test("judgeHost() names the busiest neighbours, whatever they are called", () => {
  const neighbours = ["make", "\x1b[2Jcc", "ld", "as"].map((name, index) => ({
    name,
    pid: index + 7,
    processors: 1 - index / 10,
  }));
  const checks = judgeHost(readingWith({ quietness: { otherProcessors: 3.4 }, reading: { neighbours } }));
  const found = checks.find(({ code }) => code === "others");
  assertEquals(found?.value, "3.40 processors busy: make (7) 1.00, \\u{1b}[2Jcc (8) 0.90, ld (9) 0.80");
});

Deno.test("systemText() has the verdict first, a line for each property, and the advice only if it is asked for", () => {
  const reading = readingWith({ host: { turbo: true, power: "battery" } });
  const checks = judgeHost(reading);
  const plain = systemText(reading, checks, { width: 80, color: false, advice: false });
  assert(plain.startsWith("Not fit for small differences now: power\n"));
  assert(plain.split("\n").every((line) => line.length <= 80), plain);
  assert(!plain.includes("Plug it in"));
  const advised = systemText(reading, checks, { width: 80, color: false, advice: true });
  assertStringIncludes(advised, "Power: bad\n  Plug it in\n");
  assert(advised.indexOf("Power: bad") < advised.indexOf("Turbo: mind"), "the gravest first");
});

Deno.test("systemText() fits its width, whatever the host is called and why a figure is missing", () => {
  const hostile = "\x1b[31m\x9b2J\u202e two\nlines and words that go on ".repeat(6);
  const reading = readingWith({
    host: { clockSource: hostile, disk: { fileSystem: hostile, medium: "overlay" } },
    reading: {
      ...environment({
        kernel: hostile,
        virtualization: hostile,
        cpu: { model: hostile, count: 1, governor: hostile },
      }),
      neighbours: [{ pid: 1, name: hostile, processors: 2 }],
      hostFigures: [
        { name: "disk_sync_write", kind: "disk", unit: "µs", better: "lower", status: "missing", reason: hostile },
      ],
    },
  });
  for (const width of [60, 80, 200]) {
    const text = systemText(reading, judgeHost(reading), { width, color: false, advice: true });
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text));
    for (const line of text.split("\n")) {
      assert(stringWidth(line) <= width, `${stringWidth(line)} of ${width}: ${line}`);
    }
  }
});
