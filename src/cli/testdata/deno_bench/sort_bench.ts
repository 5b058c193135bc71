import { ascending } from "./lib/order.ts";

let numbers: number[] = [];

// deno-lint-ignore no-explicit-any
function shuffled(length: number): any {
  return Array.from({ length }, (_, i) => (i * 7919) % length);
}

Deno.bench("sort", (b) => {
  numbers = shuffled(1000);
  b.start();
  numbers.sort(ascending);
});

Deno.bench("toSorted", { group: "copy" }, () => {
  numbers.toSorted(ascending);
});

Deno.bench("toSorted", { group: "copy" }, () => {
  numbers.toSorted(ascending); // the same name again
});
