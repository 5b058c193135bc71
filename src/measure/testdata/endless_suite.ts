/** A benchmark that prints its process's id and then never returns. */
import type { Suite } from "../definition.ts";
import { suite } from "../suite.ts";

const endlessState = { spins: 0 };

export const endless: Suite = suite("endless", { title: "Never returns" }, (bench) => {
  bench("hangs", () => {
    console.log(`${Deno.pid}\n`);
    for (;;) endlessState.spins++;
  });
});
