/**
 * Measures how long a thread should spin for a shared lock before it parks, and writes results/spin.md: `./denow task spin`. Takes
 * about a minute, in which the machine should do nothing else.
 *
 * @module
 */

import process from "node:process";
import { COUNT_AT, type SpinOrder, type SpinReport, STOP_AT } from "../bench/threads/spin_order.ts";
import { writeAtomically } from "../src/measure/atomic_write.ts";

const HELD_NS = [0, 100, 1_000, 10_000];
const THINK_NS = [0, 1_000];
const THREADS = [2, 4];
const REPETITIONS = 3;
const ROUND_MS = 40;

/** How a thread spins: how often it looks, and how many pauses there are before a look at most. */
const WAYS = [
  ...[0, 10, 30, 100, 300, 1_000].map((looks) => ({ name: `${looks}`, looks, mostPauses: 1 })),
  { name: "20, to 64", looks: 20, mostPauses: 64 },
  { name: "10, to 16", looks: 10, mostPauses: 16 },
  { name: "30, to 4", looks: 30, mostPauses: 4 },
];
type Way = typeof WAYS[number];

interface Found {
  readonly turnsAMs: number;
  readonly cpuNs: number;
  readonly longestMs: number;
}

/** What the next message of a thread says. */
function next<Message>(worker: Worker): Promise<Message> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Message>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

async function measure(workers: readonly Worker[], order: Omit<SpinOrder, "buffer" | "name">): Promise<Found> {
  const buffer = new SharedArrayBuffer(256), words = new Int32Array(buffer);
  const reports = workers.map((worker) => next<SpinReport>(worker));
  const before = process.cpuUsage(), startMs = performance.now();
  workers.forEach((worker, i) => worker.postMessage({ ...order, buffer, name: i + 1 } satisfies SpinOrder));
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  Atomics.store(words, STOP_AT, 1);
  const done = await Promise.all(reports), ms = performance.now() - startMs, cpu = process.cpuUsage(before);
  const turns = done.reduce((sum, report) => sum + report.turns, 0);
  if (words[COUNT_AT] !== turns) throw new Error(`Expected ${turns} turns to be counted: found ${words[COUNT_AT]}`);
  return {
    turnsAMs: turns / ms,
    cpuNs: (cpu.user + cpu.system) * 1_000 / turns,
    longestMs: Math.max(...done.map(({ longestMs }) => longestMs)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function row(label: string, cells: readonly string[]): string {
  return `| ${[label, ...cells].join(" | ")} |`;
}

async function run(): Promise<void> {
  const load = Deno.loadavg()[0]?.toFixed(1);
  const workers: Worker[] = [];
  for (let i = 0; i < Math.max(...THREADS); i++) {
    const worker = new Worker(new URL("../bench/threads/spin_worker.ts", import.meta.url), { type: "module" });
    workers.push(worker);
    await next(worker);
  }
  const cases = THREADS.flatMap((threads) =>
    HELD_NS.flatMap((heldNs) => THINK_NS.map((thinkNs) => ({ threads, heldNs, thinkNs })))
  );
  const lines = [
    row("threads, held, away (ns)", WAYS.map(({ name }) => name)),
    row("---", WAYS.map(() => "---")),
  ];
  for (const { threads, heldNs, thinkNs } of cases) {
    const found = new Map<Way, Found[]>(WAYS.map((way) => [way, []]));
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      for (const way of repetition % 2 === 0 ? WAYS : WAYS.toReversed()) {
        found.get(way)?.push(await measure(workers.slice(0, threads), { ...way, heldNs, thinkNs }));
      }
    }
    const cells = [...found.values()].map((each) => {
      const turns = each.map(({ turnsAMs }) => turnsAMs);
      const spread = `${Math.round(Math.min(...turns))} to ${Math.round(Math.max(...turns))}`;
      const cpuNs = Math.round(median(each.map(({ cpuNs }) => cpuNs)));
      const longestMs = Math.max(...each.map(({ longestMs }) => longestMs));
      return `${Math.round(median(turns))} (${spread}); ${cpuNs}; ${longestMs.toFixed(1)}`;
    });
    lines.push(row(`${threads}, ${heldNs}, ${thinkNs}`, cells));
    console.error(lines.at(-1));
  }
  for (const worker of workers) worker.terminate();
  const { deno, v8 } = Deno.version;
  await writeAtomically(
    "results/spin.md",
    `# How long to spin for a shared lock

Each cell: turns a millisecond, median and range of ${REPETITIONS} interleaved rounds of ${ROUND_MS} ms; CPU time a turn in ns; longest
wait in ms. A column says how often a thread looks before it parks; "to n": the pauses before a look double, up to n; else one.
${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} CPUs, load ${load} before, Deno ${deno}, V8 ${v8}; written by \`./denow task spin\`.

${lines.join("\n")}
`,
  );
}

if (import.meta.main) await run();
