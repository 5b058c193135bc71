import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { RollCall } from "./roll_call.ts";
import { settle } from "./testdata/shared_suites.ts";

const AT = 0;

Deno.test("RollCall never uses a thread's last answer, which may be gone already, and knows the dead only before", async () => {
  const words = new Int32Array(new SharedArrayBuffer(16)), here = new RollCall(words), there = new RollCall(words);
  let asked = 0;
  here.begin(AT);
  assertEquals(there.ask(AT), "unknown", "it has no answers yet");
  here.arm(AT, () => asked++);
  const answers = Array.from({ length: 13 }, () => there.ask(AT));
  assertEquals(answers, [...new Array(11).fill("alive"), "unknown", "unknown"]);
  await settle();
  assertEquals(asked, 11);
  here.arm(AT, () => {});
  assertEquals(there.ask(AT), "alive");
  here.end(AT);
  assertEquals(there.ask(AT), "unknown");
  await settle();
  words[AT + 1] = 5; // as a thread leaves it that is terminated: its waits end with it
  assertEquals(there.ask(AT), "dead");
});

Deno.test("RollCall.askIfDue() asks a thread five times a second at most, all who ask together, unless it is urgent", async () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const words = new Int32Array(new SharedArrayBuffer(16)), here = new RollCall(words);
    here.begin(AT);
    here.arm(AT, () => {});
    assertEquals([here.askIfDue(AT), new RollCall(words).askIfDue(AT), here.askIfDue(AT, true)], [
      "alive",
      "unknown",
      "alive",
    ]);
    clock.tick(150);
    assertEquals(here.askIfDue(AT), "unknown");
    clock.tick(300);
    assertEquals(here.askIfDue(AT), "alive");
    here.end(AT);
    await settle();
  } finally {
    clock.uninstall();
  }
});
