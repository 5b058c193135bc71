/**
 * Prints what can be found out with the permissions that this program is started with.
 *
 * @module
 */

import { QuietnessMonitor, readEnvironment, ThreadCounters } from "../mod.ts";

const monitor = QuietnessMonitor.start();
using counters = ThreadCounters.open();
const environment = await readEnvironment({ v8Flags: ["--expose-gc"] });
console.log(JSON.stringify({ environment, reading: counters.read(), quietness: monitor.finish([]) }));
