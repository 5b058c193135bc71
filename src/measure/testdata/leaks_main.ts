/** Tries the leak detection on functions of every kind, and prints how many promises each is said to leave behind. */
import { findCollector } from "../fork/garbage.ts";
import { leakedPromises } from "../fork/promise_leaks.ts";
import { findPromiseWatch } from "../fork/promise_watch.ts";

const never = new Promise(() => {});
const word = new Int32Array(new SharedArrayBuffer(4));
const kept: unknown[] = [];
const ring: (() => void)[] = [];
const spares: (() => void)[] = [];
let taken = 0;
let constant: Promise<unknown> | undefined;

const functions: Record<string, () => unknown> = {
  "nothing": () => 1,
  "awaited": async () => await Promise.resolve(1),
  "nested awaits": async () => {
    await Promise.all([1, 2, 3].map(async (value) => await Promise.resolve(value)));
  },
  "thenable": () => ({ then: (resolve: (value: number) => void) => resolve(1) }),
  "race that drops its loser": () => Promise.race([Promise.resolve(1), new Promise(() => {})]),
  "dropped, and nobody can settle it": () => {
    new Promise(() => {});
  },
  "Atomics.waitAsync() that need not wait": () => {
    Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
  },
  "stream": async () => {
    const reader = new Blob(["text"]).stream().getReader();
    await reader.read();
    await reader.cancel();
  },
  "async generator left early": async () => {
    async function* numbers() {
      yield await Promise.resolve(1);
      yield 2;
    }
    for await (const _ of numbers()) break;
  },
  "constant number of long-lived promises": () => {
    constant ??= new Promise(() => {});
  },
  "ring of promises that are settled when replaced": () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    promise.then(() => {});
    ring.push(resolve);
    if (ring.length > 4) ring.shift()?.();
  },
  "dozen spares of which none is replaced at first": () => {
    if (++taken <= 8) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    promise.then(() => {});
    spares.push(resolve);
    if (spares.length > 12) spares.shift()?.();
  },
  "settled by a timer that is awaited": () => new Promise((resolve) => setTimeout(resolve, 0)),
  "dropped, and somebody can settle it": () => {
    new Promise<void>((resolve) => kept.push(resolve));
  },
  "Atomics.waitAsync() that nobody awaits": () => {
    Atomics.waitAsync(word, 0, 0);
  },
  "floating async function": () => {
    (async () => await never)();
  },
  "floating timer": () => {
    new Promise((resolve) => setTimeout(resolve, 300));
  },
  "kept and listened to": () => {
    const promise = new Promise(() => {});
    promise.then(() => {});
    kept.push(promise);
  },
  "race whose loser is kept": () => {
    const loser = new Promise(() => {});
    kept.push(loser);
    return Promise.race([Promise.resolve(1), loser]);
  },
};

const watch = findPromiseWatch();
if (watch === undefined) throw new Error("this runtime has no promise hooks");
const tools = { watch, collect: findCollector() };
const leaks: Record<string, number> = {};
for (const [name, fn] of Object.entries(functions)) {
  leaks[name] = await leakedPromises(async (iterations) => {
    for (let i = 0; i < iterations; i++) await fn();
  }, tools);
}
console.log(JSON.stringify(leaks));
