import { assert, assertEquals } from "@std/assert";
import { neighboursBetween, parsePs, type ProcessReadings, readProcesses } from "./neighbours.ts";
import { recordedHost } from "./testdata/recorded_hosts.ts";

const stat = (pid: number, name: string, parent: number, ticks: number) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 0 0 0 0 0 ${ticks} 0 900 0 20 0 1 0 100 1 1\n`;

Deno.test("readProcesses() reads every process under /proc, whatever its name holds", async () => {
  const files = {
    "/proc/1/stat": stat(1, "init", 0, 5),
    "/proc/20/stat": stat(20, "a) b (c", 1, 250),
    "/proc/30/stat": "gone",
    "/proc/meminfo": "MemTotal: 1 kB\n",
  };
  const readings = await readProcesses(recordedHost("linux", files));
  assertEquals(readings === null ? [] : [...readings], [
    [1, { name: "init", parent: 0, cpuMs: 50 }],
    [20, { name: "a) b (c", parent: 1, cpuMs: 2500 }],
  ]);
  assertEquals(await readProcesses(recordedHost("linux", {})), null);
  assertEquals(await readProcesses(recordedHost("windows", {})), null);
});

Deno.test("readProcesses() of macOS reads the table of ps", async () => {
  const table =
    "    1     0   1:02.50 /sbin/launchd\n  501     1  1-02:03:04.00 /Applications/My App.app/My App\n  bad line\n";
  assertEquals(await readProcesses(recordedHost("darwin", {}, { ps: table })), parsePs(table));
  assertEquals([...parsePs(table)], [
    [1, { name: "launchd", parent: 0, cpuMs: 62_500 }],
    [501, { name: "My App", parent: 1, cpuMs: 93_784_000 }],
  ]);
});

Deno.test("neighboursBetween() names the busiest first, without the watcher and what it has started", () => {
  const reading = (times: Record<number, [name: string, parent: number, cpuMs: number]>): ProcessReadings =>
    new Map(Object.entries(times).map(([pid, [name, parent, cpuMs]]) => [Number(pid), { name, parent, cpuMs }]));
  const before = reading({
    1: ["init", 0, 10],
    4: ["kworker/1:1-events", 2, 9000],
    5: ["make", 1, 500],
    6: ["old", 1, 9000],
    9: ["self", 1, 0],
  });
  const after = reading({
    1: ["init", 0, 10],
    4: ["kworker/1:1-mm_percpu_wq", 2, 9050],
    5: ["make", 1, 900],
    6: ["new", 1, 250],
    7: ["cc", 5, 700],
    8: ["spin", 1, 3],
    9: ["self", 1, 800],
    10: ["fork", 9, 800],
    11: ["circle", 12, 20],
    12: ["circle", 11, 0],
  });
  assertEquals(neighboursBetween(before, after, 1000, 9), [
    { pid: 7, name: "cc", processors: 0.7 },
    { pid: 5, name: "make", processors: 0.4 },
    { pid: 6, name: "new", processors: 0.25 }, // another program under a number that was used before
    { pid: 4, name: "kworker/1:1-mm_percpu_wq", processors: 0.05 }, // the same one, by another name
    { pid: 11, name: "circle", processors: 0.02 },
  ]);
});

Deno.test("readProcesses() sees this process", { ignore: Deno.build.os === "windows" }, async () => {
  assert((await readProcesses())?.has(Deno.pid));
});
