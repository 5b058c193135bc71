import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseConfig, thresholdFor, unusedPatterns } from "./config_file.ts";
import { UsageError } from "./usage_error.ts";

Deno.test("parseConfig reads thresholds in order; the last pattern that matches counts", () => {
  const config = parseConfig('{"threshold": 12, "thresholds": {"core/*": 15, "core/a": 25, "*/b": 5}}', "c.json");
  assertEquals(config.threshold, 12);
  const threshold = (id: string) => thresholdFor(id, config, 10);
  assertEquals([threshold("core/a"), threshold("core/b"), threshold("core/c"), threshold("x/y")], [25, 5, 15, 10]);
  assertEquals(unusedPatterns(config, ["core/a"]), ["*/b"]);
});

Deno.test("parseConfig names file, field and value of whatever is wrong", () => {
  const cases = [
    ["{", "not JSON"],
    ["[]", "it is []"],
    ['{"treshold": 5}', "treshold is 5: expected one of $schema, threshold, thresholds, level, strict, failOn"],
    ['{"threshold": 0}', "threshold is 0: expected a percentage from 0.1 to 1000"],
    ['{"threshold": "10"}', 'threshold is "10": expected a percentage'],
    ['{"thresholds": {"a": -1}}', "thresholds.a is -1"],
    ['{"thresholds": {"__proto__": 5}}', "thresholds.__proto__ is 5: no such field"],
    ['{"__proto__": {"threshold": 5}}', "__proto__ is"],
    ['{"level": 0.95}', "level is 0.95: expected a percentage from 50 to 99.9"],
    ['{"strict": "yes"}', 'strict is "yes": expected true or false'],
    ['{"failOn": "slower"}', 'failOn is "slower": expected a list'],
    ['{"failOn": ["slow"]}', 'failOn[0] is "slow": expected one of slower, failed, removed, inconclusive'],
  ] as const;
  for (const [text, message] of cases) {
    const error = assertThrows(() => parseConfig(text, "some/c.json"), UsageError);
    assertStringIncludes(error.message, 'Cannot use "some/c.json": ');
    assertStringIncludes(error.message, message);
    assertEquals(error.message.includes("\n"), false);
  }
  assertEquals(Object.hasOwn(Object.prototype, "threshold"), false);
});
