import { assertEquals } from "@std/assert";
import * as library from "../mod.ts";

/** How V8 words what a check should have found before it. */
const V8_WORDS =
  /^Cannot (read|set) properties|is not (a function|iterable|a constructor)|^Cannot destructure|^Cannot use 'in'|^Cannot convert|called on/;

/** What nobody calls but the library, or OpenTelemetry, with what they have made; of classes, the constructor. */
const MADE_BY_THE_LIBRARY = new Set([
  "BulkheadPlace",
  "Dashboard",
  "Delivery",
  "EnhancedAgent",
  "Subscription",
  "ThreadMetrics",
  "backoffDelayMs",
  "decorrelatedDelayMs",
  "describeCircle",
  "describeRefusal",
  "desiredSize",
  "headersGetter",
  "headersSetter",
]);

const WRONG = [[], [null], [5], [""], [[]], [true], [null, null], [5, null], ["x", 5], [() => {}, null]];

for (const [name, exported] of Object.entries(library)) {
  if (typeof exported !== "function") continue;
  const isOurs = MADE_BY_THE_LIBRARY.has(name) || /^Shared|Error$/.test(name);
  const statics = Object.getOwnPropertyNames(exported).filter((key) => key !== "prototype");
  const calls = statics.flatMap((key) => {
    const value: unknown = Reflect.get(exported, key);
    return typeof value === "function" ? [[`${name}.${key}`, value] as const] : [];
  });
  for (const [called, fn] of [...(isOurs ? [] : [[name, exported] as const]), ...calls]) {
    Deno.test(`${called}() words its own errors about arguments that are wrong`, async () => {
      for (const args of WRONG) {
        assertEquals(await v8Words(fn, args), undefined, `arguments: ${args.map(String).join(", ")}`);
      }
    });
  }
}

const registry = () => new library.Registry();

/** Methods that take what is easily forgotten: a function, or options. */
const METHODS: Readonly<Record<string, () => object>> = {
  counter: registry,
  gauge: registry,
  upDownCounter: registry,
  histogram: registry,
  exponentialHistogram: registry,
  summary: registry,
  info: registry,
  stateSet: registry,
  observable: registry,
  scrape: registry,
  collect: registry,
  track: () => registry().gauge({ name: "in_flight", help: "Calls under way" }),
  time: () => registry().histogram({ name: "call_seconds", help: "Time of a call", unit: "seconds" }),
  addRule: () => new library.AlertManager({ source: registry() }),
  trigger: () => new library.AlertManager({ source: registry() }),
  silence: () => new library.AlertManager({ source: registry() }),
  list: () => new library.AlertManager({ source: registry() }),
  withLock: () => new library.Mutex(),
  withPermits: () => new library.Semaphore(5),
  withRead: () => new library.ReadWriteLock(),
  withBarrier: () => new library.Barrier(1),
  withCountDown: () => new library.Latch(20),
  subscribe: () => new library.Topics(),
  tryPost: () => new library.Mailbox(),
  tryAdd: () => new library.WorkQueue(),
  register: () => new library.Coordinator(),
  use: () => new library.ObjectPool({ create: () => ({}), max: 1 }),
  setRule: () => new library.Quotas([]),
  setLimit: () => new library.Quotas([]),
  acquire: () => new library.ResourcePool({ capacity: { cpu: 1 } }),
  tryAcquire: () => new library.ResourcePool({ capacity: { cpu: 1 } }),
  add: () => new library.DeadLetterQueue(),
  importLines: () => new library.DeadLetterQueue(),
  changes: () => new library.CircuitBreaker(),
  execute: () => library.wrap(library.timeout(1_000), library.retry({ maxRetries: 0 })),
  run: () => new library.Agent("a").state("s", () => {}),
  startActiveSpan: () => new library.TracerProvider().getTracer("t"),
};

for (const [method, make] of Object.entries(METHODS)) {
  Deno.test(`${method}() words its own errors about arguments that are wrong`, async () => {
    for (const args of WRONG) {
      const target = make(), fn: unknown = Reflect.get(target, method);
      assertEquals(typeof fn, "function");
      const call = () => typeof fn === "function" ? Reflect.apply(fn, target, args) : undefined;
      assertEquals(await v8Words(call, []), undefined, `arguments: ${args.map(String).join(", ")}`);
      await giveBack(target);
    }
  });
}

/** What V8 said, if it was V8; whatever was made is given back. */
async function v8Words(fn: unknown, args: readonly unknown[]): Promise<string | undefined> {
  if (typeof fn !== "function") return undefined;
  try {
    const isClass = /^class\b/.test(Function.prototype.toString.call(fn));
    const made: unknown = await (isClass ? Reflect.construct(fn, args) : Reflect.apply(fn, undefined, args));
    if (typeof made === "object" && made !== null) await giveBack(made);
    return undefined;
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return V8_WORDS.test(words) ? words : undefined;
  }
}

async function giveBack(made: object): Promise<void> {
  for (const end of ["stop", Symbol.asyncDispose, Symbol.dispose]) {
    const method: unknown = Reflect.get(made, end);
    if (typeof method === "function") await Reflect.apply(method, made, []);
  }
}
