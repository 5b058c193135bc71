import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { CompositeRateLimiter } from "./composite_rate_limiter.ts";
import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import { ruleOf } from "./recipe.ts";
import { type FakeTime, settle, withFakeTime } from "./testdata/fake_time.ts";
import { RateOracle } from "./testdata/rate_oracle.ts";
import { recipes } from "./testdata/recipes.ts";
import { twin } from "./testdata/twin.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Ten a second, and no burst: whoever waits behind `n` others waits for `n` times 100 ms and more. */
function slowBucket(): TokenBucket {
  return new TokenBucket({ limit: 10, perMs: 1000, burst: 1 });
}

/** Callers who ask again as soon as they were served, while `body` runs. */
async function withUsers(
  time: FakeTime,
  limiters: readonly RateLimiter[],
  body: () => Promise<void>,
): Promise<void> {
  let isOpen = true;
  const users = limiters.map(async (limiter) => {
    while (isOpen) await limiter.take();
  });
  await body();
  isOpen = false;
  await time.pass(100 * (limiters.length + 1));
  await Promise.all(users);
}

Deno.test("CompositeRateLimiter.take() is served although all its members are busy with others", () =>
  withFakeTime(async (time) => {
    const a = slowBucket(), b = slowBucket(), composite = new CompositeRateLimiter([a, b]);
    await withUsers(time, [a, a, a, b, b, b], async () => {
      for (const turn of [1, 2, 3]) {
        let isServed = false;
        composite.take().then(() => isServed = true);
        await time.pass(1600); // comes to the front at most four times, behind three who wait
        assert(isServed, `turn ${turn}`);
      }
    });
  }));

Deno.test("CompositeRateLimiter.take() is passed by no more than 100 who are more urgent, in each line that it comes to", () =>
  withFakeTime(async (time) => {
    const a = slowBucket(), b = slowBucket(), composite = new CompositeRateLimiter([a, b]);
    const urgent = (limiter: RateLimiter): RateLimiter => ({
      tryTake: () => limiter.tryTake(),
      take: () => limiter.take(1, { priority: "critical" }),
      retryAfterMs: () => limiter.retryAfterMs(),
      snapshot: () => limiter.snapshot(),
    });
    await withUsers(time, [a, a, b, b].map(urgent), async () => {
      let isServed = false;
      composite.take().then(() => isServed = true);
      await time.pass(4 * 102 * 100);
      assert(isServed);
    });
  }));

Deno.test("CompositeRateLimiters that want members in opposite order all come to their turn", () =>
  withFakeTime(async (time) => {
    const [a, b, c] = [slowBucket(), slowBucket(), slowBucket()];
    const composites = [[a, b], [b, c], [c, a], [c, b, a]].map((members) => new CompositeRateLimiter(members));
    await withUsers(time, [a, a, b, b, c], async () => {
      const served = Promise.all(composites.map((composite) => composite.take()));
      let areServed = false;
      served.then(() => areServed = true);
      await time.pass(4 * 6 * 600);
      assert(areServed);
    });
  }));

Deno.test("CompositeRateLimiter.take() keeps its place in a busy member while the other one is busy, and tells others for how long", () =>
  withFakeTime(async (time) => {
    const first = slowBucket(), second = slowBucket(), composite = new CompositeRateLimiter([first, second]);
    const served: string[] = [];
    const wait = (limiter: RateLimiter, name: string) =>
      void limiter.take().then(() => served.push(`${name}@${time.now()}`));
    for (const limiter of [first, second]) limiter.tryTake();
    wait(first, "a");
    wait(composite, "both"); // behind one in the first, and nobody yet in the second
    for (const name of ["b", "c", "d", "e"]) wait(first, name);
    await time.pass(150);
    for (const name of ["f", "g"]) wait(second, name); // a token is there for f
    await settle();
    assertEquals(served, ["a@100", "f@150"]);
    await time.pass(50);
    assertEquals(first.snapshot().waiters.length, 5, "its turn has come in the first");
    assertEquals([first.snapshot().available, second.snapshot().waiters.length], [1, 2], "and it waits in the second");
    assertEquals(first.retryAfterMs(), 650, "as long as the second one takes, then b to e");
    first.take(1, { priority: "critical" }).then(() => served.push(`urgent@${time.now()}`));
    await time.pass(900);
    assertEquals(served.slice(2), ["g@250", "both@350", "urgent@450", "b@550", "c@650", "d@750", "e@850"]);
  }));

/** Two limiters that were just used, and composites that want them in opposite order; `wait` notes who was served when. */
function crossing(time: FakeTime) {
  const a = slowBucket(), b = slowBucket(), x = new CompositeRateLimiter([a, b]), y = new CompositeRateLimiter([b, a]);
  const served: string[] = [];
  const wait = (limiter: RateLimiter, name = "", priority: "normal" | "high" = "normal") =>
    void limiter.take(1, { priority }).then(() => name === "" || served.push(`${name}@${time.now()}`));
  const crowd = (limiter: RateLimiter, size: number) => {
    for (let user = 0; user < size; user++) wait(limiter);
  };
  for (const limiter of [a, b]) limiter.tryTake();
  return { a, b, x, y, served, wait, crowd };
}

Deno.test("CompositeRateLimiter.take() steps back where one waits that was first of its composite before: it could keep its place for ever", () =>
  withFakeTime(async (time) => {
    const { a, b, x, y, served, wait, crowd } = crossing(time);
    crowd(a, 1);
    wait(x, "x"); // is second in a
    crowd(b, 2);
    wait(y, "y"); // is third in b
    crowd(a, 10);
    crowd(b, 3);
    await time.pass(200); // x keeps its place in a, and waits behind y in b
    crowd(b, 15);
    await time.pass(400); // y comes to its turn in b, and waits behind x in a
    assertEquals(served, ["x@600"]);
    await time.pass(4000);
    assertEquals(served.length, 2);
  }));

Deno.test("CompositeRateLimiter.take() makes room for one that was first of its composite before, when that joins the line", () =>
  withFakeTime(async (time) => {
    const { a, b, x, y, served, wait, crowd } = crossing(time);
    for (let user = 0; user < 3; user++) wait(b, "", "high");
    wait(y, "y", "high"); // is fourth in b
    crowd(a, 20);
    wait(x, "x", "high"); // is first in a
    await time.pass(100); // x keeps its place in a, and waits behind y in b
    crowd(b, 30);
    await time.pass(300); // y comes to its turn in b, and finds x in a
    assertEquals(served, ["y@400"]);
    await time.pass(100);
    assertEquals(served, ["y@400", "x@500"]);
    await time.pass(4000);
  }));

Deno.test("CompositeRateLimiter.take() holds nobody up in a shared member while its own is used up", () =>
  withFakeTime(async (time) => {
    const forAll = new TokenBucket({ limit: 100, perMs: 1000, burst: 1 });
    const perUser = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 1, perMs: 10_000 });
    const ada = () => new CompositeRateLimiter([forAll, perUser.forKey("ada")]);
    forAll.tryTake();
    let served = 0;
    const waits = [ada().take(), ada().take()].map((taken) => taken.then(() => served++));
    const others = Array.from({ length: 50 }, () => forAll.take());
    await time.pass(600);
    await Promise.all(others);
    assertEquals([served, forAll.snapshot().waiters.length], [1, 0], "the second one waits for her bucket alone");
    await time.pass(9_500);
    await Promise.all(waits);
  }));

Deno.test("CompositeRateLimiter.take() that gives up leaves all its places, and those behind go on", () =>
  withFakeTime(async (time) => {
    const first = slowBucket(), second = slowBucket(), composite = new CompositeRateLimiter([first, second]);
    const abort = new AbortController();
    for (const limiter of [first, second]) limiter.tryTake();
    const other = second.take();
    const wait = assertRejects(() => composite.take(1, abort), Error, "gone");
    const behind = [first, second].flatMap((limiter) => Array.from({ length: 4 }, () => limiter.take()));
    const waiters = () => [first, second].map((limiter) => limiter.snapshot().waiters.length);
    await time.pass(250);
    assertEquals(waiters(), [3, 5], "it keeps its place in the second, and waits behind two in the first");
    abort.abort(new Error("gone"));
    await wait;
    assertEquals(waiters(), [2, 3], "a token of the second was there");
    await time.pass(300);
    await Promise.all([other, ...behind]);
  }));

Deno.test("CompositeRateLimiter.take() lets nobody more urgent go ahead of one that keeps a place", () =>
  withFakeTime(async (time) => {
    const first = slowBucket(), second = slowBucket(), composite = new CompositeRateLimiter([first, second]);
    for (const limiter of [first, second]) limiter.tryTake();
    const served: string[] = [],
      wait = (name: string, priority: "normal" | "critical") =>
        composite.take(1, { priority }).then(() => served.push(name));
    const other = second.take(), waits = [wait("keeps its place", "normal")];
    const behind = [first, second].flatMap((limiter) => Array.from({ length: 4 }, () => limiter.take()));
    await time.pass(250); // it keeps its place in the second, and waits in the first
    waits.push(wait("came later", "critical"));
    await time.pass(2_000);
    await Promise.all([other, ...behind, ...waits]);
    assertEquals(served, ["keeps its place", "came later"]);
  }));

const scenarios = fc.record({
  members: fc.array(fc.tuple(recipes, fc.boolean()), { minLength: 2, maxLength: 3 }),
  users: fc.array(fc.record({ member: fc.nat(2), n: fc.nat(8), isPatient: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
    size: "max",
  }),
  requests: fc.array(
    fc.record({
      atMs: fc.nat(60),
      composite: fc.nat(3),
      n: fc.nat(8),
      priority: fc.constantFrom(1, 1, 2), // nobody less urgent than the users: a hundred of them would go ahead
      abortsAfterMs: fc.option(fc.nat(200)),
    }),
    { minLength: 1, maxLength: 6, size: "max" },
  ),
});

/** Where a claim that may leave its places as often as it likes never comes to its turn. */
const FOR_EVER_LEAVING: typeof scenarios extends fc.Arbitrary<infer Scenario> ? Scenario : never = {
  members: [
    [{ algorithm: "gcra", limit: 6, perMs: 23, toleranceMs: 1 }, false],
    [{ algorithm: "fixed_window", limit: 5, perMs: 26 }, true],
  ],
  users: [
    { member: 0, n: 0, isPatient: true },
    { member: 0, n: 0, isPatient: true },
    { member: 1, n: 0, isPatient: true },
    { member: 1, n: 1, isPatient: true },
    { member: 1, n: 5, isPatient: false },
  ],
  requests: [{ atMs: 55, composite: 1, n: 0, priority: 1, abortsAfterMs: null }],
};

Deno.test("CompositeRateLimiter.take() is served within its bound, whoever uses the members and whoever gives up", () =>
  fc.assert(
    fc.asyncProperty(scenarios, ({ members, users, requests }) =>
      withFakeTime(async (time) => {
        const twins = members.map(([recipe, isKey]) => twin(recipe, isKey));
        const oracles = members.map(([recipe]) => new RateOracle(recipe));
        const grant = (places: readonly number[], n: number) => {
          for (const oracle of places.map((place) => oracles[place]!)) {
            assert(oracle.allows(n, time.now()), `${n} more at ${time.now()}`);
            oracle.grant(n, time.now());
          }
        };
        const composites = [[0, 1], [1, 2], [2, 0], [2, 1, 0]].map((wanted) => {
          const places = [...new Set(wanted.map((place) => place % members.length))];
          return { places, limiter: new CompositeRateLimiter(places.map((place) => twins[place]![0])) };
        });
        const people = users.map(({ member, n, isPatient }) => {
          const place = member % members.length;
          return { place, n: n % oracles[place]!.most + 1, isPatient, limiter: twins[place]![1], isWaiting: false };
        });
        const useMembers = async () => {
          for (const person of people) {
            const { place, n, limiter, isPatient, isWaiting } = person;
            if (!isPatient) {
              const isTaken = limiter.tryTake(n);
              await settle(); // whoever waited comes before
              if (isTaken) grant([place], n);
            } else if (!isWaiting) {
              person.isWaiting = true;
              limiter.take(n).then(() => grant([place], n), () => {}).finally(() => person.isWaiting = false);
              await settle();
            }
          }
        };
        let waiting = requests.length;
        const ask = ({ composite, n: size, priority, abortsAfterMs }: typeof requests[number]) => {
          const { limiter, places } = composites[composite]!, n = size % limiter.snapshot().most + 1;
          const signals = abortsAfterMs === null ? {} : { timeoutMs: abortsAfterMs };
          limiter.take(n, { ...signals, priority }).then(() => grant(places, n), () => {}).finally(() => waiting--);
        };
        // The longest that whoever is at the front waits, times those who can be ahead, times how often each comes to a front.
        const slowestMs = Math.max(...members.map(([recipe]) => ruleOf(recipe).idleMs)) + 2;
        const boundMs = slowestMs * (users.length + requests.length) * (2 * members.length + 1) * requests.length;
        for (let ms = 0; waiting > 0; ms++) {
          assert(ms < 60 + boundMs, "nobody waits for longer than the bound");
          for (const request of requests) if (request.atMs === ms) ask(request);
          await useMembers();
          await time.pass(1);
        }
        for (let ms = 0; people.some(({ isWaiting }) => isWaiting); ms++) {
          assert(ms < slowestMs * people.length, "the others go on");
          await time.pass(1);
        }
        for (const [place, [limiter]] of twins.entries()) {
          const { waiters, available, most, type } = limiter.snapshot(), oracle = oracles[place]!;
          const isLeaky = type.endsWith("leaky_bucket");
          assertEquals(available, isLeaky ? (oracle.allows(1, time.now()) ? most : 0) : oracle.available(time.now()));
          assertEquals(waiters, []);
        }
      })),
    { numRuns: 60, examples: [[FOR_EVER_LEAVING]] },
  ));
