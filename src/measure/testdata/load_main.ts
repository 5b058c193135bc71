/** Loads the host, says so, and waits to be killed; the argument marks the process of the load. */
import { fileURLToPath } from "node:url";
import { BackgroundLoad } from "../background_load.ts";

const main = fileURLToPath(new URL("./fork_main.ts", import.meta.url));
const mark = Deno.args[0] ?? "";
const launcher = {
  executable: Deno.execPath(),
  arguments: ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", main, mark],
};
await using _load = await BackgroundLoad.start(launcher, "busy");
console.log("loading");
await new Promise((resolve) => setTimeout(resolve, 600_000));
