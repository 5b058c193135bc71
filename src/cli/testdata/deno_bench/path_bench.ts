import { join, normalize } from "node:path";
import * as posix from "node:path/posix";

Deno.bench("join", { group: "path" }, () => {
  join("a", "..", "b", "./c");
});

Deno.bench("join of posix", { group: "path", baseline: true }, () => {
  posix.join("a", "..", "b", "./c");
});

Deno.bench("normalize", { permissions: "none" }, () => {
  normalize("/a/./b/../c//d");
});
