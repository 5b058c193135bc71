/** What a file can import, without Deno, without a network: puffin-bench run examples/benchmarks/imports_bench.ts */

import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { bench } from "puffin-bench";
import words from "./lib/words.json" with { type: "json" };
import { longest } from "./lib/longest.ts";

const require = createRequire(import.meta.url);

bench("TypeScript beside it", () => longest(words));
bench("node:crypto", () => createHash("sha256").update(words.join()).digest("hex"));
bench("CommonJS's own way", () => require("./lib/words.json").length === words.length);
bench("a file of its folder", () => Deno.readTextFileSync(new URL("./lib/words.json", import.meta.url)).length > 0);
