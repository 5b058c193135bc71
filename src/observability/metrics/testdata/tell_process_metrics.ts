import { processMetrics } from "../process_metrics.ts";
import { Registry } from "../registry.ts";

const registry = new Registry();
processMetrics(registry);
console.log(await registry.scrape());
