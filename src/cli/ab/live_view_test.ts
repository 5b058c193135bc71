import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Standing } from "../../compare/sequential/mod.ts";
import { createLiveView, liveLines } from "./live_view.ts";

const standing = (name: string, change: Partial<Standing> = {}): Standing => ({
  id: `suite/${name}`,
  verdict: null,
  pairs: 4,
  ratio: 1.02,
  interval: { low: 1, high: 1.04, level: 0.95 },
  ...change,
});

const layout = {
  head: "Pair of processes 3: 5 undecided",
  width: 79,
  rows: 10,
  color: false,
  scale: { reach: 0.12 },
  threshold: 0.03,
};

const STANDINGS = [
  standing("same", { verdict: "same", ratio: 1, interval: { low: 0.99, high: 1.01, level: 0.95 } }),
  standing("slower", { verdict: "slower", ratio: 1.1, interval: { low: 1.05, high: 1.15, level: 0.95 } }),
  standing("open"),
  standing("no interval", { pairs: 1, interval: null }),
  standing("nothing", { pairs: 0, ratio: null, interval: null }),
];

Deno.test("liveLines() draws a line for each benchmark, with its interval and its state", () => {
  assertEquals(liveLines(STANDINGS, layout).map((line) => line.trimEnd()), [
    "Pair of processes 3: 5 undecided",
    "suite/same                    :··─●─··:                0.0 %  = same",
    "suite/slower                  :···│···:  ──────●──►  +10.0 %  ▲ slower",
    "suite/open                    :···┼──●┼─              +2.0 %  deciding",
    "suite/no interval             :···│··○:               +2.0 %  deciding",
    "suite/nothing                                                 deciding",
  ]);
});

Deno.test("liveLines() never exceeds the width or the rows, and folds what is decided first", () => {
  const many = Array.from(
    { length: 30 },
    (_, index) => standing(`${"long ".repeat(20)}${index}`, index % 2 === 0 ? { verdict: "same" } : {}),
  );
  for (const width of [20, 40, 79, 120]) {
    for (const rows of [2, 5, 18, 40]) {
      const lines = liveLines(many, { ...layout, width, rows });
      assert(lines.length <= rows, `${rows} rows`);
      assert(lines.every((line) => line.length <= Math.max(width, 36)), `${width} columns`);
    }
  }
  const lines = liveLines(many, { ...layout, rows: 18 });
  assert(lines.slice(1, -1).filter((line) => line.includes("deciding")).length === 15);
  assertEquals(lines.at(-1), "and 14 same");
});

Deno.test("liveLines() shows a hostile name as text", () => {
  const [, line = ""] = liveLines([standing("\x1b[2J\r\n\u202e")], layout);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x1f\u202e]/.test(line), JSON.stringify(line));
});

function view(redraws: boolean) {
  let text = "";
  const output = {
    write: () => Promise.resolve(true),
    writeNow: (more: string) => {
      text += more;
    },
  };
  const terminal = { width: 80, color: false, redraws };
  const made = createLiveView({ output, terminal, rows: () => 24, budgetMs: 60_000 });
  return { view: made, text: () => text };
}

const EVENTS = [
  { type: "planned", ids: STANDINGS.map(({ id }) => id), threshold: 0.03 },
  { type: "pair_started", pair: 1, benchmarks: 5 },
  { type: "settled", standing: STANDINGS[1] ?? standing("x") },
  { type: "failed", failure: { id: "suite/bad", side: "b", reason: "threw", message: "no\nroom" } },
  { type: "standings", standings: STANDINGS, elapsedMs: 10_000 },
] as const;

Deno.test("createLiveView() draws in place on a terminal, and takes all away at the end but what failed", () => {
  const { view: drawing, text } = view(true);
  for (const event of EVENTS) drawing.listener(event);
  assertStringIncludes(text(), "\x1b[1A\r\x1b[J");
  assertStringIncludes(text(), "Pair of processes 2: 5 undecided, at most 50 s left\nsuite/same");
  assertStringIncludes(text(), "FAILED suite/bad in B: threw: ");
  drawing.end();
  assert(text().endsWith("\x1b[6A\r\x1b[J"));
});

Deno.test("createLiveView() prints a line for each decision elsewhere", () => {
  const { view: lines, text } = view(false);
  for (const event of EVENTS) lines.listener(event);
  lines.end();
  const [planned, settled, failed, ...rest] = text().split("\n");
  assertEquals(planned, "Comparing 5 benchmarks, at most 1 min 00 s");
  assertEquals(settled, "suite/slower: ▲ slower, +10.0 % (+5.0 to +15.0 %), 4 pairs");
  assertStringIncludes(failed ?? "", "FAILED suite/bad in B: threw: no");
  assertEquals(rest, [""]);
});
