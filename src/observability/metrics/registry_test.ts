import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
import { Registry } from "./registry.ts";

Deno.test("Registry.expose() prints every metric and series in the order in which they were made", () => {
  const registry = new Registry();
  const runs = registry.counter({ name: "runs_total", help: 'Runs\nstarted \\ "all"' });
  const steps = registry.counter({ name: "steps_total", help: "Steps", labels: ["agent", "state"] });
  registry.counter({ name: "never_total", help: "", labels: ["why"] });
  runs.inc(2.5);
  steps.with({ state: "load", agent: "report" }).inc();
  steps.with({ agent: 'a"b\\c\nd', state: "" }).inc(1e21);
  assertEquals(
    registry.expose(),
    [
      '# HELP runs_total Runs\\nstarted \\\\ "all"',
      "# TYPE runs_total counter",
      "runs_total 2.5",
      "# HELP steps_total Steps",
      "# TYPE steps_total counter",
      'steps_total{agent="report",state="load"} 1',
      'steps_total{agent="a\\"b\\\\c\\nd",state=""} 1e+21',
      "# HELP never_total ",
      "# TYPE never_total counter",
      "",
    ].join("\n"),
  );
  assertEquals(EXPOSITION_CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
});

/** Reads the labels of a printed series, character by character, by the rules of the format. */
function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf("=", at), name = text.slice(at, equals);
    let value = "";
    for (at = equals + 2; text[at] !== '"'; at++) {
      if (text[at] !== "\\") {
        value += text[at];
      } else {
        at++;
        value += text[at] === "n" ? "\n" : text[at];
      }
    }
    labels[name] = value;
    at += 2;
  }
  return labels;
}

Deno.test("CounterFamily.with() keeps apart what differs, and prints what can be read back", () => {
  const value = fc.oneof(fc.string({ unit: fc.constantFrom('"', "\\", "\n", ",", "=", "}", "a", "n") }), fc.string());
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(value, value), { selector: (pair) => JSON.stringify(pair) }), (pairs) => {
      const registry = new Registry(), family = registry.counter({ name: "x", help: "", labels: ["a", "b"] });
      for (const [place, [a, b]] of pairs.entries()) {
        family.with({ a, b }).inc(place + 1);
        assertStrictEquals(family.with({ b, a }), family.with({ a, b }));
      }
      const read = [...family.entries()].map(([text, counter]) => [parseLabels(text), counter.value]);
      assertEquals(read, pairs.map(([a, b], place) => [{ a, b }, place + 1]));
      assertEquals(registry.expose().split("\n").length, pairs.length + 3, "one line each");
    }),
  );
});

Deno.test("Registry.counter() checks its labels when it is compiled and when it is called", () => {
  const requests = new Registry().counter({ name: "requests_total", help: "Requests", labels: ["route"] });
  requests.with({ route: "/" }).inc();
  // @ts-expect-error: a label is missing
  assertThrows(() => requests.with({}), TypeError, 'expected a string for "route", got undefined');
  // @ts-expect-error: no such label
  assertThrows(() => requests.with({ route: "/", method: "GET" }), TypeError, 'it has no label "method"; it has route');
  // @ts-expect-error: a value is not a string
  assertThrows(() => requests.with({ route: 1 }), TypeError, 'expected a string for "route", got 1');
  // @ts-expect-error: a family is not a counter
  assertThrows(() => requests.inc(), TypeError);
  assertEquals([...requests.entries()].map(([labels]) => labels), ['route="/"']);
});

Deno.test("Registry.counter() refuses names that Prometheus would refuse, and a name that is taken", () => {
  const registry = new Registry();
  for (const name of ["", "1st", "with space", "ärger", "dash-ed", "new\nline"]) {
    assertThrows(() => registry.counter({ name, help: "" }), TypeError, JSON.stringify(name));
  }
  for (const label of ["", "1st", "__name__", "a:b", "ä"]) {
    assertThrows(() => registry.counter({ name: "x", help: "", labels: [label] }), TypeError, JSON.stringify(label));
  }
  assertThrows(() => registry.counter({ name: "x", help: "", labels: ["a", "b", "a"] }), TypeError, 'label "a" twice');
  registry.counter({ name: "_a:B9", help: "", labels: ["_a9"] });
  assertThrows(() => registry.counter({ name: "_a:B9", help: "" }), TypeError, "the name is taken");
  assertEquals(registry.expose(), "# HELP _a:B9 \n# TYPE _a:B9 counter\n", "what was refused left nothing behind");
});
