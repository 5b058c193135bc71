/**
 * Observability: what it costs to record a metric, a span and an event, to print metrics and judge rules over them, and what an agent
 * pays for being watched. Every benchmark checks its own result: nothing is lost, and nothing is recorded twice.
 *
 * @module
 */

import type { Suite } from "../src/measure/definition.ts";
import { suite } from "../src/measure/suite.ts";
import { benchAlerts } from "./observability/alert_benches.ts";
import { benchCollecting, benchExposition } from "./observability/collecting_benches.ts";
import { benchEvents } from "./observability/event_benches.ts";
import { benchAgents, benchTogether } from "./observability/integration_benches.ts";
import { benchRecording } from "./observability/recording_benches.ts";
import { benchPropagation, benchSpans } from "./observability/tracing_benches.ts";

const observability: Suite = suite(
  "observability",
  { title: "Recording, printing and tracing what a program does" },
  (bench) => {
    benchRecording(bench);
    benchSpans(bench);
    benchEvents(bench);
    benchAlerts(bench);
    benchTogether(bench);
    benchCollecting(bench);
    benchPropagation(bench);
    benchExposition(bench);
    benchAgents(bench);
  },
);

export default observability;
