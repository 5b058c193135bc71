import { assertEquals } from "@std/assert";
import { SUITES } from "./mod.ts";

for (const [name, { title, load }] of Object.entries(SUITES)) {
  Deno.test(`SUITES calls ${name} what the suite calls itself`, async () => {
    const suite = await load();
    assertEquals([suite.name, suite.title], [name, title]);
  });
}
