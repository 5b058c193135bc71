/**
 * The calibration suite: plain JavaScript of many kinds, to see how well this host and this program tell code from noise.
 *
 * @module
 */

import type { Suite } from "../definition.ts";
import { defineSuite } from "../suite.ts";
import { filterMap, hashSmall, heapPushPop, histogramRecord, sort100, sum1000, typedFill } from "./arrays.ts";
import { abortController, mutexQueue, promiseAll10, promiseChain3, setImmediateHop } from "./asynchronous.ts";
import { clockReading, generator20, tryCatchThrow } from "./engine_parts.ts";
import { classConstruct, closureCreate, mapOps, objectOps, structuredCloneSmall } from "./objects.ts";
import { jsonRoundtrip, regex, stringBuild, stringSplit } from "./text.ts";

/**
 * 24 benchmarks from 10 ns to 10 µs: 19 synchronous, 4 of promises, 1 of the event loop. Each checks its own result; none
 * depends on anything but the runtime. Forks find the suite by themselves.
 */
export const calibrationSuite: Suite = defineSuite(
  "calibration",
  { title: "Plain JavaScript of many kinds, for calibrating comparisons" },
  (bench) => {
    objectOps(bench);
    mapOps(bench);
    stringBuild(bench);
    jsonRoundtrip(bench);
    sort100(bench);
    sum1000(bench);
    promiseChain3(bench);
    promiseAll10(bench);
    mutexQueue(bench);
    histogramRecord(bench);
    classConstruct(bench);
    regex(bench);
    filterMap(bench);
    setImmediateHop(bench);
    abortController(bench);
    structuredCloneSmall(bench);
    hashSmall(bench);
    typedFill(bench);
    closureCreate(bench);
    tryCatchThrow(bench);
    generator20(bench);
    clockReading(bench);
    stringSplit(bench);
    heapPushPop(bench);
  },
);
