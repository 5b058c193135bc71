import { assert, assertEquals } from "@std/assert";
import ts from "typescript";
import { describeMutant, mutantsOf } from "./mutants.ts";

async function mutatedTexts(text: string, kind?: string): Promise<string[]> {
  const mutants = await mutantsOf("a.ts", text);
  return mutants.filter((mutant) => kind === undefined || mutant.kind === kind).map(({ mutated }) => mutated);
}

Deno.test("mutantsOf: a mutant replaces the node that it is of, whatever binds more tightly around it", async () => {
  const mutants = await mutatedTexts("x = a && b && c;", "LogicalOperator");
  assert(mutants.includes("x = (a || b) && c;"), `${mutants}`); // and not a || (b && c)
});

Deno.test("mutantsOf: every mutant of a module with all kinds of statements is a module", async () => {
  const text = `export class A {
  #on = true;
  static read(of?: { readonly a?: readonly string[] }): number {
    for (let at = 0; at < 3; at++) if (of?.a?.[at] !== "key") break;
    for (;;) break;
    switch (of?.a?.length) {
      case 0:
        return -1;
      default:
        return [1, 2].map((one) => one * 2).filter((one) => one > 2)[0] ?? 0;
    }
  }
  off = () => {
    this.#on = !this.#on;
  };
}
`;
  const mutants = await mutantsOf("a.ts", text);
  assert(new Set(mutants.map(({ kind }) => kind)).size >= 10);
  for (const mutant of mutants) {
    const { diagnostics } = ts.transpileModule(mutant.mutated, { reportDiagnostics: true });
    assertEquals(diagnostics, [], `${describeMutant(mutant)}\n${mutant.mutated}`);
  }
});

Deno.test("mutantsOf: the text around a mutant is as it was, on its line and on others", async () => {
  assertEquals(await mutatedTexts("const a = 1;\nconst b = `π`, c = a + 1; // π\n", "ArithmeticOperator"), [
    "const a = 1;\nconst b = `π`, c = (a - 1); // π\n",
  ]);
});

Deno.test("mutantsOf: of texts only sentences for people have no mutants", async () => {
  const strings = (text: string) => mutatedTexts(text, "StringLiteral");
  assertEquals(await strings(`throw new Error("Cannot wait: it is closed");`), []);
  assertEquals(await strings("throw new Error(`Cannot wait for ${name}`);"), []);
  assertEquals(await strings(`throw new Error("it is " + name + " here");`), []);
  assertEquals(await strings(`kind = "closed";`), [`kind = ("");`]);
  assertEquals(await strings(`key = "";`), [`key = ("Stryker was here!");`]);
  assertEquals(await strings("key = `${a}.${b}`;"), ["key = (``);"]);
});

Deno.test("mutantsOf: sentences are left out, but not what decides which of them is said", async () => {
  const mutants = await mutantsOf("a.ts", `throw new Error(at > 3 ? "It is late" : "It is early");`);
  assertEquals(new Set(mutants.map(({ kind }) => kind)), new Set(["ConditionalExpression", "EqualityOperator"]));
});

Deno.test("mutantsOf: types and names of modules have no mutants", async () => {
  assertEquals(
    await mutatedTexts(`import { a } from "./a.ts";\nexport type B = "b" | true;\nexport * from "./c.ts";`),
    [],
  );
});

Deno.test("describeMutant: where it is, what was there and what is there instead", async () => {
  const mutants = await mutantsOf("src/a.ts", "const a = 1,\n  b = a +\n    1;");
  assertEquals(mutants.map(describeMutant), ["src/a.ts:2:7 ArithmeticOperator\n    a + 1  =>  a - 1"]);
});
