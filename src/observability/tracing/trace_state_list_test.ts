import { assertEquals, assertStrictEquals } from "@std/assert";
import { TraceStateList } from "./trace_state_list.ts";

const many = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(",");

Deno.test("TraceStateList.parse() reads a list, and takes a wrong one for none", () => {
  const list = TraceStateList.parse("a=1 ,\t b@c=x y,, d=\u007e");
  assertEquals(list?.serialize(), "a=1,b@c=x y,d=~");
  assertEquals([list?.get("b@c"), list?.get("c")], ["x y", undefined]);
  assertEquals(TraceStateList.parse(many(32))?.serialize(), many(32));
  for (const text of ["", " , ", "a", "A=1", "a=", "a=1,a=2", "a=1=2", "a=ü", many(33), "a=" + "x".repeat(257)]) {
    assertStrictEquals(TraceStateList.parse(text), undefined, text.slice(0, 20));
  }
});

Deno.test("TraceStateList.set() and unset() make another list, with what is new in front", () => {
  const list = TraceStateList.parse("a=1,b=2");
  const changed = list?.set("b", "3").set("c", "4");
  assertEquals(changed?.serialize(), "c=4,b=3,a=1");
  assertEquals(changed?.unset("b").serialize(), "c=4,a=1");
  assertEquals(list?.serialize(), "a=1,b=2");
  for (const [key, value] of [["B", "1"], ["b", "1,2"], ["b", ""]] as const) {
    assertStrictEquals(list?.set(key, value), list, "the specification forbids it");
  }
  const full = TraceStateList.parse(many(32))?.set("new", "v").serialize();
  assertEquals(full, `new=v,${many(31)}`, "the last one goes");
});
