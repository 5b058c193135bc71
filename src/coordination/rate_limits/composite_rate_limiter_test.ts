import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CompositeRateLimiter } from "./composite_rate_limiter.ts";
import { FixedWindow } from "./fixed_window.ts";
import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import { SlidingLog } from "./sliding_log.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { RateOracle } from "./testdata/rate_oracle.ts";
import { moves, recipes } from "./testdata/recipes.ts";
import { twin } from "./testdata/twin.ts";
import { TokenBucket } from "./token_bucket.ts";

Deno.test("CompositeRateLimiter.tryTake() takes from all members or from none, whoever else uses them", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(recipes, fc.boolean()), { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ moveMs: moves, n: fc.nat(8), who: fc.nat(5) }), { maxLength: 60, size: "max" }),
      (members, script) => {
        let wall = 0, now = 0;
        const twins = members.map(([recipe, isKey]) => twin({ ...recipe, clock: () => wall }, isKey));
        const oracles = members.map(([recipe]) => new RateOracle(recipe)), limiters = twins.map(([, alone]) => alone);
        const composite = new CompositeRateLimiter(twins.map(([member]) => member));
        for (const { moveMs, n: size, who } of script) {
          wall += moveMs;
          if (moveMs > 0) now += moveMs;
          for (const limiter of limiters) limiter.retryAfterMs(); // whose clocks must all see a step back
          const limiter = limiters[who], oracle = oracles[who];
          const [subject, concerned] = limiter === undefined || oracle === undefined
            ? [composite, oracles]
            : [limiter, [oracle]];
          const n = size % Math.min(...concerned.map(({ most }) => most)) + 1;
          const waitMs = Math.max(...concerned.map((oracle) => oracle.readyAt(n, now))) - now;
          assertEquals(Math.ceil(subject.retryAfterMs(n)), waitMs);
          assertEquals(subject.tryTake(n), waitMs === 0);
          if (waitMs === 0) { for (const oracle of concerned) oracle.grant(n, now); }
        }
      },
    ),
    { numRuns: 300 },
  ));

const calls = fc.record({
  kind: fc.constantFrom("take", "take", "take", "try", "abort", "pass", "pass"),
  n: fc.nat(999),
  who: fc.nat(99),
  level: fc.constantFrom(0, 1, 1, 2),
});

/** Composites that share members, one of them inside of another, and the members themselves. */
function family(twins: readonly [RateLimiter, RateLimiter][]): [limiter: RateLimiter, members: readonly number[]][] {
  const [first, second, third] = twins.map(([member]) => member);
  assert(first !== undefined && second !== undefined && third !== undefined);
  const pair = new CompositeRateLimiter([first, second]);
  return [
    ...twins.map(([, alone], place): [RateLimiter, readonly number[]] => [alone, [place]]),
    [pair, [0, 1]],
    [new CompositeRateLimiter([second, third]), [1, 2]],
    [new CompositeRateLimiter([third, pair]), [0, 1, 2]],
  ];
}

Deno.test("CompositeRateLimiter.take() passes no member's limit, loses no token, and leaves nobody waiting, whoever leaves when", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(recipes, fc.boolean()), { minLength: 3, maxLength: 3 }),
      fc.array(calls, { maxLength: 40, size: "max" }),
      (members, script) =>
        withFakeTime(async (time) => {
          const twins = members.map(([recipe, isKey]) => twin(recipe, isKey)), people = family(twins);
          const oracles = members.map(([recipe]) => new RateOracle(recipe));
          const aborts: AbortController[] = [];
          let waiting = 0;
          const grant = (places: readonly number[], n: number) => {
            for (const oracle of places.map((place) => oracles[place]!)) {
              assert(oracle.allows(n, time.now()), `${n} more at ${time.now()}`);
              oracle.grant(n, time.now());
            }
          };
          for (const { kind, n: size, who, level } of script) {
            const [limiter, places] = people[who % people.length]!, n = size % limiter.snapshot().most + 1;
            if (kind === "take") {
              const abort = new AbortController();
              aborts.push(abort);
              waiting++;
              limiter.take(n, { signal: abort.signal, priority: level })
                .then(() => grant(places, n), () => {}).finally(() => waiting--);
            } else if (kind === "try") {
              const mayBe = places.every((place) => oracles[place]!.allows(n, time.now()));
              const isIdle = people.every(([limiter]) => limiter.snapshot().waiters.length === 0);
              const isTaken = limiter.tryTake(n);
              await settle(); // whoever waited comes before
              if (isTaken) grant(places, n);
              if (isIdle) assertEquals(isTaken, mayBe);
            } else if (kind === "abort") aborts[who % (aborts.length || 1)]?.abort();
            else await time.pass(size % 20);
            await settle();
          }
          for (let ms = 0; waiting > 0; ms++) {
            assert(ms < 20_000, "nobody waits for ever");
            await time.pass(1);
          }
          for (const [place, [limiter]] of twins.entries()) {
            const { waiters, available, most } = limiter.snapshot(), oracle = oracles[place]!;
            const isLeaky = limiter.snapshot().type.endsWith("leaky_bucket");
            assertEquals(available, isLeaky ? (oracle.allows(1, time.now()) ? most : 0) : oracle.available(time.now()));
            assertEquals(waiters, []);
          }
        }),
    ),
    { numRuns: 200 },
  ));

Deno.test("CompositeRateLimiter.take() is not starved by those who use a member alone", () =>
  withFakeTime(async (time) => {
    const busy = new TokenBucket({ limit: 10, perMs: 1000 }), quiet = new SlidingLog({ limit: 10, perMs: 100 });
    const composite = new CompositeRateLimiter([quiet, busy]);
    busy.tryTake(10);
    let servedAt = -1;
    composite.take(5).then(() => servedAt = time.now());
    for (let ms = 0; ms < 600; ms++) {
      busy.tryTake(1);
      busy.take(1);
      await time.pass(1);
    }
    assertEquals(servedAt, 500);
    await time.pass(60_000);
  }));

Deno.test("CompositeRateLimiter.take() waits in one line until its turn comes there, and holds nothing while it waits", () =>
  withFakeTime(async (time) => {
    const slow = new TokenBucket({ limit: 1, perMs: 1000 }), fast = new TokenBucket({ limit: 10, perMs: 1000 });
    const composite = new CompositeRateLimiter([fast, slow], { name: "both" });
    assert(composite.tryTake());
    let isServed = false;
    composite.take(1, { owner: "ada" }).then(() => isServed = true);
    assertEquals(composite.retryAfterMs(), 2000, "behind the one who waits");
    await time.pass(500);
    assertEquals([fast.snapshot().waiters.length, slow.snapshot().waiters.length], [0, 1]);
    assertEquals([slow.snapshot().waiters[0]?.owner, fast.snapshot().available], ["ada", 10]);
    assert(fast.tryTake(10), "which others may use");
    await time.pass(499);
    assert(!isServed);
    await time.pass(1);
    assert(isServed, "a token of the fast one had come back by then");
    assertEquals([slow.snapshot().totals.grants, fast.snapshot().totals.grants], [2, 3]);
  }));

Deno.test("CompositeRateLimiter.tryTake() overtakes nobody who waits for a member", () =>
  withFakeTime(async (time) => {
    const bucket = new TokenBucket({ limit: 10, perMs: 1000 }), composite = new CompositeRateLimiter([bucket]);
    bucket.tryTake(9);
    const large = bucket.take(10);
    assertEquals([composite.tryTake(), composite.retryAfterMs()], [false, 1000]);
    await time.pass(900);
    await large;
    await time.pass(100);
    assert(composite.tryTake());
  }));

Deno.test("CompositeRateLimiter.take() has one place in a member's line, behind which others come", () =>
  withFakeTime(async (time) => {
    const window = new FixedWindow({ limit: 2, perMs: 100 }), composite = new CompositeRateLimiter([window]);
    const served: string[] = [];
    const wait = (limiter: RateLimiter, name: string) =>
      limiter.take().then(() => served.push(`${name}@${time.now()}`));
    window.tryTake(2);
    for (const name of ["first", "second", "third"]) wait(composite, name);
    wait(window, "alone");
    await time.pass(200);
    assertEquals(served, ["first@100", "alone@100", "second@200", "third@200"]);
  }));

Deno.test("CompositeRateLimiter.take() leaves a member's line at once, and those behind it go on", () =>
  withFakeTime(async (time) => {
    const bucket = new TokenBucket({ limit: 10, perMs: 1000 }), composite = new CompositeRateLimiter([bucket]);
    const abort = new AbortController();
    bucket.tryTake(9);
    const large = assertRejects(() => composite.take(10, abort), Error, "gone");
    let isServed = false;
    bucket.take(1).then(() => isServed = true);
    await time.pass(1);
    assert(!isServed);
    abort.abort(new Error("gone"));
    await large;
    await settle();
    assert(isServed, "a token was there all the time");
  }));

Deno.test("CompositeRateLimiter keeps no turn that it could not use", () =>
  withFakeTime(async (time) => {
    const first = new TokenBucket({ limit: 10, perMs: 1000 }), second = new FixedWindow({ limit: 1, perMs: 400 });
    const composite = new CompositeRateLimiter([first, second]), abort = new AbortController();
    first.tryTake(10);
    const wait = assertRejects(() => composite.take(1, abort));
    await time.pass(99);
    assert(second.tryTake());
    await time.pass(1); // the turn has come at the first one, and the second one refuses
    assertEquals([first.snapshot().waiters.length, second.snapshot().waiters.length], [0, 1]);
    abort.abort();
    await wait;
    const large = first.take(10);
    await time.pass(300);
    assertEquals([first, second, composite].map((limiter) => limiter.snapshot().available), [4, 1, 1]);
    assert(!composite.tryTake(), "somebody waits for the first one");
    await time.pass(600);
    await large;
  }));

Deno.test("CompositeRateLimiter.tryTake() notices that a clock has leapt ahead, and lets those go first who wait", () =>
  withFakeTime(async () => {
    let wall = 0;
    const bucket = new TokenBucket({ limit: 2, perMs: 10_000, clock: () => wall });
    const composite = new CompositeRateLimiter([bucket]);
    bucket.tryTake(2);
    const wait = composite.take();
    wall = 10_000;
    assert(composite.tryTake());
    await wait;
    assert(!composite.tryTake());
  }));

Deno.test("CompositeRateLimiter takes a leaky bucket, whose queue bounds only its own line", () =>
  withFakeTime(async (time) => {
    const bucket = new LeakyBucket({ limit: 10, perMs: 1000, queue: 1 }), leftAt: number[] = [];
    const composite = new CompositeRateLimiter([bucket, new TokenBucket({ limit: 100 })]);
    for (let work = 0; work < 4; work++) composite.take().then(() => leftAt.push(time.now()));
    await time.pass(300);
    assertEquals(leftAt, [0, 100, 200, 300]);
  }));

Deno.test("CompositeRateLimiter takes a key of a keyed limiter, and keeps its place in the key's own line", () =>
  withFakeTime(async (time) => {
    const perUser = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 1, perMs: 100 });
    const forAll = new TokenBucket({ limit: 100 }), served: string[] = [];
    const ada = new CompositeRateLimiter([perUser.forKey("ada"), forAll]);
    const wait = (name: string, taken: Promise<void>) => void taken.then(() => served.push(`${name}@${time.now()}`));
    assert(ada.tryTake());
    assert(!ada.tryTake() && perUser.tryTake("bob"));
    assertEquals(forAll.snapshot().available, 99, "what was refused has taken nothing");
    wait("direct", perUser.take("ada"));
    assert(!ada.tryTake());
    wait("composite", ada.take());
    wait("view", perUser.forKey("ada").take());
    wait("other", perUser.take("eve"));
    assertEquals([perUser.snapshot().waiters.length, perUser.snapshot().contendedKeys], [3, 1]);
    await time.pass(300);
    assertEquals(served, ["other@0", "direct@100", "composite@200", "view@300"]);
    assertEquals([perUser.snapshot().waiters.length, perUser.snapshot().contendedKeys], [0, 0]);
  }));

Deno.test("CompositeRateLimiter refuses no members, strangers, and a member twice, and more than one of its members grants", async () => {
  const bucket = new TokenBucket({ limit: 10 }), other = new TokenBucket({ limit: 4 });
  assertThrows(() => new CompositeRateLimiter([]), TypeError, "of no members");
  assertThrows(() => new CompositeRateLimiter([bucket, { ...bucket } as RateLimiter]), TypeError, "of member 1");
  const twice = () => new CompositeRateLimiter([new CompositeRateLimiter([bucket]), bucket]);
  assertThrows(twice, TypeError, "with a member twice");
  const keyed = new KeyedRateLimiter({ algorithm: "gcra", limit: 1 });
  assertThrows(() => new CompositeRateLimiter([keyed.forKey("a"), keyed.forKey("b")]), TypeError, "one key of a keyed");
  const both = new CompositeRateLimiter([bucket, other], { name: "both" });
  assertThrows(() => both.tryTake(5), RangeError, 'from the composite "both": expected a whole number from 1 to 4');
  await assertRejects(() => both.take(5), RangeError);
});

Deno.test("CompositeRateLimiter counts its grants at every member, also at those of its members", () =>
  withFakeTime(async (time) => {
    const [a, b, c] = [1, 2, 3].map((limit) => new TokenBucket({ limit, perMs: 1000 }));
    assert(a !== undefined && b !== undefined && c !== undefined);
    const inner = new CompositeRateLimiter([a, b]), outer = new CompositeRateLimiter([inner, c]);
    const grants = () => [a, b, c, inner, outer].map((limiter) => limiter.snapshot().totals.grants);
    assert(outer.tryTake());
    assertEquals(grants(), [1, 1, 1, 1, 1]);
    const wait = outer.take();
    await time.pass(1000);
    await wait;
    assertEquals(grants(), [2, 2, 2, 2, 2]);
  }));
