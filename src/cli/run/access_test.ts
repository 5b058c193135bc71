import { assertEquals } from "@std/assert";
import { z } from "zod";
import { ACCESS_OPTIONS, permissionsOf } from "./access.ts";
import { withAccessValues } from "./access_values.ts";

const NOTHING = { read: ["/p/own"], write: [], net: [], env: [], run: [], ffi: [], sys: [] };

function permissions(options: Readonly<Record<string, string>>, allowAll = false) {
  return permissionsOf({ allowAll, ...z.object(ACCESS_OPTIONS).parse(options) }, "/p/own/x_bench.ts", "/p");
}

Deno.test("permissionsOf() grants a file its own folder, and what is allowed", () => {
  assertEquals(permissions({}), NOTHING);
  assertEquals(permissions({ allowRead: "data,/etc", allowNet: "localhost:80, a.test" }), {
    ...NOTHING,
    read: ["/p/own", "/p/data", "/etc"],
    net: ["localhost:80", "a.test"],
  });
  assertEquals(permissions({ allowRead: "*", allowWrite: "*", allowEnv: "true" }), {
    ...NOTHING,
    read: true,
    write: true,
    env: true,
  });
  assertEquals(permissions({ allowEnv: "" }), NOTHING);
  assertEquals(permissions({ allowNet: "x" }, true), null);
});

Deno.test("withAccessValues() keeps a flag without a value from taking the next word", () => {
  assertEquals(withAccessValues(["run", "--allow-net", "x.ts", "--allow-read=a", "--allow-nothing"]), [
    "run",
    "--allow-net=*",
    "x.ts",
    "--allow-read=a",
    "--allow-nothing",
  ]);
});
