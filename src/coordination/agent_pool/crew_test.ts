import { assertEquals } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { Crew } from "./crew.ts";
import type { TaskRunner } from "./task_runner.ts";

/** A worker that breaks when a test says so. */
class FakeRunner implements TaskRunner<number, number> {
  isBroken = false;
  isClosed = false;

  constructor(readonly broke: () => void) {}

  break(): void {
    this.isBroken = true;
    this.broke();
  }

  run(input: number): Promise<number> {
    return Promise.resolve(input);
  }

  close(): void {
    this.isClosed = true;
  }
}

Deno.test("Crew replaces those that break, also while it waits to shrink, and counts them", () =>
  withFakeTime(async (clock) => {
    const made: FakeRunner[] = [];
    const make = (broke: () => void) => {
      const runner = new FakeRunner(broke);
      made.push(runner);
      return runner;
    };
    const crew = new Crew<number, number>(
      { min: 0, max: 4, scaling: { by: "queue" }, cooldownMs: 1_000 },
      make,
      () => crew.resize(0),
    );
    crew.resize(4);
    const busy = [1, 2, 3, 4].map(() => crew.take());
    assertEquals([crew.size, crew.idle, crew.take()], [4, 0, undefined]);
    for (const runner of made.slice(0, 2)) runner.break();
    for (const runner of busy) if (runner !== undefined) crew.giveBack(runner);
    assertEquals([crew.size, crew.crashes], [2, 2]);
    crew.resize(0); // fewer would do, but the cool-down is not over
    assertEquals([crew.size, made.length], [4, 6]);
    made.at(-1)!.break(); // while it has nothing to do
    assertEquals([crew.size, crew.idle, crew.crashes], [3, 3, 3], "it is neither there nor idle");
    crew.resize(0);
    assertEquals(crew.take()?.isBroken, false);
    assertEquals([crew.size, crew.crashes, made.length], [4, 3, 7]);
    await clock.tickAsync(1_001);
    assertEquals(crew.size, 1, "the one that is busy");
    crew.close();
    assertEquals(made.filter(({ isBroken, isClosed }) => !isBroken && !isClosed).length, 1);
  }));

Deno.test("Crew replaces those that break with nothing to do even if nobody asks for them, and without haste", () =>
  withFakeTime(async (clock) => {
    const made: FakeRunner[] = [];
    const make = (broke: () => void) => {
      const runner = new FakeRunner(broke);
      made.push(runner);
      return runner;
    };
    const settings = { min: 2, max: 2, scaling: { by: "queue" }, cooldownMs: 0 } as const;
    const crew = new Crew<number, number>(settings, make, () => crew.resize(0));
    crew.resize(0);
    for (const runner of made) runner.break();
    assertEquals([crew.size, crew.idle, crew.crashes, made.length], [0, 0, 2, 2]);
    await clock.tickAsync(900);
    assertEquals(made.length, 2);
    await clock.tickAsync(200);
    assertEquals([crew.size, crew.idle, made.length], [2, 2, 4]);
    crew.close();
    for (const runner of made) runner.break();
    await clock.tickAsync(2_000);
    assertEquals([crew.size, crew.crashes, made.length, timers.size], [0, 2, 4, 0]);
  }));
