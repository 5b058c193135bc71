/**
 * The reference benchmarks: measured along with every suite, they tell how far the host alone moves a figure.
 *
 * @module
 */

import type { Suite } from "../definition.ts";
import { defineSuite } from "../suite.ts";
import { sum1000 } from "./arrays.ts";
import { promiseChain3, setImmediateHop } from "./asynchronous.ts";
import { pointerChase } from "./memory.ts";
import { mapOps, objectOps } from "./objects.ts";
import { jsonRoundtrip, stringBuild } from "./text.ts";

/**
 * Eight benchmarks, chosen so that they react to load as differently as real code does: arithmetic within the first cache,
 * latency of memory, allocation, hash tables, text, JSON, microtasks, and turns of the event loop. Those of the calibration suite
 * whose processes are of two speeds (hashing, splitting, the clock) are not among them. Forks find the suite by themselves.
 */
export const referenceSuite: Suite = defineSuite(
  "references",
  { title: "The same code in every run, to tell the host's drift" },
  (bench) => {
    sum1000(bench);
    pointerChase(bench);
    objectOps(bench);
    mapOps(bench);
    stringBuild(bench);
    jsonRoundtrip(bench);
    promiseChain3(bench);
    setImmediateHop(bench);
  },
);
