import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { type OverflowPolicy, SubscriberFullError, type TopicMessage } from "./subscription.ts";
import { topicMatches } from "./topic_pattern.ts";
import { DeliveryError, Topics } from "./topics.ts";

const levels = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
const patterns = fc.tuple(
  fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 3 }),
  fc.constantFrom("a", "*", "#", "**"),
).map(([front, last]) => [...front, last].join("."));

Deno.test("topicMatches() agrees with a regular expression", () =>
  fc.assert(fc.property(patterns, levels, (pattern, topic) => {
    const source = pattern.split(".").map((level) =>
      level === "*" ? "\\.[^.]+" : /[#*]/.test(level) ? "(\\.[^.]+)*" : `\\.${level}`
    );
    assertEquals(
      topicMatches(pattern, topic.join(".")),
      new RegExp(`^${source.join("")}$`).test(`.${topic.join(".")}`),
    );
  })));

Deno.test("Topics delivers to whom the patterns say, in the order of publishing, and drops as the policies say", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          pattern: patterns,
          overflow: fc.constantFrom("drop_oldest", "drop_newest"),
          capacity: fc.integer({ min: 1, max: 3 }),
        }),
        { maxLength: 5 },
      ),
      fc.array(fc.oneof(levels, fc.nat(4)), { maxLength: 40 }),
      (subscribers, script) => {
        const topics = new Topics<number>();
        const lines = subscribers.map(({ pattern, overflow, capacity }) => ({
          subscription: topics.subscribe(pattern, { overflow: overflow as OverflowPolicy, capacity }),
          pattern,
          capacity,
          overflow,
          kept: [] as number[],
          dropped: 0,
          isOpen: true,
        }));
        for (const [id, step] of script.entries()) {
          if (typeof step === "number") {
            const line = lines[step];
            if (line === undefined) continue;
            if (id % 5 === 0) {
              line.subscription[Symbol.dispose]();
              line.isOpen = false;
              line.kept = [];
            } else assertEquals(line.subscription.tryReceive()?.message, line.kept.shift());
            continue;
          }
          const topic = step.join(".");
          topics.publish(topic, id);
          for (const line of lines) {
            if (!line.isOpen || !topicMatches(line.pattern, topic)) continue;
            line.kept.push(id);
            if (line.kept.length <= line.capacity) continue;
            line.dropped++;
            if (line.overflow === "drop_newest") line.kept.pop();
            else line.kept.shift();
          }
        }
        for (const { subscription, kept, dropped } of lines) {
          assertEquals(subscription.dropped, dropped);
          assertEquals(kept.map(() => subscription.tryReceive()?.message), kept);
          assertEquals(subscription.size, 0);
          subscription[Symbol.dispose]();
        }
        assertEquals(topics.subscribers, 0);
      },
    ),
  ));

Deno.test("Topics.publish() serves all others before it waits for a slow one, which gets everything in order", async () => {
  const topics = new Topics<number>();
  const slow = topics.subscribe("a", { capacity: 1 }), quick = topics.subscribe("#");
  const published = [1, 2, 3].map((n) => topics.publish("a", n));
  assertEquals([quick.size, slow.size], [3, 1]);
  assertEquals(await published[0], { delivered: 2, dropped: 0 });
  assertEquals([(await slow.receive()).message, (await slow.receive()).message, (await slow.receive()).message], [
    1,
    2,
    3,
  ]);
  assertEquals(await Promise.all(published), Array(3).fill({ delivered: 2, dropped: 0 }));
});

Deno.test("Topics.publish() tells of subscribers that had no room, after all others were served", async () => {
  const topics = new Topics<number>(), abort = new AbortController(), reason = new Error("enough");
  const strict = topics.subscribe("a", { capacity: 1, overflow: "error" }),
    slow = topics.subscribe("a", { capacity: 1 });
  const last = topics.subscribe("a");
  await topics.publish("a", 1);
  const error = await assertRejects(
    () => topics.publish("a", 2, { timeoutMs: 1 }),
    DeliveryError,
    "to 2 of its subscribers",
  );
  assert(error.errors[0] instanceof SubscriberFullError && error.errors[1] instanceof WaitTimeoutError);
  assertEquals([error.code, error.report, last.size], ["delivery_failed", { delivered: 1, dropped: 0 }, 2]);
  strict[Symbol.dispose]();
  const aborted = topics.publish("a", 3, { signal: abort.signal }), ended = topics.publish("a", 4);
  abort.abort(reason);
  assertStrictEquals((await assertRejects(() => aborted, DeliveryError)).errors[0], reason);
  slow[Symbol.dispose]();
  assertEquals([await ended, last.size, timers.size], [{ delivered: 1, dropped: 1 }, 4, 0]);
});

Deno.test("Topics.publish() offers a message to subscribers in the order in which they subscribed, whatever their patterns", async () => {
  const topics = new Topics<number>(), log: string[] = [], given = ["a.#", "*.b", "a.b", "#", "a.*", "a.b", "*.*"];
  const subscriptions = given.map((pattern, n) =>
    topics.subscribe(pattern, { handler: () => void log.push(`${n} ${pattern}`) })
  );
  await topics.publish("a.b", 1);
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  assertEquals(log, given.map((pattern, n) => `${n} ${pattern}`));
  for (const subscription of subscriptions) subscription[Symbol.dispose]();
});

Deno.test("Topics keep nothing of subscriptions that have ended, nor do their signals", () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const usedMb = () => {
    gc();
    return Deno.memoryUsage().heapUsed / 2 ** 20;
  };
  const topics = new Topics<number>(), { signal } = new AbortController();
  const pass = (from: number, to: number) => {
    for (let n = from; n < to; n++) topics.subscribe(`a.${n}.b`, { signal })[Symbol.dispose]();
  };
  pass(0, 1_000);
  const beforeMb = usedMb();
  pass(1_000, 51_000);
  const grownMb = usedMb() - beforeMb;
  assert(grownMb < 4, `${grownMb} MB more than before, where 50,000 branches take some 20`);
});

Deno.test("Topics.publish() serves all subscribers to a pattern, however many", async () => {
  const topics = new Topics<number>(), all = 150_000; // more than a call can have arguments
  for (let i = 0; i < all; i++) topics.subscribe("a", { capacity: 1 });
  assertEquals(await topics.publish("a", 1), { delivered: all, dropped: 0 });
});

Deno.test("Topics goes on when a handler throws: it is told, and gets the next message; others notice nothing", async () => {
  const topics = new Topics<number>(), log: string[] = [];
  const handler = async ({ message }: TopicMessage<number>) => {
    await nextTurn();
    throw new Error(`planted ${message}`);
  };
  const throwing = topics.subscribe("#", {
    handler,
    onError: (error, { message }) => {
      log.push(`${error} at ${message}`);
      throw error;
    },
  });
  const rejecting = topics.subscribe("#", { handler, onError: (error) => Promise.reject(error) });
  const stuck = topics.subscribe("#", {
    handler: () => new Promise<never>(() => {}),
    capacity: 1,
    overflow: "drop_newest",
  });
  const other = topics.subscribe("a", { handler: ({ message }) => log.push(`other ${message}`) });
  for (const message of [1, 2, 3]) await topics.publish("a", message);
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  assertEquals(log, ["other 1", "other 2", "other 3", ...[1, 2, 3].map((n) => `Error: planted ${n} at ${n}`)]);
  assertEquals([throwing.failures, rejecting.failures, other.failures, stuck.dropped], [6, 6, 0, 1]);
  for (const subscription of [throwing, rejecting, stuck, other]) subscription[Symbol.dispose]();
});

Deno.test("Subscription ends by its signal, by leaving its loop, and by disposal; twice changes nothing", async () => {
  const topics = new Topics<number>(), abort = new AbortController();
  const bySignal = topics.subscribe("a", { signal: abort.signal }), loop = topics.subscribe("a");
  const read = Array.fromAsync(bySignal);
  topics.subscribe("a", { signal: AbortSignal.abort() });
  assertEquals(topics.subscribers, 2);
  await topics.publish("a", 1);
  for await (const { message } of loop) {
    assertEquals(message, 1);
    break;
  }
  assertEquals([topics.subscribers, loop.closed], [1, true]);
  abort.abort();
  bySignal[Symbol.dispose]();
  assertEquals([(await read).map(({ message }) => message), topics.subscribers], [[1], 0]);
  assertEquals(await topics.publish("a", 2), { delivered: 0, dropped: 0 });
});

Deno.test("Topics.snapshot() tells who is subscribed, who waits, and what became of all messages", async () => {
  const topics = new Topics<number>({ name: "news" });
  const slow = topics.subscribe("a.#", { capacity: 1 });
  const latest = topics.subscribe("a.*", { capacity: 1, overflow: "drop_oldest" });
  const strict = topics.subscribe("a.b", { capacity: 1, overflow: "error" });
  await topics.publish("a.b", 1);
  const failing = assertRejects(() => topics.publish("a.b", 2), DeliveryError), passing = topics.publish("a.c", 3);
  const { type, name, subscriptions, totals } = topics.snapshot();
  assertEquals([type, name, totals.published], ["topics", "news", 3]);
  assertEquals(
    subscriptions.map(({ pattern, overflow, size, capacity, dropped, waiters, totals, posted }) => ({
      is: `${pattern} ${overflow} ${size}/${capacity}`,
      dropped,
      waiters: waiters.map(({ wants }) => wants),
      received: totals.grants,
      posted: posted.grants,
    })),
    [
      { is: "a.# wait 1/1", dropped: 0, waiters: ["write", "write"], received: 0, posted: 1 },
      { is: "a.* drop_oldest 1/1", dropped: 2, waiters: [], received: 0, posted: 3 },
      { is: "a.b error 1/1", dropped: 0, waiters: [], received: 0, posted: 1 },
    ],
  );
  slow.tryReceive();
  slow.tryReceive();
  await Promise.all([failing, passing]);
  for (const subscription of [slow, latest, strict]) subscription[Symbol.dispose]();
  assertEquals([topics.snapshot().subscriptions, topics.snapshot().totals], [
    [],
    { published: 3, delivered: 7, dropped: 0, failed: 1 },
  ]);
});

Deno.test("Subscription.values() gives up at its signal, and so ends the subscription", async () => {
  const topics = new Topics<number>(), abort = new AbortController(), reason = new Error("enough");
  const subscription = topics.subscribe("a"), reading = Array.fromAsync(subscription.values({ signal: abort.signal }));
  await topics.publish("a", 1);
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => reading), reason);
  assertEquals([subscription.closed, topics.subscribers], [true, 0]);
});

Deno.test("Topics refuses malformed names and options", async () => {
  const topics = new Topics<number>();
  for (const pattern of ["", "a..b", "#.a", "a.**.b"]) {
    assertThrows(() => topics.subscribe(pattern), TypeError, `"${pattern}"`);
  }
  for (const topic of ["", "a.", "a.*", "#"]) {
    await assertRejects(() => topics.publish(topic, 1), TypeError, `"${topic}"`);
  }
  assertThrows(() => topics.subscribe("a", { capacity: 0 }), RangeError, "capacity 0");
  await assertRejects(() => topics.publish("a", 1, { timeoutMs: NaN }), RangeError);
  assertEquals(topics.subscribers, 0);
});
