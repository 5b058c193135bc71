import { assertEquals } from "@std/assert";
import type { Mutant } from "./mutants.ts";
import { Score } from "./score.ts";

function mutant(file: string, line: number): Mutant {
  return { file, line, column: 1, kind: "BooleanLiteral", original: "true", replacement: "false", mutated: "" };
}

Deno.test("Score: a mutant that timed out counts as found, one that survived as not, with R's exact interval", () => {
  const score = new Score();
  for (let count = 0; count < 5; count++) score.add(mutant("a.ts", count), "killed");
  score.add(mutant("a.ts", 9), "timed out");
  score.add(mutant("a.ts", 9), "timed out");
  for (let count = 0; count < 13; count++) score.add(mutant("a.ts", count), "survived");
  const [first] = score.summary("pools", 500).split("\n");
  // R: binom.test(7, 20)
  assertEquals(
    first,
    "pools: 7 of 20 mutants found, 2 of them by the time limit: 35.0 % (95 % interval 15.4 % to 59.2 %); there are 500",
  );
});

Deno.test("Score: survivors are listed by file and line, what was found is not", () => {
  const score = new Score();
  score.add(mutant("b.ts", 1), "survived");
  score.add(mutant("a.ts", 30), "survived");
  score.add(mutant("a.ts", 4), "survived");
  score.add(mutant("a.ts", 5), "killed");
  const [, ...survivors] = score.summary("pools", 500).split("\n").filter((line) => line.includes(":"));
  assertEquals(survivors.map((line) => /\S+:\d+:\d+/.exec(line)?.[0]), ["a.ts:4:1", "a.ts:30:1", "b.ts:1:1"]);
});
