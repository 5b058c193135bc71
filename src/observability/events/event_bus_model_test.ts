import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventBus } from "./event_bus.ts";
import { eventMatches } from "./event_pattern.ts";

const NAMES = ["a", "a.b", "a.b.c", "d"] as const;

const operations = fc.oneof(
  fc.record({
    kind: fc.constant("listen" as const),
    pattern: fc.constantFrom(...NAMES, "*", "a.*", "a.b.*"),
    priority: fc.nat(2),
    once: fc.boolean(),
    odd: fc.boolean(),
    replay: fc.nat(3),
    /** What it does when it is called: nothing, throw, or leave together with another. */
    does: fc.constantFrom("nothing", "throw", "end", "listen", "emit"),
    other: fc.nat(9),
  }),
  fc.record({ kind: fc.constant("emit" as const), name: fc.constantFrom(...NAMES) }),
  fc.record({ kind: fc.constant("end" as const), other: fc.nat(9) }),
);

type Listen = Extract<
  (typeof operations) extends fc.Arbitrary<infer Operation> ? Operation : never,
  { kind: "listen" }
>;

/** What a bus has to do, by the letter: every handler is looked at for every event. */
class PlainBus {
  readonly heard: string[] = [];
  readonly #handlers: { id: number; listen: Listen; active: boolean; known: boolean }[] = [];
  readonly #past: { name: string; sequence: number }[] = [];
  #depth = 0;

  constructor(readonly replayCapacity: number) {}

  listen(listen: Listen): void {
    const handler = { id: this.#handlers.length, listen, active: true, known: false };
    const kept = this.replayCapacity === 0 ? [] : this.#past.slice(-this.replayCapacity);
    const past = kept.filter(({ name }) => eventMatches(listen.pattern, name));
    this.#handlers.push(handler);
    for (const event of past.slice(past.length - Math.min(listen.replay, past.length))) this.#call(handler, event);
    handler.known = true; // to whoever wants to end it: `on` has answered
  }

  emit(name: string): void {
    const event = { name, sequence: this.#past.length + 1 };
    this.#past.push(event);
    const all = this.#handlers.filter(({ active, listen }) => active && eventMatches(listen.pattern, name));
    for (const one of all.toSorted((a, b) => b.listen.priority - a.listen.priority)) this.#call(one, event);
  }

  end(other: number): void {
    const handler = this.#handlers[other];
    if (handler?.known) handler.active = false;
  }

  #call(
    handler: { id: number; listen: Listen; active: boolean },
    { name, sequence }: { name: string; sequence: number },
  ) {
    const { listen, id } = handler;
    if (!handler.active || listen.odd && sequence % 2 === 0) return;
    if (listen.once) handler.active = false;
    this.heard.push(`${id}:${name}#${sequence}`);
    if (listen.does === "end") this.end(listen.other);
    if (this.#depth > 0) return;
    this.#depth++;
    if (listen.does === "emit") this.emit("a.b");
    if (listen.does === "listen") this.listen({ ...listen, does: "nothing" });
    this.#depth--;
  }
}

Deno.test("EventBus calls whom a plain list of handlers would call, in that order, whatever they do meanwhile", () => {
  fc.assert(
    fc.property(
      fc.array(operations, { maxLength: 40, size: "max" }),
      fc.constantFrom(0, 1, 4),
      (script, replayCapacity) => {
        using bus = new EventBus<Record<string, number>>({ replayCapacity });
        const model = new PlainBus(replayCapacity), heard: string[] = [], subscriptions: Disposable[] = [];
        let depth = 0, count = 0;
        const listen = ({ pattern, priority, once, odd, replay, does, other }: Listen) => {
          const id = count++;
          const subscription = bus.onMatching(pattern, ({ name, sequence }) => {
            heard.push(`${id}:${name}#${sequence}`);
            if (does === "end") subscriptions[other]?.[Symbol.dispose]();
            if (depth === 0) {
              depth++;
              if (does === "emit") bus.emit("a.b", 0);
              if (does === "listen") {
                listen({ ...{ pattern, priority, once, odd, replay, other }, kind: "listen", does: "nothing" });
              }
              depth--;
            }
            if (does === "throw") throw new Error("broken");
          }, { priority, once, replay, ...odd ? { filter: ({ sequence }) => sequence % 2 === 1 } : {} });
          subscriptions[id] = subscription;
        };
        for (const operation of script) {
          if (operation.kind === "listen") {
            listen(operation);
            model.listen(operation);
          } else if (operation.kind === "emit") {
            bus.emit(operation.name, 0);
            model.emit(operation.name);
          } else {
            subscriptions[operation.other]?.[Symbol.dispose]();
            model.end(operation.other);
          }
          assertEquals(heard, model.heard);
        }
      },
    ),
  );
});

Deno.test("EventBus.emit() to plain handlers does what it does to all others, however many there are", () => {
  const deeds = fc.array(fc.constantFrom("nothing", "throw", "end", "number", "join"), { maxLength: 9 });
  fc.assert(fc.property(deeds, fc.nat(9), (does, victim) => {
    const logs = [0, 1].map((replayCapacity) => { // with a buffer nothing is plain
      using bus = new EventBus<{ tick: number }>({ replayCapacity });
      const log: string[] = [];
      const subscriptions = does.map((deed, id) =>
        bus.on("tick", (value) => {
          log.push(`${id} ${value}`);
          if (deed === "end") subscriptions[victim]?.[Symbol.dispose]();
          if (deed === "join") bus.on("tick", (later) => void log.push(`${id} joined ${later}`));
          if (deed === "throw") throw new Error("broken");
          return deed === "number" ? 7 : undefined;
        })
      );
      for (let value = 0; value < 3; value++) bus.emit("tick", value);
      return [...log, `${bus.snapshot().failures} failures`];
    });
    assertEquals(logs[0], logs[1]);
  }));
});
