import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EventStream } from "../../resources/event_stream.ts";
import { EventBus } from "./event_bus.ts";
import type { AnyEmittedEvent } from "./emitted_event.ts";
import { eventMatches } from "./event_pattern.ts";
import { EventBusClosedError } from "./event_wait.ts";

const NAMES = ["a", "a.b", "d"] as const;
const MOST_STREAMS = 6;

const opening = fc.record({
  pattern: fc.constantFrom(...NAMES, "*", "a.*"),
  capacity: fc.integer({ min: 1, max: 3 }),
  overflow: fc.constantFrom("drop_oldest" as const, "drop_newest" as const),
  past: fc.oneof(fc.record({ replay: fc.nat(4) }), fc.record({ since: fc.nat(12) })),
  odd: fc.boolean(),
});
type Opening = typeof opening extends fc.Arbitrary<infer Options> ? Options : never;

const operations = fc.oneof(
  { weight: 2, arbitrary: opening.map((options) => ({ kind: "open" as const, options })) },
  { weight: 6, arbitrary: fc.constantFrom(...NAMES).map((name) => ({ kind: "emit" as const, name })) },
  { weight: 4, arbitrary: fc.nat(MOST_STREAMS - 1).map((stream) => ({ kind: "read" as const, stream })) },
  { weight: 1, arbitrary: fc.nat(MOST_STREAMS - 1).map((stream) => ({ kind: "leave" as const, stream })) },
);

/** What each read was answered, in the order in which they asked. */
type Answers = (number | "waits" | "end")[];

/** A stream as lists. */
class PlainStream {
  readonly answers: Answers = [];
  dropped = 0;
  readonly #options: Opening;
  #kept: number[] = [];
  #isEnded = false;

  constructor(options: Opening) {
    this.#options = options;
  }

  happened(name: string, sequence: number): void {
    const { pattern, odd, capacity, overflow } = this.#options;
    if (this.#isEnded || !eventMatches(pattern, name) || odd && sequence % 2 === 0) return;
    const waiting = this.answers.indexOf("waits");
    if (waiting >= 0) this.answers[waiting] = sequence;
    else this.#kept.push(sequence);
    if (this.#kept.length <= capacity) return;
    this.dropped++;
    if (overflow === "drop_oldest") this.#kept.shift();
    else this.#kept.pop();
  }

  ask(): void {
    this.answers.push(this.#kept.shift() ?? (this.#isEnded ? "end" : "waits"));
  }

  end({ forgets }: { forgets: boolean }): void {
    this.#isEnded = true;
    if (forgets) this.#kept = [];
    this.answers.forEach((answer, at) => answer === "waits" && (this.answers[at] = "end"));
  }
}

type Reader = Pick<EventStream<AnyEmittedEvent>, "next" | "return" | "dropped">;

Deno.test("EventBus.events() tells each reader what lists would, loses as much, and counts it", async () => {
  const scripts = fc.array(operations, { maxLength: 50, size: "max" });
  await fc.assert(fc.asyncProperty(scripts, fc.constantFrom(0, 1, 5), async (script, replayCapacity) => {
    const bus = new EventBus<Record<string, number>>({ replayCapacity }), past: string[] = [];
    const streams: { real: Reader; model: PlainStream; answers: Answers }[] = [];
    const check = async () => {
      await nextTurn();
      for (const { real: { dropped }, model, answers } of streams) {
        assertEquals({ answers, dropped }, { answers: model.answers, dropped: model.dropped });
      }
      assertEquals(bus.snapshot().dropped, streams.reduce((sum, { model }) => sum + model.dropped, 0));
      assertEquals(bus.sequence, past.length);
    };
    const read = (stream: typeof streams[number] | undefined) => {
      if (stream === undefined) return;
      const { real, model, answers } = stream, at = answers.push("waits") - 1;
      void real.next().then(({ value, done }) => answers[at] = done ? "end" : value.sequence);
      model.ask();
    };
    for (const operation of script) {
      if (operation.kind === "open") {
        if (streams.length === MOST_STREAMS) continue;
        const { pattern, past: from, odd, ...bound } = operation.options;
        const filter = odd ? { filter: ({ sequence }: AnyEmittedEvent) => sequence % 2 === 1 } : {};
        const model = new PlainStream(operation.options);
        const kept = past.map((name, at) => ({ name, sequence: at + 1 }))
          .slice(past.length - Math.min(replayCapacity, past.length))
          .filter(({ name }) => eventMatches(pattern, name));
        const wanted = "since" in from
          ? kept.filter(({ sequence }) => sequence > from.since)
          : kept.slice(kept.length - Math.min(from.replay, kept.length));
        for (const { name, sequence } of wanted) model.happened(name, sequence);
        streams.push({ real: bus.events(pattern, { ...bound, ...from, ...filter }), model, answers: [] });
      } else if (operation.kind === "emit") {
        past.push(operation.name);
        for (const { model } of streams) model.happened(operation.name, past.length);
        bus.emit(operation.name, 0);
      } else if (operation.kind === "read") read(streams[operation.stream]);
      else {
        streams[operation.stream]?.model.end({ forgets: true });
        await streams[operation.stream]?.real.return();
      }
      await check();
    }
    bus[Symbol.dispose]();
    for (const { model } of streams) model.end({ forgets: false });
    past.push("a");
    bus.emit("a", 0);
    assertEquals(bus.snapshot().ignored, 1);
    for (let at = 0; at < 4; at++) streams.forEach(read);
    await check();
    assertThrows(() => bus.events("*"), EventBusClosedError);
  }));
});
