import { assertStrictEquals, assertThrows } from "@std/assert";
import { requireFunction } from "./require_function.ts";
import { requireList } from "./require_list.ts";
import { requireOptions } from "./require_options.ts";

/** As JavaScript hands in what the types forbid. */
const wrong = (check: (what: string, value: never, rest: never) => unknown, value: unknown, rest?: string) =>
  assertThrows(() => Reflect.apply(check, undefined, ["make it", value, rest]), TypeError).message;

Deno.test("requireOptions() answers an object, and says what it found in its place", () => {
  const options = { name: "a" };
  assertStrictEquals(requireOptions("make it", options), options);
  const found = [[null, "null"], [5, "5"], ["a", '"a"'], [[], "an array"], [() => {}, "a function"]] as const;
  for (const [value, words] of found) {
    assertStrictEquals(
      wrong(requireOptions, value),
      `Cannot make it with options ${words}: expected an object; pass them by name`,
    );
  }
  assertStrictEquals(
    wrong(requireOptions, undefined, "pass at least { url }"),
    "Cannot make it with options undefined: expected an object; pass at least { url }",
  );
});

Deno.test("requireList() answers an array, and says what it found in its place", () => {
  const list = [1];
  assertStrictEquals(requireList("make it of", list, "numbers"), list);
  assertStrictEquals(
    wrong(requireList, { length: 1 }, "numbers"),
    "Cannot make it an object: expected an array of numbers; pass one, even for a single one",
  );
});

Deno.test("requireFunction() takes whatever can be called, and says what it found in its place", () => {
  requireFunction("make it", class {});
  assertStrictEquals(
    wrong(requireFunction, Promise.resolve()),
    "Cannot make it an object: expected a function; pass the one to call",
  );
});
