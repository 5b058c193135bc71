import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ABSENT, LabelTable } from "./label_table.ts";

const script = fc.array(fc.record({ removes: fc.boolean(), a: fc.nat(3), b: fc.nat(1) }), {
  maxLength: 200,
  size: "max",
});

Deno.test("LabelTable finds what a map would find, whatever comes and goes", () =>
  fc.assert(fc.property(script, (calls) => {
    const table = new LabelTable("m", ["a", "b"]), model = new Map<string, number>();
    for (const { removes, ...numbers } of calls) {
      const values = { a: `${numbers.a}`, b: `${numbers.b}` }, key = JSON.stringify(values), slot = table.find(values);
      assertEquals(slot, model.get(key) ?? ABSENT);
      if (slot === ABSENT) model.set(key, table.add(values));
      else if (removes) {
        table.remove(slot);
        model.delete(key);
      }
      assertEquals(table.size, model.size);
      assertEquals(table.characters, 2 * model.size);
    }
    for (const [key, slot] of model) assertEquals([table.valuesOf(slot), table.isTaken(slot)], [JSON.parse(key), true]);
    assertEquals(table.slots <= 8, true, "slots are used again");
  })));

Deno.test("LabelTable.requireValues() names the label that is wrong", () => {
  const table = new LabelTable("m", ["a"]);
  table.add({ a: "1" });
  assertEquals(table.find({ a: "1", b: "2" }), ABSENT, "a label too many");
  assertThrows(
    () => table.requireValues({ a: "1", b: "2" }),
    TypeError,
    'Cannot label metric "m": it has no label "b"',
  );
  assertThrows(() => table.requireValues({}), TypeError, 'expected a string for "a", got undefined');
});
