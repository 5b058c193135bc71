import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { OpenSteps } from "./open_steps.ts";

Deno.test("OpenSteps keeps what a map would, whatever runs side by side", () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 })), { maxLength: 40 }), (script) => {
      const steps = new OpenSteps<{ readonly step: number }>(), model = new Map<number, { readonly step: number }>();
      for (const [begins, step] of script) {
        if (begins && !model.has(step)) {
          const value = { step };
          steps.add(step, value);
          model.set(step, value);
        } else {
          assertEquals(steps.end(step), model.get(step));
          model.delete(step);
        }
        for (let any = 0; any <= 7; any++) assertEquals(steps.of(any), model.get(any));
      }
    }),
  ));
