/** A program that calls `runFork`, for tests. */
import { runFork } from "../fork/fork.ts";

await runFork(async (names) => {
  const suites = [(await import("./basic_suite.ts")).basic, (await import("./faulty_suite.ts")).faulty];
  return suites.filter(({ name }) => names.includes(name));
});
