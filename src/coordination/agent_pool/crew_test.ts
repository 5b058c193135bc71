import { assertEquals } from "@std/assert";
import { withFakeTime } from "../testdata/fake_time.ts";
import { Crew } from "./crew.ts";
import type { TaskRunner } from "./task_runner.ts";

/** A worker that breaks when a test says so. */
class FakeRunner implements TaskRunner<number, number> {
  isBroken = false;
  isClosed = false;

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
    const make = () => {
      const runner = new FakeRunner();
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
    for (const runner of made.slice(0, 2)) runner.isBroken = true;
    for (const runner of busy) if (runner !== undefined) crew.giveBack(runner);
    assertEquals([crew.size, crew.crashes], [2, 2]);
    crew.resize(0); // fewer would do, but the cool-down is not over
    assertEquals([crew.size, made.length], [4, 6]);
    made.at(-1)!.isBroken = true; // while it has nothing to do
    assertEquals(crew.take()?.isBroken, false);
    assertEquals([crew.size, crew.crashes, made.length], [4, 3, 7]);
    await clock.tickAsync(1_001);
    assertEquals(crew.size, 1, "the one that is busy");
    crew.close();
    assertEquals(made.filter(({ isBroken, isClosed }) => !isBroken && !isClosed).length, 1);
  }));
