import { assert, assertEquals } from "@std/assert";
import { explore } from "./explorer.ts";
import type { Scenario } from "./scenario.ts";

/**
 * By how much every stated bound on preemptions is raised, for a night's run: `PUFFIN_MODEL_PREEMPTIONS=1`, or `all` for no bound at all.
 * Titles tell what is really explored.
 */
const EXTRA_PREEMPTIONS = extraPreemptions(Deno.env.get("PUFFIN_MODEL_PREEMPTIONS") ?? "0");

/** The bound of a scenario that states none, unless its locks are ideal: two that fight for a real one have endless ways to do so. */
const MOST_PREEMPTIONS = 3;

/** Explores a scenario to its end, in a test whose title says how large it is, and finds nothing wrong. */
export function testSound(promise: string, scenario: Scenario): void {
  const deepened = deepen(scenario);
  Deno.test(`${promise}: ${scopeOf(deepened)}`, () => {
    const { fault, schedule, complete, states } = explore(deepened);
    assertEquals(fault, undefined, `${fault}:\n${schedule.join("\n")}`);
    assert(complete, `a path was given up for its length, one of ${states} states`);
  });
}

/**
 * Explores the scenario of a broken protocol, in a test whose title says what is broken, and finds what is wrong, with no more preemptions
 * than sound ones are given.
 */
export function testBroken(what: string, fault: RegExp, scenario: Scenario): void {
  const bounded = { ...scenario, preemptions: preemptionsOf(scenario) };
  Deno.test(`explore() finds the fault of ${what}: ${scopeOf(bounded)}`, () => {
    const found = explore(bounded);
    assert(fault.test(found.fault ?? ""), `found ${found.fault} in ${found.states} states`);
    assert(found.schedule.length > 2 && found.schedule.every((step) => /^\d /.test(step)), found.schedule.join("\n"));
  });
}

/** What is explored, in words. */
export function scopeOf(scenario: Scenario): string {
  const { threads, preemptions = Infinity, deaths = 0, timeouts = 0, timePasses, stopsAtWrites, idealLocks } = scenario;
  const operations = threads.map(({ length }) => length);
  const sizes = new Set(operations).size === 1
    ? `${threads.length} threads of ${count(operations[0] ?? 0, "operation")}`
    : `${threads.length} threads of ${operations.slice(0, -1).join(", ")} and ${operations.at(-1)} operations`;
  return [
    sizes,
    preemptions === Infinity ? "every interleaving" : `all with at most ${count(preemptions, "preemption")}`,
    ...(deaths === 0 ? [] : [`${count(deaths, "death")} at any ${stopsAtWrites === true ? "write" : "access"}`]),
    ...(timeouts === 0 ? [] : [`${count(timeouts, "time-out")} at any moment`]),
    ...(timePasses === true ? ["time passes"] : []),
    ...(idealLocks === true ? ["over an ideal lock"] : []),
  ].join(", ");
}

function deepen(scenario: Scenario): Scenario {
  return { ...scenario, preemptions: preemptionsOf(scenario) + EXTRA_PREEMPTIONS };
}

function preemptionsOf({ preemptions, idealLocks }: Scenario): number {
  return preemptions ?? (idealLocks === true ? Infinity : MOST_PREEMPTIONS);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function extraPreemptions(text: string): number {
  const extra = text === "all" ? Infinity : Number(text);
  if (extra === Infinity || (Number.isInteger(extra) && extra >= 0)) return extra;
  throw new RangeError(
    `Cannot raise the bounds on preemptions by PUFFIN_MODEL_PREEMPTIONS="${text}": ` +
      `expected an integer, at least 0, or "all"; leave it out for none`,
  );
}
