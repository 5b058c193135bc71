/**
 * Sets a file aside in an executable: `deno run set_aside.ts EXECUTABLE FILE`.
 *
 * @module
 */

import { setAside } from "../src/bundle/set_aside.ts";

const [executable = "", file = ""] = Deno.args;
await setAside(executable, await Deno.readFile(file));
