import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DueHeap, type DueNode } from "./due_heap.ts";

const calls = fc.record({ kind: fc.constantFrom("add", "add", "remove", "first"), n: fc.nat(30) });

Deno.test("DueHeap gives what a sorted list would give, whoever is taken out from the middle", () =>
  fc.assert(fc.property(fc.array(calls, { maxLength: 200, size: "max" }), (script) => {
    const heap = new DueHeap<DueNode>();
    let model: DueNode[] = [], order = 0;
    for (const { kind, n } of script) {
      if (kind === "add") {
        const node = { dueAtMs: n, order: order++, place: -1 };
        heap.add(node);
        model.push(node);
        model.sort((a, b) => a.dueAtMs - b.dueAtMs || a.order - b.order);
      } else {
        const node = kind === "first" ? heap.first : model[n % (model.length || 1)];
        if (node === undefined) continue;
        heap.remove(node);
        assertEquals(node.place, -1);
        model = model.filter((other) => other !== node);
      }
      assertEquals([heap.first, heap.size], [model[0], model.length]);
    }
    assertEquals(new Set(heap.values()), new Set(model));
  })));
