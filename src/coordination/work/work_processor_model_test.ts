import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import type { Delivery } from "./delivery.ts";
import type { WorkJob, WorkStatistics } from "./work_job.ts";
import { WorkProcessor } from "./work_processor.ts";
import { WorkQueue } from "./work_queue.ts";

/** An item of work: how long it takes, how often it fails before it can be done, and whether its handler heeds its signal. */
interface Task {
  readonly durationMs: number;
  readonly isDeaf: boolean;
  failures: number;
  done: number;
}

const tasks = fc.record({
  durationMs: fc.constantFrom(0, 5, 20, 29, 31, 200), // some take longer than they may
  isDeaf: fc.boolean(),
  failures: fc.constantFrom(0, 0, 1, 3),
});

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), task: tasks, delayMs: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("tick" as const), ms: fc.nat(60) }) },
  { weight: 2, arbitrary: fc.constant({ kind: "take" as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("late" as const), n: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("start" as const),
      concurrency: fc.integer({ min: 1, max: 3 }),
      batchSize: fc.constantFrom(1, 1, 3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("stop" as const),
      n: fc.nat(9),
      deadlineMs: fc.option(fc.nat(40), { nil: undefined }),
    }),
  },
);

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}

Deno.test("WorkProcessor loses nothing, whoever stops, vanishes or takes too long, and does twice only what heeds no signal", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(steps, { maxLength: 60, size: "max" }),
      fc.boolean(),
      (script, hasDeaf) =>
        withFakeTime(async (clock) => {
          const queue = new WorkQueue<Task>({ visibilityMs: 25 }), all: Task[] = [];
          const taken: Delivery<Task>[] = [];
          let acknowledged = 0;
          const processors: WorkProcessor<Task>[] = [], stopping: Promise<WorkStatistics>[] = [];

          /** All of them are done, or none. */
          const work = async (jobs: readonly WorkJob<Task>[], signal: AbortSignal) => {
            const batch = jobs.map(({ data }) => data);
            const durationMs = Math.max(...batch.map(({ durationMs }) => durationMs));
            await sleep(durationMs, batch.some(({ isDeaf }) => isDeaf) ? undefined : signal);
            const failing = batch.filter(({ failures }) => failures > 0);
            if (failing.length > 0) {
              if (batch.length === 1) failing[0]!.failures--;
              throw new Error("planted");
            }
            for (const task of batch) task.done++;
          };
          const start = ({ concurrency, batchSize }: { readonly concurrency: number; readonly batchSize: number }) => {
            processors.push(
              new WorkProcessor(queue, {
                concurrency,
                timeoutMs: 30,
                retry: { maxRetries: 3, initialDelayMs: 5 },
                ...(batchSize === 1
                  ? { handle: (job, signal) => work([job], signal) }
                  : { handleBatch: work, batchSize }),
              }).start(),
            );
          };
          const check = () => {
            const { added, finished } = queue.snapshot().items, ended = processors.map((one) => one.statistics());
            assertEquals(
              [added, added - finished],
              [all.length, queue.size],
              "whatever is not finished is in the queue",
            );
            assertEquals(
              finished,
              ended.reduce((sum, { succeeded, poisoned }) => sum + succeeded + poisoned, acknowledged),
            );
          };

          for (const step of script) {
            if (step.kind === "add") {
              const task = { ...step.task, isDeaf: hasDeaf && step.task.isDeaf, done: 0 };
              all.push(task);
              queue.tryAdd(task, { delayMs: step.delayMs });
            } else if (step.kind === "tick") await clock.tickAsync(step.ms);
            else if (step.kind === "take") {
              taken.push(...[queue.tryTake()].filter((delivery) => delivery !== undefined));
            } else if (step.kind === "late") {
              const [delivery] = taken.splice(step.n, 1); // of those that are left nothing is ever heard
              if (delivery?.ack()) {
                delivery.data.done++;
                acknowledged++;
              }
            } else if (step.kind === "start") start(step);
            else {
              const stopped = processors[step.n % (processors.length || 1)];
              const { deadlineMs } = step;
              if (stopped !== undefined) stopping.push(stopped.stop(deadlineMs === undefined ? {} : { deadlineMs }));
            }
            check();
          }
          start({ concurrency: 4, batchSize: 1 });
          await clock.tickAsync(10_000);
          check();
          for (const processor of processors) stopping.push(processor.stop());
          await clock.tickAsync(1);
          await Promise.all(stopping);

          assertEquals(queue.size, 0);
          const poison = processors.flatMap((processor) => processor.poison.items());
          assert(poison.every(({ attempt }) => attempt > 3), "no earlier than after its retries");
          const setAside = new Set(poison.map(({ data }) => data));
          assertEquals(setAside.size, poison.length);
          for (const task of all) {
            if (hasDeaf) assert(task.done > 0 || setAside.has(task));
            else assertEquals(task.done, setAside.has(task) ? 0 : 1);
          }
          assertEquals(timers.size, 0);
        }),
    ),
    { numRuns: 500 },
  ));
