/** Measures a benchmark that never returns; prints the id of the fork's process once it hangs. Its arguments are more options of the fork. */
import { measure } from "../engine.ts";
import { QUICK_SETTINGS } from "../settings.ts";
import { endless } from "./endless_suite.ts";

await measure({
  suites: [endless],
  settings: { ...QUICK_SETTINGS, seed: 1 },
  launcher: {
    executable: Deno.execPath(),
    arguments: [
      "run",
      "--quiet",
      "--no-lock",
      "--no-check",
      "--allow-all",
      ...Deno.args,
      new URL("./fork_main.ts", import.meta.url).href,
    ],
  },
  tool: { name: "puffin-bench", version: "0.1.0" },
  arguments: [],
  listener: (event) => {
    if (event.type === "output") console.log(event.text);
  },
});
