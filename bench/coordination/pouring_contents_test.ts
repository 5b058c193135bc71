import { assertEquals, assertNotEquals } from "@std/assert";
import { BYTES, CHUNKS, fold, sumOf, VALUES } from "./pouring_contents.ts";

for (const content of [VALUES, BYTES, CHUNKS]) {
  Deno.test(`What ${content.name} come to tells that one is missing, doubled, damaged or out of order`, () => {
    const numbers = Array.from({ length: content.messages }, (_, i) => i + 1);
    const sum = (order: readonly number[]) => order.reduce((sum, n) => fold(sum, content.read(content.make(n))), 0);
    assertEquals(sum(numbers), sumOf(content));
    assertNotEquals(sum(numbers.slice(1)), sumOf(content));
    assertNotEquals(sum([...numbers, content.messages]), sumOf(content));
    assertNotEquals(sum([...numbers.slice(2, 4), ...numbers.slice(0, 2), ...numbers.slice(4)]), sumOf(content));
    assertEquals(fold(sum(numbers), content.read({ cut: "off" })), NaN);
  });
}
