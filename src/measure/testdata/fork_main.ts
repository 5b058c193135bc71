/** A program that calls `runFork`, for tests. */
import { runFork } from "../fork/fork.ts";

await runFork(async (names) => {
  const { basic } = await import("./basic_suite.ts");
  const { endless } = await import("./endless_suite.ts");
  const { faulty } = await import("./faulty_suite.ts");
  const { garbage } = await import("./garbage_suite.ts");
  const suites = [basic, endless, faulty, garbage];
  return suites.filter(({ name }) => names.includes(name));
}, { tool: { name: "fork-main", version: "1" }, suiteNames: ["basic", "endless", "faulty", "garbage"] });
