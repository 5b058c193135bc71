import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { type Timer, TimerWheel } from "./timer_wheel.ts";

type Clock = ReturnType<typeof FakeTimers.install>;

function withFakeTime(start: number, body: (clock: Clock) => void): void {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"],
  });
  try {
    clock.tick(start);
    body(clock);
  } finally {
    clock.uninstall();
  }
}

/** From a millisecond to years, near the borders between levels more often than not. */
const delays = fc.oneof(
  fc.nat(40),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: -2, max: 2 })).map(([level, off]) => 32 ** level + off),
  fc.nat(5_000_000_000),
);

const calls = fc.oneof(
  fc.record({ kind: fc.constant("schedule" as const), n: delays }),
  fc.record({ kind: fc.constant("cancel" as const), n: fc.nat(100) }),
  fc.record({ kind: fc.constant("wait" as const), n: fc.oneof(fc.nat(40), fc.nat(40_000), delays) }),
);

Deno.test("TimerWheel fires what a list of due times would, never early, and keeps one real timer at most", () =>
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.array(calls, { maxLength: 60, size: "max" }),
      (start, script) =>
        withFakeTime(start, (clock) => {
          const wheel = new TimerWheel();
          const model = new Map<number, number>(), fired = new Map<number, number>(), timers: Timer[] = [];
          for (const { kind, n } of script) {
            if (kind === "schedule") {
              const id = timers.length;
              model.set(id, Math.max(Math.ceil(performance.now() + n), Math.floor(performance.now()) + 1));
              timers.push(wheel.schedule(n, { fire: () => void fired.set(id, performance.now()) }));
            } else if (kind === "cancel") {
              const id = n % Math.max(timers.length, 1);
              const timer = timers[id];
              if (timer !== undefined) wheel.cancel(timer);
              if (!fired.has(id)) model.delete(id);
            } else clock.tick(n);
            assert(clock.countTimers() <= 2, "the real timer, and perhaps the immediate that clears it");
            const due = [...model].filter(([, at]) => at <= performance.now());
            assertEquals([...fired.keys()].sort((a, b) => a - b), due.map(([id]) => id).sort((a, b) => a - b));
            for (const [id, at] of due) {
              assertEquals(fired.get(id), at, "at its very millisecond, as nothing keeps the clock busy");
            }
            assertEquals(wheel.size, model.size - due.length);
          }
          for (const timer of timers) {
            wheel.cancel(timer);
          }
          clock.tick(1);
          assertEquals([wheel.size, wheel.armed, clock.countTimers()], [0, false, 0]);
        }),
    ),
    { numRuns: 300 },
  ));

Deno.test("TimerWheel lets a task schedule and cancel others", () =>
  withFakeTime(5, (clock) => {
    const wheel = new TimerWheel();
    const fired: string[] = [];
    const victim = { fire: () => void fired.push("victim") };
    let second: Timer | undefined = undefined;
    wheel.schedule(10, {
      fire() {
        fired.push("first");
        wheel.cancel(second!);
        wheel.schedule(0, { fire: () => void fired.push("next millisecond") });
      },
    });
    second = wheel.schedule(10, victim);
    wheel.schedule(10, { fire: () => void fired.push("third") });
    clock.tick(10);
    assertEquals(fired, ["first", "third"]);
    clock.tick(1);
    assertEquals(fired, ["first", "third", "next millisecond"]);
    assertEquals(wheel.size, 0);
  }));

Deno.test("TimerWheel goes on after a task that throws, and leaves the error to the runtime, as a real timer does", async () => {
  const wheel = new TimerWheel();
  const planted = new Error("planted"), uncaught: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  addEventListener("error", listener);
  try {
    await new Promise<void>((resolve) => {
      wheel.schedule(1, {
        fire() {
          throw planted;
        },
      });
      wheel.schedule(1, { fire: resolve });
    });
    await nextTurn();
  } finally {
    removeEventListener("error", listener);
  }
  assertEquals([uncaught, wheel.size, wheel.armed], [[planted], 0, false]);
});

Deno.test("TimerWheel sets its real timer again when a fake clock has come or gone", () => {
  const wheel = new TimerWheel();
  const fired: string[] = [];
  withFakeTime(0, () => void wheel.schedule(1_000, { fire: () => void fired.push("left behind") }));
  withFakeTime(0, (clock) => {
    wheel.schedule(2_000, { fire: () => void fired.push("later than that") });
    clock.tick(1_000);
    assertEquals(fired, ["left behind"]);
    clock.tick(1_000);
    assertEquals(fired, ["left behind", "later than that"]);
  });
});

Deno.test("TimerWheel schedules and cancels 100,000 timers without a real timer for each", () => {
  const setReal = globalThis.setTimeout;
  let set = 0;
  const wheel = new TimerWheel();
  const counted = ((...args: Parameters<typeof setReal>) => (set++, setReal(...args))) as typeof setReal;
  globalThis.setTimeout = counted;
  try {
    const timers = Array.from({ length: 100_000 }, (_, i) => wheel.schedule(60_000 + i % 977, { fire: () => {} }));
    for (const timer of timers) wheel.cancel(timer);
  } finally {
    globalThis.setTimeout = setReal;
  }
  assertEquals(wheel.size, 0);
  assert(set < 10, `${set} real timers`);
});

Deno.test("TimerWheel.scheduleInBackground() lets the process end, unless something else has to be waited for", async () => {
  const wheelUrl = new URL("./timer_wheel.ts", import.meta.url).href;
  const run = async (body: string): Promise<string> => {
    const code = `import { TimerWheel } from ${JSON.stringify(wheelUrl)};
      const wheel = new TimerWheel(), task = (text) => ({ fire: () => console.log(text) }); ${body}`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--config", new URL("../../deno.json", import.meta.url).pathname, code],
    }).output();
    return new TextDecoder().decode(stdout).trim();
  };
  const [alone, cancelled, beside, after] = await Promise.all([
    run('wheel.scheduleInBackground(600_000, task("background"));'),
    run(
      'const t = wheel.schedule(600_000, task("foreground")); wheel.scheduleInBackground(500_000, task("b")); wheel.cancel(t);',
    ),
    run('wheel.scheduleInBackground(1, task("background")); wheel.schedule(20, task("foreground"));'),
    run(
      'wheel.scheduleInBackground(10_000, task("background")); setTimeout(() => wheel.schedule(1, task("foreground")), 1);',
    ),
  ]);
  assertEquals([alone, cancelled, beside, after], ["", "", "background\nforeground", "foreground"]);
});
