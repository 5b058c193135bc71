import { assert, assertEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ContestedWait } from "./contested.ts";
import { PlacesContest } from "./places_contest.ts";
import { uniqueOwner } from "./unique_owner.ts";
import { waitWatch } from "./watch.ts";

const A = uniqueOwner("a"), B = uniqueOwner("b");

/** Places that all have who are in `holders`, with others in line. */
function places(capacity: number, holders: readonly string[], line: readonly (string | undefined)[]) {
  const waits = line.map((owner): ContestedWait => ({
    owner,
    share: 1,
    isLimited: false,
    isAwaited: true,
    giveUp() {},
  }));
  const contest = new PlacesContest({ noun: "places", name: undefined, capacity }, () => waits);
  for (const owner of holders) contest.granted({ owner, released: false });
  /** Who would be served if all did but `stuck`. */
  const served = (...stuck: string[]) =>
    Array.from(contest.served((owner) => owner === undefined || !stuck.includes(owner)), ({ owner }) => owner);
  return { contest, served };
}

Deno.test("PlacesContest serves those in line, in order, as long as there are places that nobody keeps", () => {
  const { served } = places(2, [A, "x"], [B, "y", "z"]);
  assertEquals(served(A), [B, "y", "z"]);
  assertEquals(served(A, B), [B]); // which keeps the only one
  assertEquals(served(A, B, "x", "y"), []);
});

Deno.test("PlacesContest lets nobody hold others up who may go on and call its wait off", () => {
  const { served } = places(2, [A, "x"], [undefined, "y", "x"]);
  assertEquals(served(A, "x"), ["x"]);
  assertEquals(served(A, "x", "y"), []);
});

Deno.test("PlacesContest counts what an owner has itself only if it is one task by name", () => {
  assertEquals(places(1, [A], [A]).served(A), []);
  assertEquals(places(1, ["x"], ["x"]).served("x"), ["x"]);
});

Deno.test("PlacesContest tells who has got a place, and forgets places that were given back", () => {
  const told: string[] = [], { contest } = places(9, [], []), before = waitWatch.current;
  waitWatch.current = { begins() {}, ends() {}, holds: (owner) => told.push(owner), narrows() {} };
  try {
    const all = Array.from({ length: 500 }, (_, at) => ({ owner: `${at}`, released: false }));
    contest.granted({ owner: undefined, released: false });
    for (const place of all) {
      contest.granted(place);
      if (place.owner !== "0") place.released = true;
      assertEquals(Array.from(contest.holdings(), ({ owner }) => owner), ["0"]);
    }
    assertEquals(told, all.map(({ owner }) => owner));
  } finally {
    waitWatch.current = before;
  }
});

Deno.test("PlacesContest keeps few of the places that were given back", async () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const { contest } = places(1, [], []), refs: WeakRef<object>[] = [];
  for (let at = 0; at < 500; at++) {
    const place = { owner: A, released: true };
    refs.push(new WeakRef(place));
    contest.granted(place);
  }
  await nextTurn(); // until then what a reference was made to is kept
  gc();
  const kept = refs.filter((ref) => ref.deref() !== undefined).length;
  assert(kept <= 64, `${kept} of 500`);
});
