import { assertEquals } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { Crew, type CrewSettings } from "./crew.ts";
import type { TaskRunner } from "./task_runner.ts";

/** A worker that breaks when a test says so. */
class FakeRunner implements TaskRunner<number, number> {
  fault: string | undefined = undefined;
  isClosed = false;

  constructor(readonly broke: () => void) {}

  break(fault = "planted"): void {
    this.fault = fault;
    this.broke();
  }

  run(input: number): Promise<number> {
    return Promise.resolve(input);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A crew whose workers are at hand. */
function crewOf(settings: CrewSettings): { crew: Crew<number, number>; made: FakeRunner[] } {
  const made: FakeRunner[] = [];
  const make = (broke: () => void) => {
    const runner = new FakeRunner(broke);
    made.push(runner);
    return runner;
  };
  const crew = new Crew<number, number>(settings, make, () => crew.resize(0));
  return { crew, made };
}

Deno.test("Crew replaces those that break in a task, also while it waits to shrink, and counts them", () =>
  withFakeTime(async (clock) => {
    const { crew, made } = crewOf({ min: 0, max: 4, scaling: { by: "queue" }, cooldownMs: 1_000 });
    crew.resize(4);
    const busy = [1, 2, 3, 4].map(() => crew.take());
    assertEquals([crew.size, crew.idle, crew.take()], [4, 0, undefined]);
    for (const runner of made.slice(0, 2)) runner.break();
    for (const runner of busy) if (runner !== undefined) crew.giveBack(runner);
    assertEquals([crew.size, crew.crashes], [2, 2]);
    crew.resize(0); // fewer would do, but the cool-down is not over
    assertEquals([crew.size, made.length], [4, 6]);
    made.at(-1)!.break("while it had nothing to do");
    assertEquals([crew.size, crew.idle, crew.crashes], [3, 3, 3], "it is neither there nor idle");
    assertEquals([crew.take()?.fault, crew.lastCrash], [undefined, "while it had nothing to do"]);
    await clock.tickAsync(1_001);
    assertEquals([crew.size, crew.crashes, made.length], [1, 3, 6], "the one that is busy");
    crew.close();
    assertEquals(made.filter(({ fault, isClosed }) => fault === undefined && !isClosed).length, 1);
  }));

Deno.test("Crew replaces those that break with nothing to do even if nobody asks for them, ever later if these break, too", () =>
  withFakeTime(async (clock) => {
    const { crew, made } = crewOf({ min: 2, max: 2, scaling: { by: "queue" }, cooldownMs: 0 });
    crew.resize(0);
    const breakAll = () => made.splice(0).forEach((runner) => runner.break());
    for (const restMs of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) { // two that break together rest once
      assertEquals([crew.size, crew.idle, made.length], [2, 2, 2]);
      breakAll();
      assertEquals([crew.size, made.length], [0, 0]);
      await clock.tickAsync(restMs - 10);
      assertEquals(made.length, 0, `in a rest of ${restMs} ms`);
      await clock.tickAsync(100);
    }
    assertEquals([crew.size, crew.crashes], [2, 16]);
    await clock.tickAsync(121_000);
    breakAll();
    await clock.tickAsync(1_100);
    assertEquals(made.length, 2, "it was long ago");
    crew.close();
    breakAll();
    await clock.tickAsync(120_000);
    assertEquals([crew.size, crew.crashes, made.length, timers.size], [0, 18, 0, 0]);
  }));

Deno.test("Crew makes no more than one while it rests, and that one for a task that waits", () =>
  withFakeTime(async (clock) => {
    const { crew, made } = crewOf({ min: 2, max: 4, scaling: { by: "queue" }, cooldownMs: 0 });
    crew.resize(0);
    made[0]!.break();
    made[1]!.break();
    crew.resize(0);
    assertEquals([crew.size, made.length], [0, 2]);
    crew.resize(3);
    assertEquals([crew.size, made.length], [1, 3]);
    crew.resize(3);
    assertEquals(crew.take()?.fault, undefined);
    crew.resize(2);
    assertEquals([crew.size, made.length], [1, 3]);
    crew.wind(2);
    assertEquals([crew.size, made.length], [1, 3]);
    await clock.tickAsync(1_100); // the crew's own look asks for 2
    assertEquals([crew.size, made.length], [2, 4]);
    crew.close();
    assertEquals(timers.size, 0);
  }));

Deno.test("Crew does not count those as broken that were ended on purpose in the middle of a task", () => {
  const { crew, made } = crewOf({ min: 1, max: 1, scaling: { by: "queue" }, cooldownMs: 0 });
  crew.resize(1);
  const busy = crew.take();
  crew.close();
  made[0]!.break("ended");
  if (busy !== undefined) crew.giveBack(busy);
  assertEquals([crew.size, crew.crashes, crew.lastCrash, timers.size], [0, 0, undefined, 0]);
});
