import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type LineNode, WaitLine } from "./wait_line.ts";

class Person implements LineNode<Person> {
  previous: Person | undefined = undefined;
  next: Person | undefined = undefined;
  constructor(readonly id: number) {}
}

function forwards(line: WaitLine<Person>): number[] {
  const ids: number[] = [];
  for (let at = line.first; at !== undefined; at = at.next) ids.push(at.id);
  return ids;
}

function backwards(line: WaitLine<Person>): number[] {
  const ids: number[] = [];
  for (let at = line.last; at !== undefined; at = at.previous) ids.push(at.id);
  return ids;
}

const moves = fc.array(fc.record({ join: fc.boolean(), place: fc.nat(99) }), { maxLength: 60, size: "max" });

Deno.test("WaitLine holds what an array would hold, read from either end", () =>
  fc.assert(fc.property(moves, (script) => {
    const line = new WaitLine<Person>();
    const model: Person[] = [];
    for (const [id, { join, place }] of script.entries()) {
      if (join) {
        const index = place % (model.length + 1);
        const person = new Person(id);
        line.insertAfter(model[index - 1], person);
        model.splice(index, 0, person);
      } else {
        const [person] = model.splice(place % (model.length || 1), 1);
        if (person !== undefined) line.remove(person);
      }
      const ids = model.map((person) => person.id);
      assertEquals([forwards(line), backwards(line), line.size], [ids, ids.toReversed(), ids.length]);
    }
  })));

Deno.test("WaitLine.remove() leaves no link to the line behind", () => {
  const line = new WaitLine<Person>();
  const [a, b, c] = [new Person(0), new Person(1), new Person(2)];
  line.insertAfter(undefined, a);
  line.insertAfter(a, b);
  line.insertAfter(b, c);
  line.remove(b);
  assertEquals([b.previous, b.next], [undefined, undefined]);
});
