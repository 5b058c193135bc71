import { assertEquals } from "@std/assert";
import { RunDescription, runOutcome, StateDescription, stateOutcome } from "./run_attributes.ts";

const END = { step: 1, state: "load", durationMs: 1, error: undefined };

Deno.test("RunDescription and StateDescription make with an outcome in one piece what the pieces are, or leave it to the caller", () => {
  const run = new RunDescription({ agent: "report", runId: "r-1" });
  const [plain, needy] = [undefined, { cpu: 2 }].map((resources) =>
    new StateDescription("report", { ...END, attempt: 1, isFirst: true, resources })
  );
  const atOnce = stateOutcome({ ...END, status: "completed", attempts: 1, waitedMs: undefined });
  const retried = stateOutcome({ ...END, status: "failed", attempts: 3, waitedMs: undefined });
  const waited = stateOutcome({ ...END, status: "completed", attempts: 1, waitedMs: 5 });
  const all = [runOutcome("completed"), runOutcome("failed"), atOnce, retried, waited];
  for (const [description, known] of [[run, 2], [plain!, 2], [needy!, 0]] as const) {
    const made = all.map((outcome) => ({ outcome, whole: description.withOthers(outcome) }));
    assertEquals(made.filter(({ whole }) => whole !== undefined).length, known);
    for (const { outcome, whole } of made) {
      const pieces = Object.entries({ ...description.toAttributes(), ...outcome.toAttributes() });
      assertEquals(whole === undefined ? pieces : Object.entries(whole), pieces); // in the same order
    }
  }
  assertEquals(plain!.withOthers(run), undefined);
});
