import { ascending } from "./lib/order.ts";

const list = [3, 1, 2];

Deno.bench("plain JavaScript", function () {
  list.toSorted(ascending);
});
