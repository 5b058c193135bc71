import { assert, assertEquals } from "@std/assert";
import { ObjectKeeper } from "./object_keeper.ts";
import { ObjectLine } from "./object_line.ts";
import { ObjectWaiter } from "./object_waiter.ts";
import { poolSettings } from "./options.ts";

Deno.test("ObjectLine.inOrder() is the order in which the first is taken out, whatever their priorities", () => {
  const keeper = new ObjectKeeper<number>(poolSettings({ max: 1, create: () => 1, agingMs: 10, clock: () => ticks++ }));
  const line = new ObjectLine<number>();
  let ticks = 0;
  for (const level of [0, 1, 0, 2, 1, 0, 2, 0]) line.join(new ObjectWaiter(keeper, level, undefined));
  const all = line.inOrder(), taken: number[] = [];
  for (let { first } = line; first !== undefined; first = line.first) {
    taken.push(first.ticket);
    line.remove(first);
  }
  assertEquals(all.map(({ ticket }) => ticket), taken);
  assert(taken.length === 8 && taken.some((ticket, at) => ticket !== at));
});
