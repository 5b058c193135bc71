import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LogarithmicScale } from "./logarithmic_scale.ts";
import { ARENA_SKETCHES, SketchArena } from "./sketch_arena.ts";

/** A sketch as a map: the plain version that packed ones are held against. */
class PlainSketch {
  schema: number;
  values: number[] = [];

  constructor(relativeError: number, readonly maxBuckets: number) {
    this.schema = LogarithmicScale.within(relativeError).schema;
  }

  record(value: number, times: number): void {
    for (let time = 0; time < times; time++) this.values.push(value);
    while (this.span() > this.maxBuckets) this.schema--;
  }

  merge(other: PlainSketch): void {
    this.values.push(...other.values);
    this.schema = Math.min(this.schema, other.schema);
    while (this.span() > this.maxBuckets) this.schema--;
  }

  buckets(): Map<number, number> {
    const scale = LogarithmicScale.of(this.schema), buckets = new Map<number, number>();
    for (const value of this.values) {
      if (value === 0) continue;
      const index = scale.indexOf(value);
      buckets.set(index, (buckets.get(index) ?? 0) + 1);
    }
    return new Map([...buckets].toSorted(([a], [b]) => a - b));
  }

  span(): number {
    const scale = LogarithmicScale.of(this.schema), indexes = this.values.filter((value) => value > 0);
    if (indexes.length === 0) return 0;
    const wordOf = (value: number) => Math.floor(scale.indexOf(value) / 4); // buckets come and go by four
    return 4 * (wordOf(Math.max(...indexes)) - wordOf(Math.min(...indexes)) + 1);
  }
}

const steps = fc.record({
  kind: fc.constantFrom("record", "record", "record", "near", "near", "merge", "clear", "reset"),
  sketch: fc.nat(5),
  other: fc.nat(5),
  value: fc.oneof(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), fc.constantFrom(0, 1, 1, 1.5, 2 ** 40)),
  near: fc.double({ min: 1, max: 8, noNaN: true }),
  times: fc.constantFrom(1, 1, 1, 14, 15, 16, 17, 260, 5_000),
});

Deno.test("SketchArena counts what a map would, whatever its sketches are told and how they move", () =>
  fc.assert(
    fc.property(
      fc.array(steps, { maxLength: 60, size: "max" }),
      fc.constantFrom(80, 160, 2_048),
      fc.constantFrom(0.01, 0.05),
      (script, maxBuckets, relativeError) => {
        const arena = new SketchArena({ relativeError, maxBuckets });
        const models = Array.from({ length: 6 }, (_, at) => {
          arena.reset(at);
          return new PlainSketch(relativeError, maxBuckets);
        });
        for (const { kind, sketch, other, value, near, times } of script) {
          const model = models[sketch]!;
          if (kind === "record" || kind === "near") {
            const recorded = kind === "near" ? near : value;
            for (let time = 0; time < times; time++) arena.record(sketch, recorded);
            model.record(recorded, times);
          } else if (kind === "merge") {
            if (sketch === other || model.values.length + models[other]!.values.length > 50_000) continue;
            arena.merge(sketch, arena, other);
            model.merge(models[other]!);
          } else {
            if (kind === "reset") arena.reset(sketch);
            else arena.clear(sketch);
            model.values = [];
            if (kind === "reset") model.schema = LogarithmicScale.within(relativeError).schema;
          }
        }
        for (const [sketch, model] of models.entries()) {
          const { zeros, start, counts } = arena.buckets(sketch);
          const filled = [...counts].map((count, at) => [start + at, count] as const).filter(([, count]) => count > 0);
          assertEquals([arena.scale(sketch).schema, zeros], [
            model.schema,
            model.values.filter((value) => value === 0).length,
          ]);
          assertEquals(new Map(filled), model.buckets());
          assertEquals(arena.count(sketch), model.values.length);
        }
      },
    ),
    { numRuns: 60 },
  ));

Deno.test("SketchArena keeps apart all the sketches that it has room for", () => {
  const arena = new SketchArena({ relativeError: 0.01, maxBuckets: 2_048 });
  for (let sketch = 0; sketch < ARENA_SKETCHES; sketch++) arena.reset(sketch);
  for (let time = 0; time < 40; time++) {
    for (let sketch = 0; sketch < ARENA_SKETCHES; sketch++) {
      arena.record(sketch, 1.1 ** ((time * 7) % 40) * (sketch + 1));
    }
  }
  for (let sketch = 0; sketch < ARENA_SKETCHES; sketch++) {
    const { counts } = arena.buckets(sketch);
    assertEquals([arena.count(sketch), counts.filter((count) => count === 1).length], [40, 40]);
    assertEquals(arena.min(sketch), sketch + 1);
  }
});

Deno.test("SketchArena merges buckets as soon as values spread too far, few or many, and no sooner", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -85, max: 85 }), { maxLength: 8 }),
      fc.constantFrom(1, 20),
      (indexes, times) => {
        const arena = new SketchArena({ relativeError: 0.05, maxBuckets: 160 }), model = new PlainSketch(0.05, 160);
        arena.reset(0);
        for (const index of indexes) { // of buckets, an eighth of an octave each
          for (let time = 0; time < times; time++) arena.record(0, 2 ** (index / 8));
          model.record(2 ** (index / 8), times);
          assertEquals(arena.scale(0).schema, model.schema);
        }
      },
    ),
    { numRuns: 300 },
  ));

Deno.test("SketchArena merges buckets of digits that have a margin, as soon as values spread too far", () => {
  const arena = new SketchArena({ relativeError: 0.01, maxBuckets: 2_048 }), { schema } = LogarithmicScale.within(0.01);
  arena.reset(0);
  const bucket = (index: number) => LogarithmicScale.of(schema).middleOf(index);
  for (let index = 0; index < 2_044; index++) for (let time = 0; time < 2; time++) arena.record(0, bucket(index));
  assertEquals(arena.scale(0).schema, schema);
  for (let index = 2_044; index < 2_048; index++) arena.record(0, bucket(index));
  assertEquals(arena.scale(0).schema, schema);
  arena.record(0, bucket(2_048));
  assertEquals(arena.scale(0).schema, schema - 1);
});
