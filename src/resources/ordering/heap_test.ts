import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { Heap, type HeapItem } from "./heap.ts";

interface Item extends HeapItem {
  readonly id: number;
}

const change = fc.record({
  kind: fc.constantFrom("push", "push", "remove", "update", "rebuild", "clear"),
  key: fc.constantFrom(-Infinity, -1, 0, 0.5, 1, 2, Infinity),
  n: fc.nat(999),
});

function byRank(a: Item, b: Item): number {
  return a.key === b.key ? a.tie - b.tie : a.key < b.key ? -1 : 1;
}

Deno.test("Heap has the least first and above all others, whatever changes", () =>
  fc.assert(fc.property(fc.array(change, { maxLength: 200, size: "max" }), (changes) => {
    const heap = new Heap<Item>();
    let list: Item[] = [];
    for (const [id, { kind, key, n }] of changes.entries()) {
      const item = list[n % (list.length || 1)];
      if (kind === "push") {
        const pushed = { id, key, tie: n % 7, place: -1 };
        list.push(pushed);
        heap.push(pushed);
      } else if (kind === "remove" && item !== undefined) {
        list.splice(list.indexOf(item), 1);
        heap.remove(item);
        assertStrictEquals(item.place, -1);
      } else if (kind === "update" && item !== undefined) {
        [item.key, item.tie] = [key, n % 5];
        heap.update(item);
      } else if (kind === "rebuild") {
        for (const [at, other] of list.entries()) other.key = (at * 7 + n) % 11;
        heap.rebuild();
      } else if (kind === "clear" && n < 100) {
        heap.clear();
        assert(list.every(({ place }) => place === -1));
        list = [];
      }
      const [least] = list.toSorted(byRank);
      assertEquals([heap.size, heap.first?.key, heap.first?.tie], [list.length, least?.key, least?.tie]);
      assertEquals(new Set(heap.items()), new Set(list));
      for (const above of list) {
        for (const side of [0, 1]) {
          const below = heap.below(above, side);
          assert(below === undefined || byRank(above, below) <= 0);
        }
      }
    }
  })));
