import { assertEquals } from "@std/assert";
import { labelRows } from "./label_rows.ts";

const labels = (...places: number[]) => places.map((x) => ({ x, text: "+25 %" }));
const placesOf = (rows: readonly { readonly x: number }[][]) => rows.map((row) => row.map(({ x }) => x));

Deno.test("labelRows needs one row for labels that do not touch, and none for no labels", () => {
  assertEquals(placesOf(labelRows(labels(0, 40, 80), 2)), [[0, 40, 80]]);
  assertEquals(labelRows([], 2), []);
});

Deno.test("labelRows moves what would touch into another row, and leaves out what has room in none", () => {
  assertEquals(placesOf(labelRows(labels(0, 20, 40, 60), 2)), [[0, 40], [20, 60]]);
  assertEquals(placesOf(labelRows(labels(0, 10, 20, 30, 40), 2)), [[0, 40], [10]]);
});
