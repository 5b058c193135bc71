import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCpuModel, parseHostTimes, parseInvoluntarySwitches, parseSchedulerStatistics } from "./proc_text.ts";
import { CPUINFO_ARM, CPUINFO_X64, STAT, STATUS } from "./testdata/host_files.ts";

Deno.test("parseSchedulerStatistics() reads time on a processor and in line for one", () => {
  assertEquals(parseSchedulerStatistics("34908633 1431686 13\n"), { cpuNs: 34908633, runQueueDelayNs: 1431686 });
  assertEquals(parseSchedulerStatistics("0 0 0"), { cpuNs: 0, runQueueDelayNs: 0 });
});

Deno.test("parseSchedulerStatistics() is null for any other text", () => {
  const wrong = [
    "",
    "1 2",
    "1 2 3 4",
    "-1 2 3",
    "1.5 2 3",
    "a 2 3",
    "1\n2\n3",
    "1 2 3\n4 5 6\n",
    "99999999999999999999 1 1",
  ];
  for (const text of wrong) assertEquals(parseSchedulerStatistics(text), null, JSON.stringify(text));
});

Deno.test("parseInvoluntarySwitches() finds the involuntary switches, not the voluntary ones", () => {
  assertEquals(parseInvoluntarySwitches(STATUS), 16);
});

Deno.test("parseInvoluntarySwitches() is null for texts that lack them, or whose end is missing", () => {
  const wrong = [
    "",
    STATUS.replace("nonvoluntary", "xvoluntary"),
    STATUS.slice(0, -4),
    "nonvoluntary_ctxt_switches:\t-1",
  ];
  for (const text of wrong) assertEquals(parseInvoluntarySwitches(text), null, JSON.stringify(text));
  assertEquals(parseInvoluntarySwitches(`nonvoluntary_ctxt_switches:\t${"9".repeat(400)}`), null);
});

Deno.test("parseInvoluntarySwitches() cannot be fooled by a program's name, in which the kernel escapes line ends", () => {
  assertEquals(parseInvoluntarySwitches("Name:\tx\\nnonvoluntary_ctxt_switches:\t7\n" + STATUS), 16);
});

Deno.test("parseHostTimes() adds up the first line of /proc/stat, in milliseconds", () => {
  assertEquals(parseHostTimes(STAT), {
    busyMs: (7272 + 57 + 3983 + 3 + 64) * 10,
    idleMs: (313581 + 514) * 10,
    stealMs: 130,
  });
});

Deno.test("parseHostTimes() knows no steal time on old kernels, and needs only the start of the file", () => {
  assertEquals(parseHostTimes("cpu  1 2 3 4\ncpu0 1 2 3 4\n"), { busyMs: 60, idleMs: 40, stealMs: null });
  assertEquals(parseHostTimes(STAT.slice(0, 60)), parseHostTimes(STAT));
});

Deno.test("parseHostTimes() is null for any other text", () => {
  const wrong = [
    "",
    "cpu  1 2 3\n",
    "cpu0 1 2 3 4\n",
    "cpu  1 2 x 4\n",
    "cpu  1 -2 3 4\n",
    `cpu  1 2 3 ${"9".repeat(30)}\n`,
  ];
  for (const text of wrong) assertEquals(parseHostTimes(text), null, JSON.stringify(text));
});

Deno.test("parseCpuModel() finds the model, or on ARM implementer and part", () => {
  assertEquals(parseCpuModel(CPUINFO_X64), "AMD EPYC 9R14");
  assertEquals(parseCpuModel(CPUINFO_ARM), "implementer 0x41, part 0xd0c");
  assertEquals(parseCpuModel("cpu\t\t: POWER9, altivec supported\n"), "POWER9, altivec supported");
  assertEquals(parseCpuModel(""), null);
  assertEquals(parseCpuModel("model name\t:\nflags\t: fpu\n"), null);
});

Deno.test("the parsers survive any text, and tell only counts", () =>
  fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(cpu )?[ \d-]{0,40}\n?$/)), (text) => {
    const scheduler = parseSchedulerStatistics(text);
    const times = parseHostTimes(text);
    const counts = [
      ...[scheduler?.cpuNs, scheduler?.runQueueDelayNs, times?.busyMs, times?.idleMs, times?.stealMs],
      parseInvoluntarySwitches(text),
    ];
    for (const count of counts) assert(count === undefined || count === null || Number.isSafeInteger(count));
    assert((parseCpuModel(text) ?? "").length <= text.length + 20);
  })));
