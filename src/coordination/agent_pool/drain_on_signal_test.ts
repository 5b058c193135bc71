import { assert, assertEquals, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { WorkProcessor } from "../work/work_processor.ts";
import { WorkQueue } from "../work/work_queue.ts";
import { AgentPool } from "./agent_pool.ts";
import { drainOnSignal } from "./drain_on_signal.ts";

const hasSignals = Deno.build.os !== "windows";

interface ProgramReport {
  readonly completed: number;
  readonly unfinished: readonly { n: number; state: "waiting" | "running"; attempts: number }[];
  readonly answers: readonly string[];
  readonly ends: readonly number[];
}

/** Runs the program, asks it to end while it works, and again while it drains; answers what it says when it has ended by itself. */
async function drainedProgram(args: readonly string[]): Promise<ProgramReport> {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-all",
      "--cached-only",
      "--no-check",
      "--config",
      path("../../../deno.json"),
      path("./testdata/draining_program.ts"),
      ...args,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text === "working\n") child.kill("SIGTERM");
    else if (text === "working\ndraining\n") {
      child.kill("SIGTERM");
      await child.stdin.close();
    }
  }
  const { code, signal } = await child.status;
  assertEquals({ code, signal }, { code: 0, signal: null });
  const [working, draining, report = ""] = text.split("\n");
  assertEquals([working, draining], ["working", "draining"]);
  return JSON.parse(report);
}

for (const where of ["here", "workers"]) {
  Deno.test({
    name: `drainOnSignal() finishes all work at a SIGTERM, each once, also if it comes again: ${where}`,
    ignore: !hasSignals,
    async fn() {
      const { completed, unfinished, answers, ends } = await drainedProgram([where, "none", "finite"]);
      assertEquals({ completed, unfinished }, { completed: 20, unfinished: [] });
      assertEquals([new Set(answers), new Set(ends)], [new Set(["done"]), new Set([1])]);
    },
  });

  Deno.test({
    name: `drainOnSignal() reports at its deadline what is left, loses nothing and does nothing twice: ${where}`,
    ignore: !hasSignals,
    async fn() {
      const { completed, unfinished, answers, ends } = await drainedProgram([where, "300", "endless"]);
      const left = new Map(unfinished.map((task) => [task.n, task]));
      assertEquals(completed + left.size, 20);
      for (const [n, answer] of answers.entries()) {
        const task = left.get(n);
        assertEquals(answer, task === undefined ? "done" : "drain_deadline");
        if (task === undefined) assertEquals(ends[n], 1);
        // One that ran may have done its work at the deadline itself: that is what `running` says.
        else if (task.state === "running") assert(task.attempts === 1 && ends[n]! <= 1);
        else assertEquals([task.attempts, ends[n]], [0, 0]);
      }
      assertEquals([left.get(0)?.state, ends[0]], ["running", 0], "one that never ends is told of");
    },
  });
}

Deno.test({
  name: "drainOnSignal() drains a processor too, and stops listening when disposed of",
  ignore: !hasSignals,
  async fn() {
    const pool = new AgentPool({ run: (n: number) => n });
    drainOnSignal(pool, "SIGHUP")[Symbol.dispose]();
    const queue = new WorkQueue<number>(), done: number[] = [];
    const processor = new WorkProcessor(queue, { handle: ({ data }) => void done.push(data) }).start();
    const draining = drainOnSignal(processor, "SIGHUP", { deadlineMs: 60_000 });
    queue.tryAdd(1);
    Deno.kill(Deno.pid, "SIGHUP");
    const keepsAlive = setInterval(() => {}, 1_000); // a listener to signals alone does not
    const { succeeded } = await draining.drained;
    clearInterval(keepsAlive);
    assertEquals([succeeded, done, await pool.run(7)], [1, [1], 7]);
    await pool.drain();
  },
});

Deno.test("drainOnSignal() refuses a deadline that makes no sense", () => {
  const pool = new AgentPool({ run: () => {} });
  assertThrows(() => drainOnSignal(pool, "SIGTERM", { deadlineMs: -1 }), RangeError, "deadlineMs -1");
});
