import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { settle, withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { EventBus } from "./event_bus.ts";
import { EventBusClosedError } from "./event_wait.ts";
import type { EventSubscription } from "./event_subscription.ts";

interface Events {
  tick: number;
  stopped: void;
  "state.start": { readonly state: string };
  "state.end": { readonly state: string };
}

/** A handler that writes down what it hears, after its name. */
function recorder(heard: string[], name: string): (value: unknown) => void {
  return (value) => void heard.push(`${name}${JSON.stringify(value)}`);
}

Deno.test("EventBus.emit() calls handlers by priority, then in the order of subscription, those of patterns among them", () => {
  using bus = new EventBus<Events>();
  const heard: string[] = [];
  bus.on("tick", recorder(heard, "a"));
  bus.onMatching("*", ({ name, payload, sequence }) => heard.push(`any ${name} ${payload} ${sequence}`), {
    priority: "high",
  });
  bus.on("tick", recorder(heard, "low"), { priority: "low" });
  bus.on("tick", recorder(heard, "b"));
  bus.onMatching("tick", ({ payload }) => heard.push(`named ${payload}`), { priority: 7 });
  bus.emit("tick", 5);
  assertEquals(heard, ["named 5", "any tick 5 1", "a5", "b5", "low5"]);
});

Deno.test("EventBus.onMatching() hears what its prefix means, its name and payload told apart by type", () => {
  using bus = new EventBus<Events & { "states.other": number; "state": number }>();
  const heard: string[] = [];
  bus.onMatching("state.*", (event) => heard.push(event.name === "state.start" ? event.payload.state : event.name));
  bus.emit("state.start", { state: "load" });
  bus.emit("state.end", { state: "load" });
  bus.emit("states.other", 1);
  bus.emit("state", 1);
  bus.emit("stopped");
  assertEquals(heard, ["load", "state.end"]);
  // @ts-expect-error: no such event
  bus.emit("other", 1);
  // @ts-expect-error: another payload
  bus.emit("tick", "1");
  // @ts-expect-error: it has none
  bus.emit("stopped", 1);
});

Deno.test("EventBus tells nobody twice or too late, whoever comes and goes during an emit", () => {
  for (const count of [1, 2, 7]) { // a sole handler, few, many
    using bus = new EventBus<Events>();
    const heard: string[] = [];
    let victim: EventSubscription | undefined = undefined, late: EventSubscription | undefined = undefined;
    bus.on("tick", (value) => {
      heard.push(`first ${value}`);
      (victim as Disposable | undefined)?.[Symbol.dispose]();
      late ??= bus.on("tick", recorder(heard, "late "));
    });
    for (let other = 1; other < count; other++) victim = bus.on("tick", recorder(heard, `${other} `));
    const staying = Array.from({ length: Math.max(0, count - 2) }, (_, place) => `${place + 1} `);
    bus.emit("tick", 1);
    assertEquals(heard.splice(0), ["first 1", ...staying.map((name) => `${name}1`)], `${count} handlers`);
    bus.emit("tick", 2);
    assertEquals(heard, ["first 2", ...staying.map((name) => `${name}2`), "late 2"]);
  }
});

Deno.test("EventBus.emit() within a handler is handled at once, and counted later", () => {
  for (const replayCapacity of [0, 10]) {
    using bus = new EventBus<Events>({ replayCapacity });
    const heard: string[] = [];
    bus.on("tick", (value) => {
      heard.push(`a${value}`);
      if (value < 3) bus.emit("tick", value + 1);
    });
    bus.onMatching("tick", ({ sequence, payload }) => heard.push(`b${payload} as ${sequence}`));
    bus.emit("tick", 1);
    assertEquals(heard, ["a1", "a2", "a3", "b3 as 3", "b2 as 2", "b1 as 1"]);
  }
});

Deno.test("Emitter.skip() counts what nobody would hear, and nothing else", () => {
  const heard: number[] = [], bus = new EventBus<{ n: number }>(), emitter = bus.event("n");
  assertEquals([emitter.skip(), bus.sequence], [true, 1]);
  const listening = bus.on("n", (n) => heard.push(n), { filter: (n) => n > 2 });
  assertEquals([emitter.skip(), bus.sequence], [false, 1]);
  emitter.emit(2);
  emitter.emit(3);
  listening[Symbol.dispose]();
  assertEquals([emitter.skip(), bus.sequence, heard], [true, 4, [3]]);
  bus[Symbol.dispose]();
  assertEquals([emitter.skip(), bus.sequence], [false, 4], "what comes after the end is counted by emit()");
  emitter.emit(4);
  assertEquals([bus.snapshot().sequence, bus.snapshot().ignored], [5, 1]);
  const keeping = new EventBus<{ n: number }>({ replayCapacity: 1 });
  assertEquals(keeping.event("n").skip(), false, "whoever comes later is told of it");
});

Deno.test("EventBus.once() and once: true hear one event, the first that their filter wants, even if they emit it again", () => {
  using bus = new EventBus<Events>();
  const heard: number[] = [];
  bus.once("tick", (value) => {
    heard.push(value);
    bus.emit("tick", 20);
  }, { filter: (value) => value > 1 });
  for (const value of [1, 2, 3]) bus.emit("tick", value);
  assertEquals(heard, [2]);
  assertEquals(bus.snapshot().subscriptions, []);
});

Deno.test("EventBus.emit() calls the others whatever a handler throws, and tells onError, which may throw itself", async () => {
  for (const count of [1, 3, 8]) {
    const failures: string[] = [], heard: string[] = [];
    using bus = new EventBus<Events>({
      onError: ({ error, event, pattern }) => {
        failures.push(`${error} ${event.name} ${event.sequence} ${pattern}`);
        if (failures.length === 1) throw new Error("in onError");
        return Promise.reject(new Error("in onError, later"));
      },
    });
    for (let each = 0; each < count; each++) {
      bus.on("tick", (value) => {
        heard.push(`${each} ${value}`);
        if (each % 2 === 0) throw `broken ${each}`;
        return value === 1 ? Promise.reject(`rejected ${each}`) : { then: 1 };
      });
    }
    bus.on("tick", recorder(heard, "last "), { priority: "low" });
    bus.on("tick", () => {}, {
      priority: "low",
      filter: () => {
        throw "filter";
      },
    });
    bus.emit("tick", 1);
    await settle();
    bus.emit("tick", 2);
    await settle();
    const names = Array.from({ length: count }, (_, each) => each), odd = names.filter((each) => each % 2 === 1);
    assertEquals(heard, [1, 2].flatMap((value) => [...names.map((each) => `${each} ${value}`), `last ${value}`]));
    const thrown = 2 * (count - odd.length + 1) + odd.length;
    assertEquals(failures.length, thrown);
    assert(failures.includes("broken 0 tick 1 tick") && failures.includes("filter tick 2 tick"));
    assertEquals(odd.every((each) => failures.includes(`rejected ${each} tick 1 tick`)), true);
    const { failures: counted, lastFailure } = bus.snapshot();
    assertEquals([counted, lastFailure?.event.sequence], [2 * thrown, 2]);
  }
});

Deno.test("EventBus calls a handler that never ends until maxRunning of its promises are open, then counts what it misses", async () => {
  using bus = new EventBus<Events>();
  const { promise, resolve } = Promise.withResolvers<void>();
  let called = 0;
  const hanging = bus.on("tick", () => {
    called++;
    return promise;
  }, { maxRunning: 3 });
  const heard: number[] = [];
  bus.on("tick", (value) => void heard.push(value));
  for (let value = 0; value < 10; value++) bus.emit("tick", value);
  assertEquals([called, hanging.running, hanging.dropped, heard.length], [3, 3, 7, 10]);
  resolve();
  await settle();
  bus.emit("tick", 10);
  assertEquals([called, hanging.running, hanging.dropped], [4, 1, 7]);
  hanging[Symbol.dispose]();
  assertEquals(bus.snapshot().dropped, 7, "also of those that have left");
});

Deno.test("EventBus.emitAndWait() reports who ended well, who failed, and who had not ended in time", () =>
  withFakeTime(async (tick) => {
    using bus = new EventBus<Events>();
    bus.on("tick", () => "at once");
    bus.on("tick", () => {
      throw new Error("broken");
    });
    bus.on("tick", () => Promise.reject(new Error("later")));
    bus.on("tick", () => new Promise(() => {}));
    const report = bus.emitAndWait("tick", 1, { timeoutMs: 50 });
    await tick(60);
    assertEquals(await report, { sequence: 1, succeeded: 1, failed: 2, unsettled: 1 });
    const abort = new AbortController(), aborted = bus.emitAndWait("tick", 1, { signal: abort.signal });
    abort.abort("enough");
    assertEquals(await aborted.catch((reason) => reason), "enough");
    assertEquals(await bus.emitAndWait("tick", 1, abort).catch((reason) => reason), "enough");
    await assertRejects(() => bus.emitAndWait("tick", 1, { timeoutMs: -1 }), RangeError, "timeoutMs -1");
    assertEquals(bus.sequence, 2, "what was refused was not emitted");
  }));

Deno.test("EventBus tells latecomers of what it has kept, and how much it has not", () => {
  using bus = new EventBus<Events>({ replayCapacity: 4, now: () => 1234 });
  for (let value = 1; value <= 6; value++) bus.emit(value === 4 ? "stopped" : "tick", ...[value] as [never]);
  const heard: unknown[] = [];
  const listen = (options: { replay?: number; since?: number }): unknown[] => {
    using late = bus.on("tick", (value) => void heard.push(value), options);
    return [...heard.splice(0), `missed ${late.missed}`];
  };
  assertEquals(listen({ replay: 2 }), [5, 6, "missed 0"]);
  assertEquals(listen({ replay: 99 }), [3, 5, 6, "missed 0"]);
  assertEquals(listen({ since: 4 }), [5, 6, "missed 0"]);
  assertEquals(listen({ since: 2 }), [3, 5, 6, "missed 0"]);
  assertEquals(listen({ since: 0 }), [3, 5, 6, "missed 2"]);
  assertEquals(listen({ since: 99 }), ["missed 0"]);
  const stamped: unknown[] = [];
  bus.onMatching("tick", (event) => stamped.push(event), { replay: 9, once: true });
  assertEquals(stamped, [{ name: "tick", payload: 3, sequence: 3, atMs: 1234 }]);
  assertThrows(() => bus.on("tick", () => {}, { replay: 1, since: 1 }), RangeError, "one of them");
  assertEquals(bus.snapshot().kept, 4);
});

Deno.test("EventBus.events() keeps so many for who is behind, and counts the oldest or newest it loses", async () => {
  using bus = new EventBus<Events>({ replayCapacity: 10 });
  bus.emit("tick", 0);
  const oldest = bus.events("tick", { capacity: 2 }),
    newest = bus.events("*", { capacity: 2, overflow: "drop_newest" });
  const even = bus.events("tick", { filter: ({ payload }) => payload % 2 === 0, replay: 1 });
  for (let value = 1; value <= 4; value++) bus.emit("tick", value);
  assertEquals([oldest.dropped, newest.dropped, bus.snapshot().dropped], [2, 2, 4]);
  const read: unknown[] = [];
  for await (const { payload } of oldest) if (read.push(payload) === 2) break;
  assertEquals(read, [3, 4]);
  bus[Symbol.dispose]();
  for await (const { payload } of newest) read.push(payload);
  for await (const { payload } of even) read.push(payload);
  assertEquals(read, [3, 4, 1, 2, 0, 2, 4], "what is kept can be read after the end");
  assertEquals(bus.snapshot().dropped, 4);
});

Deno.test("EventBus.waitFor() answers the next event that its filter wants, or gives up and leaves nothing", () =>
  withFakeTime(async (tick) => {
    using bus = new EventBus<Events>();
    const waits = bus.waitFor("tick", { filter: (value) => value > 1, timeoutMs: 1_000 });
    bus.emit("tick", 1);
    bus.emit("tick", 2);
    assertEquals(await waits, 2);
    const late = bus.waitFor("tick", { timeoutMs: 10 }).catch((error) => error), abort = new AbortController();
    const aborted = bus.waitFor("tick", abort).catch((error) => error);
    abort.abort("enough");
    await tick(20);
    assert(await late instanceof WaitTimeoutError);
    assertEquals([await aborted, await bus.waitFor("tick", abort).catch((error) => error)], ["enough", "enough"]);
    assertEquals(bus.snapshot().subscriptions, []);
    const closed = bus.waitFor("stopped");
    bus[Symbol.dispose]();
    assertEquals((await assertRejects(() => closed, EventBusClosedError)).code, "event_bus_closed");
    await assertRejects(() => bus.waitFor("stopped"), EventBusClosedError);
  }));

Deno.test("EventBus ends subscriptions by their signal, by disposal, and all with its own", () => {
  const bus = new EventBus<Events>(), heard: string[] = [], abort = new AbortController();
  bus.on("tick", recorder(heard, "signal "), { signal: abort.signal });
  assertEquals(bus.on("tick", recorder(heard, "never "), { signal: AbortSignal.abort() }).active, false);
  const stays = bus.on("tick", recorder(heard, "stays "));
  {
    using _scoped = bus.on("tick", recorder(heard, "scoped "));
    bus.emit("tick", 1);
  }
  abort.abort();
  bus.emit("tick", 2);
  bus[Symbol.dispose]();
  bus[Symbol.dispose]();
  bus.emit("tick", 3);
  bus.event("stopped").emit();
  assertEquals(heard, ["signal 1", "stays 1", "scoped 1", "stays 2"]);
  assertEquals([stays.active, bus.closed, bus.sequence, bus.snapshot().ignored], [false, true, 4, 2]);
  assertThrows(() => bus.on("tick", () => {}), EventBusClosedError, 'listen to "tick"');
});

Deno.test("EventBus remembers ten thousand names, and takes no memory for more", () => {
  using bus = new EventBus<Record<string, number>>();
  let heard = 0;
  bus.onMatching("user.*", () => void heard++);
  for (let user = 0; user < 10_100; user++) bus.emit(`user.${user}`, user);
  bus.on("user.10050", () => void heard++);
  bus.emit("user.10050", 1);
  assertEquals([heard, bus.sequence], [10_102, 10_101]);
  assertStrictEquals(bus.event("user.10060"), bus.event("user.10060"));
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) bus.emit(name, 1);
  assertEquals(bus.sequence, 10_105);
});

Deno.test("EventBus refuses names, patterns and options that are none", () => {
  using bus = new EventBus<Record<string, number>>();
  for (const name of ["", "*", "a.*", "a*b"]) {
    assertThrows(() => bus.emit(name, 1), TypeError, `emit event "${name}"`);
    assertThrows(() => bus.on(name, () => {}), TypeError);
  }
  for (const pattern of ["", ".*", "a*", "*.b", "a.*.b", "a.*.*"]) {
    assertThrows(() => bus.onMatching(pattern, () => {}), TypeError, `listen to "${pattern}"`);
  }
  // @ts-expect-error: no function
  assertThrows(() => bus.on("a", 1), TypeError, "with handler 1: expected a function");
  assertThrows(() => bus.on("a", () => {}, { priority: NaN }), TypeError, "priority NaN");
  assertThrows(() => bus.on("a", () => {}, { maxRunning: 0 }), RangeError, "maxRunning");
  assertThrows(() => bus.on("a", () => {}, { replay: -1 }), RangeError, "replay");
  assertThrows(() => bus.events("a", { capacity: 0 }), RangeError, "capacity 0");
  // @ts-expect-error: no such policy
  assertThrows(() => bus.events("a", { overflow: "wait" }), TypeError, "overflow wait");
  assertThrows(() => new EventBus({ replayCapacity: 1.5 }), RangeError, "replayCapacity");
  assertEquals(bus.snapshot().subscriptions, [], "what was refused left nothing behind");
});
