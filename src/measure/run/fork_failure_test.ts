import { assertEquals, assertStringIncludes } from "@std/assert";
import { inUsersTerms } from "./fork_failure.ts";

Deno.test("inUsersTerms() names the place where a file failed, whatever its stack says", () => {
  const cases = {
    "file:///tmp/a%20b.ts": "/tmp/a b.ts",
    "file:///tmp/%ff.ts": "file:///tmp/%ff.ts", // a name that is not in UTF-8
    "file://[": "file://[", // whatever a program has put there
  };
  for (const [url, place] of Object.entries(cases)) {
    const stack = `Error: no\n    at f (${url}:3:4)\n    at file:///tmp/later.ts:1:1`;
    assertEquals(inUsersTerms({ message: "no", stack }).message, `no, at ${place}:3:4`);
  }
  const denied = 'Requires net access to "a:1", run again with the --allow-net flag';
  assertEquals(
    inUsersTerms({ message: denied, stack: null }).message,
    'Requires net access to "a:1"; pass --allow-net',
  );
});

Deno.test("inUsersTerms() says what the library that is built in does not export, and leaves other modules alone", () => {
  const missing = (module: string) =>
    inUsersTerms({
      message:
        `SyntaxError: The requested module '${module}' does not provide an export named 'runner' at file:///tmp/a.ts:1:10`,
      stack: null,
    }).message;
  const builtIn = missing(new URL("../authoring/mod.ts", import.meta.url).href);
  assertStringIncludes(builtIn, 'Cannot import "runner" from the library that is built in');
  assertEquals(builtIn.endsWith(", at /tmp/a.ts:1:10"), true, builtIn);
  assertStringIncludes(missing("file:///tmp/b.ts"), "'file:///tmp/b.ts' does not provide an export named 'runner'");
});
