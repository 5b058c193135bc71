import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LOCK_WORDS, LockAttempt, LockWord, takeBlocking } from "../lock_word.ts";
import { explore } from "./testdata/explorer.ts";
import { Machine } from "./testdata/machine.ts";
import { memberOf } from "./testdata/model_host.ts";
import { NumberLists } from "./testdata/number_lists.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { scopeOf } from "./testdata/model_tests.ts";
import type { Operation, Scenario } from "./testdata/scenario.ts";

/** Words of random programs: a lock and another one, some that all use, and one for each thread, of what it has seen. */
const OTHER_LOCK = LOCK_WORDS / 2,
  SHARED = LOCK_WORDS,
  SHARED_WORDS = 3,
  SEEN = SHARED + SHARED_WORDS,
  WORDS = SEEN + 3;

/** A lock as an operation uses it. */
interface Lock {
  /** What its word is while the thread holds it. */
  readonly me: number;
  take(): void;
  release(): void;
}

/** How a thread opens the lock of a word. */
type OpenLock = (thread: ModelThread, at: number) => Lock;

function lockWordOf(thread: ModelThread, at: number): Lock {
  const member = memberOf(thread);
  const lock = new LockWord(thread, { at, me: member.lockName, watch: member, spins: 0, mostPasses: 1 });
  const forever = { timeoutMs: Infinity, clock: () => 0 };
  return {
    me: lock.me,
    take: () => void (lock.tryTake() || takeBlocking(lock, new LockAttempt(lock), forever)),
    release: () => lock.release(),
  };
}

/** A lock of one word that wakes whoever sleeps at each release: random programs over it have few states, so that all can be seen. */
function plainLockOf(thread: ModelThread, at: number): Lock {
  const { lockName: me, isDead } = memberOf(thread);
  return {
    me,
    take() {
      for (let found = thread.compareExchange(at, 0, me); found !== 0; found = thread.compareExchange(at, 0, me)) {
        const isOver = thread.wait(at, found, 1) === "timed-out";
        if (isOver && isDead(found) && thread.compareExchange(at, found, me) === found) return;
      }
    },
    release() {
      if (thread.compareExchange(at, me, 0) === me) thread.notify(at, 1);
    },
  };
}

/** The same for where locks are ideal, so that nobody sleeps for one unless its holder has died. */
function bareLockOf(thread: ModelThread, at: number): Lock {
  const lock = plainLockOf(thread, at);
  return { ...lock, release: () => void thread.compareExchange(at, lock.me, 0) };
}

/** One step of a random program. Whoever takes a lock it has, or leaves one it has not, breaks the rules, as may be. */
interface Step {
  readonly kind:
    | "load"
    | "store"
    | "add"
    | "compareExchange"
    | "read"
    | "write"
    | "lock"
    | "unlock"
    | "seize"
    | "peek"
    | "notify"
    | "spin";
  readonly at: number;
  readonly value: number;
}

/** What a thread has seen is one number, different for different sights as a rule, which it keeps in a word of its own. */
function operationOf(steps: readonly Step[], lockOf: OpenLock = lockWordOf): Operation {
  return (thread) => {
    const first = lockOf(thread, 0), other = lockOf(thread, OTHER_LOCK);
    let seen = 1;
    const see = (value: number) => seen = (seen * 31 + value) | 0;
    for (const { kind, at, value } of steps) {
      const lock = at === OTHER_LOCK ? other : first;
      if (kind === "load") see(thread.load(SHARED + at));
      else if (kind === "store") thread.store(SHARED + at, value);
      else if (kind === "add") see(thread.add(SHARED + at, value));
      else if (kind === "compareExchange") see(thread.compareExchange(SHARED + at, value - 1, value));
      else if (kind === "read") see(thread.load(SEEN + thread.index));
      else if (kind === "write") thread.store(SEEN + thread.index, seen);
      else if (kind === "notify") see(thread.notify(SHARED + at, value));
      else if (kind === "spin") see(thread.spin(SHARED + at, value + 1) === "timed-out" ? 1 : 0);
      else if (kind === "peek") see(thread.load(value === 0 ? 0 : OTHER_LOCK));
      else if (kind === "seize") thread.store(0, value === 0 ? 0 : lock.me);
      else if (kind === "unlock") lock.release();
      else lock.take();
    }
    thread.add(SEEN + thread.index, seen);
  };
}

const steps = (...kinds: Step["kind"][]): fc.Arbitrary<Step> =>
  fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(SHARED_WORDS - 1), value: fc.nat(2) });
const anywhere = steps("load", "store", "add", "compareExchange", "read", "write", "notify", "spin");
const LOCK: Step = { kind: "lock", at: 0, value: 0 }, UNLOCK: Step = { kind: "unlock", at: 0, value: 0 };
const OTHER: Step = { ...LOCK, at: OTHER_LOCK }, LEAVE_OTHER: Step = { ...UNLOCK, at: OTHER_LOCK };
/** The locks around some steps: one of them, or both in either order. */
const NESTS: readonly (readonly [before: readonly Step[], after: readonly Step[]])[] = [
  [[LOCK], [UNLOCK]],
  [[OTHER], [LEAVE_OTHER]],
  [[LOCK, OTHER], [LEAVE_OTHER, UNLOCK]],
  [[OTHER, LOCK], [LEAVE_OTHER, UNLOCK]],
];
/** Up to so many pieces, each of up to so many steps with the lock, or with two, or one without. */
function programs(
  { pieces, inside, nests = 1, lockOf = plainLockOf, rude = ["seize", "peek", "lock", "unlock"] }: {
    readonly pieces: number;
    readonly inside: number;
    readonly nests?: number;
    readonly lockOf?: OpenLock;
    /** What may be done to a lock without regard to others. */
    readonly rude?: readonly Step["kind"][];
  },
): fc.Arbitrary<Operation> {
  const inner = fc.array(anywhere, { maxLength: inside, size: "max" });
  const locked = fc.tuple(fc.constantFrom(...NESTS.slice(0, nests)), inner)
    .map(([[before, after], inner]) => [...before, ...inner, ...after]);
  const piece = fc.oneof(
    { weight: 4, arbitrary: locked },
    { weight: 2, arbitrary: anywhere.map((step) => [step]) },
    { weight: 1, arbitrary: steps(...rude).map((step) => [step]) },
  );
  return fc.array(piece, { minLength: 1, maxLength: pieces }).map((pieces) => operationOf(pieces.flat(), lockOf));
}

/** All that can come of a scenario: a fault, threads that go on for ever, or else every end. */
interface Outcomes {
  readonly kind: "faulty" | "endless" | "sound";
  readonly ends: readonly string[];
  readonly states: number;
}

function outcomes(scenario: Scenario): Outcomes {
  const ends = new Set<string>();
  const verify: Scenario["verify"] = (words, died) => void ends.add(`${words.slice(SHARED).join()} ${died.join()}`);
  const { fault, states, complete } = explore({ depth: 150, ...scenario, verify });
  return { kind: fault !== undefined ? "faulty" : complete ? "sound" : "endless", ends: [...ends].sort(), states };
}

function assertSameOutcomes(scenario: Scenario): void {
  const reduced = outcomes(scenario), full = outcomes({ ...scenario, isReduced: false });
  assertEquals(reduced.kind, full.kind);
  if (full.kind !== "sound") return;
  assertEquals(reduced.ends, full.ends);
  assert(reduced.states <= full.states, `${reduced.states} states instead of ${full.states}`);
}

for (
  const { size, pieces, inside, deaths = 0, timeouts = 0, idealLocks = false, nests = 1, numRuns } of [
    { size: 2, pieces: 2, inside: 3, numRuns: 60 },
    { size: 2, pieces: 2, inside: 2, deaths: 1, numRuns: 60 },
    { size: 2, pieces: 1, inside: 2, timeouts: 1, numRuns: 60 },
    { size: 3, pieces: 1, inside: 2, idealLocks: true, numRuns: 40 },
    { size: 2, pieces: 2, inside: 3, idealLocks: true, nests: 4, numRuns: 300 },
    { size: 3, pieces: 1, inside: 2, idealLocks: true, nests: 4, numRuns: 60 },
    { size: 2, pieces: 2, inside: 2, deaths: 1, idealLocks: true, nests: 4, numRuns: 60 },
    { size: 2, pieces: 2, inside: 2, timeouts: 1, idealLocks: true, nests: 4, numRuns: 60 },
  ]
) {
  const lockNames = `${idealLocks ? "ideal " : ""}locks: ${nests === 1 ? 1 : 2}`;
  const how = `deaths: ${deaths}, time-outs: ${timeouts}, ${lockNames}`;
  Deno.test(`explore() ends as without reduction, whatever ${size} threads do; ${how}`, () => {
    const program = programs({ pieces, inside, nests, lockOf: idealLocks ? bareLockOf : plainLockOf });
    const threads = fc.array(program.map((each) => [each]), {
      minLength: size,
      maxLength: size,
    });
    const locks = nests === 1 ? [0] : [0, OTHER_LOCK];
    fc.assert(
      fc.property(
        threads,
        (threads) => assertSameOutcomes({ words: WORDS, threads, deaths, timeouts, locks, idealLocks }),
      ),
      { numRuns },
    );
  });
}

const add: Step = { kind: "add", at: 0, value: 1 }, look: Step = { kind: "load", at: 0, value: 0 };
const guarded = operationOf([LOCK, look, add, look, add, UNLOCK]);

/** The ends of every schedule of its own, though they lead to the same states; undefined if there are too many, or threads go on for ever. */
function endsOfEverySchedule(scenario: Scenario): Outcomes | undefined {
  const machine = new Machine(scenario, undefined), ends = new Set<string>(), stack = [machine.start()];
  let states = 0;
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    if (++states === 20_000 || state.length === 100) return undefined;
    const next = machine.successors(state, -1), { memory: { words }, threads } = state;
    stack.push(...next);
    if (next.some(({ step }) => step?.access !== undefined)) continue;
    if (threads.some(({ pending }) => pending !== undefined)) return { kind: "faulty", ends: [], states };
    ends.add(`${words.slice(SHARED).join()} ${threads.map(({ died }) => died).join()}`);
  }
  return { kind: "sound", ends: [...ends].sort(), states };
}

for (
  const { size, most, deaths, timeouts } of [
    { size: 2, most: 3, deaths: 0, timeouts: 1 },
    { size: 2, most: 2, deaths: 1, timeouts: 0 },
    { size: 3, most: 2, deaths: 0, timeouts: 0 },
  ]
) {
  Deno.test(`explore() ends as every schedule of ${size} threads with few preemptions; deaths: ${deaths}, time-outs: ${timeouts}`, () => {
    const few = fc.array(steps("load", "store", "add", "read", "write"), { minLength: 2, maxLength: 4, size: "max" });
    const program = fc.oneof(
      { weight: 3, arbitrary: few.map((each) => operationOf(each)) },
      programs({ pieces: 1, inside: 2 }),
    );
    const threads = fc.array(program.map((each) => [each]), { minLength: size, maxLength: size });
    let compared = 0;
    fc.assert(
      fc.property(threads, fc.nat(most), (threads, preemptions) => {
        const scenario = { words: WORDS, threads, preemptions, deaths, timeouts, isReduced: false };
        const expected = endsOfEverySchedule(scenario), found = outcomes(scenario);
        if (expected === undefined || found.kind === "endless") return;
        assertEquals(found.kind, expected.kind);
        if (found.kind !== "sound") return;
        assertEquals(found.ends, expected.ends);
        assert(found.states <= expected.states, `${found.states} states instead of ${expected.states}`);
        const reduced = outcomes({ ...scenario, isReduced: true }),
          all = outcomes({ ...scenario, preemptions: Infinity });
        assertEquals(found.ends.filter((end) => !reduced.ends.includes(end)), [], "reduced, it comes to no fewer ends");
        if (all.kind !== "endless") assertEquals(reduced.ends.filter((end) => !all.ends.includes(end)), []);
        compared++;
      }),
      { seed: 1, numRuns: 100 },
    );
    assert(compared > 30, `only ${compared} of the scenarios are small`);
  });
}

/** What an end is, whoever of the threads has come to what. */
function whoever(end: string): string {
  const [words = "", died = ""] = end.split(" "), numbers = words.split(",");
  const fates = died.split(",").map((each, thread) => `${numbers[SHARED_WORDS + thread]} ${each}`);
  return `${numbers.slice(0, SHARED_WORDS)} ${fates.sort()}`;
}

for (
  const { size, inside, deaths = 0, timeouts = 0, preemptions = Infinity, idealLocks = false, others = 0 } of [
    { size: 2, inside: 3 },
    { size: 2, inside: 2, deaths: 1 },
    { size: 2, inside: 1, timeouts: 1, others: 1 },
    { size: 3, inside: 1, idealLocks: true },
    { size: 3, inside: 2, preemptions: 2 },
    { size: 2, inside: 1, deaths: 1, idealLocks: true, others: 1 },
  ]
) {
  const how = `deaths: ${deaths}, time-outs: ${timeouts}, preemptions: ${preemptions}, others: ${others}`;
  Deno.test(`explore() ends as if ${size} threads that are alike did not begin in order, but for who is who; ${how}`, () => {
    // nobody looks at a lock's word, in which there is a name
    const rude: readonly Step["kind"][] = ["seize", "lock", "unlock"], lockOf = idealLocks ? bareLockOf : plainLockOf;
    const program = programs({ pieces: 1, inside, lockOf, rude });
    fc.assert(
      fc.property(program, program, (same, another) => {
        const threads = [...Array.from({ length: size }, () => [same]), ...others === 0 ? [] : [[another]]];
        const scenario = { words: WORDS, threads, deaths, timeouts, preemptions, locks: [0], idealLocks };
        const one = outcomes({ ...scenario, areAlike: true }), all = outcomes(scenario);
        assertEquals(one.kind, all.kind);
        if (all.kind !== "sound") return;
        const ends = (found: Outcomes) => [...new Set(found.ends.map(whoever))].sort();
        assertEquals(ends(one), ends(all));
        assert(one.states <= all.states, `${one.states} states instead of ${all.states}`);
      }),
      { numRuns: 60 },
    );
  });
}

Deno.test("explore() looks at few states where threads are alike", () => {
  const threads = [1, 2, 3].map(() => [guarded]), scenario = { words: WORDS, threads, preemptions: 3 };
  const one = outcomes({ ...scenario, areAlike: true }), all = outcomes(scenario);
  assert(one.states * 3 < all.states, `${one.states} states instead of ${all.states}`);
});

Deno.test("explore() looks at few states where nobody can be interrupted any more", () => {
  const scenario = { words: WORDS, threads: [[guarded], [guarded]], preemptions: 1 };
  const reduced = outcomes(scenario), full = outcomes({ ...scenario, isReduced: false });
  assertEquals(reduced.ends, full.ends);
  assert(reduced.states * 2 < full.states, `${reduced.states} states instead of ${full.states}`);
});

Deno.test("explore() lets whoever is woken go on before who has woken it", () => {
  const sleeps: Operation = (thread) => {
    if (thread.wait(SHARED, 0, Infinity) === "ok") thread.store(SEEN, 1 + thread.load(SHARED + 1));
  };
  const wakes: Operation = (thread) => {
    thread.store(SHARED, 1);
    thread.notify(SHARED, 1);
    thread.store(SHARED + 1, 1);
  };
  const scenario = { words: WORDS, threads: [[sleeps], [wakes]] };
  assertEquals(outcomes(scenario).ends.length, 3, "it did not sleep, or it sees 0 or 1");
  assertSameOutcomes(scenario);
});

Deno.test("explore() lets time be up at any moment though nobody else can do anything", () => {
  const sleeps: Operation = (thread) => {
    if (thread.wait(SHARED, 0, 1) === "timed-out") thread.store(SEEN, 1 + thread.load(SHARED + 1));
  };
  const counts: Operation = (thread) => {
    for (const value of [1, 2, 3]) thread.store(SHARED + 1, value);
    thread.store(SHARED, 1);
    thread.notify(SHARED, 1);
  };
  for (const preemptions of [1, Infinity]) {
    const scenario = { words: WORDS, threads: [[sleeps], [counts]], timeouts: 1, preemptions };
    assertEquals(outcomes(scenario).ends.length, 5, "its time is not up, or it sees 0 to 3");
    assertSameOutcomes(scenario);
  }
});

Deno.test("explore() stops a thread that cannot be interrupted at an ideal lock that is held", () => {
  const takes = operationOf([look, LOCK, add, look, UNLOCK], bareLockOf);
  assertSameOutcomes({ words: WORDS, threads: [[takes], [takes]], locks: [0], idealLocks: true, preemptions: 1 });
});

Deno.test("explore() finds what a thread throws also where it has begun anew since it was thrown before", () => {
  const round = (thread: ModelThread) => {
    const found = thread.load(0);
    thread.store(0, found + 1);
    if (found === 1) throw new Error("it is the second");
  };
  const { fault, schedule } = explore({ words: 1, threads: [[round], [round]], preemptions: 0 });
  assertEquals({ fault, steps: schedule.length }, { fault: "thread 0: it is the second", steps: 4 });
});

Deno.test("explore() looks at few states where a lock guards what is done, and comes to the same ends", () => {
  const scenario = { words: WORDS, threads: [[guarded], [guarded]], locks: [0] };
  assertSameOutcomes(scenario);
  const reduced = outcomes(scenario), full = outcomes({ ...scenario, isReduced: false });
  assert(reduced.states * 2 < full.states, `${reduced.states} states instead of ${full.states}`);
  const unguarded = outcomes({ ...scenario, locks: [] });
  assert(reduced.states * 1.3 < unguarded.states, `${reduced.states} states instead of ${unguarded.states}`);
  assertEquals(reduced.ends.length, 2);
});

Deno.test("explore() does not believe that a lock guards what somebody looks at without it", () => {
  const peeks = operationOf([look]);
  const { ends } = outcomes({ words: WORDS, threads: [[guarded], [peeks]], locks: [0] });
  assertEquals(ends.length, 3, "0, 1 and 2 are seen");
  assertSameOutcomes({ words: WORDS, threads: [[guarded], [peeks, guarded]], locks: [0] });
});

Deno.test("explore() does not believe in a lock that is taken away from its holder", () => {
  const inTwoSteps = operationOf([LOCK, store(1), store(0), UNLOCK]);
  const breaksIn = operationOf([{ kind: "seize", at: 0, value: 0 }, LOCK, look, UNLOCK]);
  const scenario = { words: WORDS, threads: [[inTwoSteps], [breaksIn]], locks: [0] };
  assertEquals(outcomes(scenario).ends.length, 2, "0 and 1 are seen");
  assertSameOutcomes(scenario);
});

Deno.test("explore() comes to the same ends over an ideal lock as over a LockWord", () => {
  const threads = [[guarded, guarded], [guarded], [operationOf([look])]];
  const real = outcomes({ words: WORDS, threads, locks: [0] });
  const ideal = outcomes({ words: WORDS, threads, locks: [0], idealLocks: true });
  assertEquals(ideal.ends, real.ends);
  assert(ideal.states * 2 < real.states, `${ideal.states} states instead of ${real.states}`);
});

const store = (value: number): Step => ({ kind: "store", at: 0, value });

Deno.test("explore() lets others go on between an ideal lock's release and what its holder does next", () => {
  const looksLater = operationOf([LOCK, UNLOCK, look], bareLockOf);
  const writesTwice = operationOf([LOCK, store(1), store(2), UNLOCK], bareLockOf);
  const scenario = { words: WORDS, threads: [[looksLater], [writesTwice]], locks: [0], idealLocks: true };
  assertEquals(outcomes(scenario).ends.length, 3, "0, 1 and 2 are seen");
  assertSameOutcomes(scenario);
});

Deno.test("explore() believes that nobody can tell when a lock is taken and left only where locks are ideal", () => {
  const tries: Operation = (thread) => {
    const lock = plainLockOf(thread, 0), found = thread.compareExchange(0, 0, lock.me);
    if (found === 0) lock.release();
    thread.store(SEEN + 1, found);
  };
  const scenario = { words: WORDS, threads: [[operationOf([LOCK, look, UNLOCK], plainLockOf)], [tries]], locks: [0] };
  assertEquals(outcomes(scenario).ends.length, 2, "it is free, or held");
  assertEquals(outcomes({ ...scenario, idealLocks: true }).ends.length, 1, "it is free as soon as it is tried");
});

Deno.test("explore() finds that two threads wait for ever that take two ideal locks in opposite order", () => {
  const [, , there, back] = NESTS.map(([before, after]) => operationOf([...before, look, ...after], bareLockOf));
  assert(there !== undefined && back !== undefined);
  const scenario = { words: WORDS, threads: [[there], [back]], locks: [0, OTHER_LOCK], idealLocks: true };
  assertEquals(explore(scenario).fault, "thread 0 waits for ever");
});

Deno.test("explore() looks at fewer states over an ideal lock where no preemptions are counted", () => {
  const threads = [[guarded, guarded], [guarded], [operationOf([look])]];
  const scenario = { words: WORDS, threads, locks: [0], idealLocks: true };
  const found = outcomes(scenario), counted = outcomes({ ...scenario, preemptions: 1_000 });
  assertEquals(found.ends, counted.ends);
  assert(found.states * 1.5 < counted.states, `${found.states} states instead of ${counted.states}`);
});

Deno.test("explore() finds that somebody waits for ever for an ideal lock that was not left", () => {
  const scenario = { words: WORDS, threads: [[operationOf([LOCK])], [guarded]], locks: [0], idealLocks: true };
  assertEquals(explore(scenario).fault, "thread 1 waits for ever");
});

Deno.test("explore() goes on over an ideal lock whose holder has died", () => {
  const { fault, complete } = explore({
    words: WORDS,
    threads: [[guarded], [guarded]],
    locks: [0],
    idealLocks: true,
    deaths: 1,
    verify: (words, died) => died.includes(true) || words[SHARED] === 4 ? undefined : `${words[SHARED]}`,
  });
  assertEquals({ fault, complete }, { fault: undefined, complete: true });
});

Deno.test("explore() finds what a counter loses that is read, then written, and says how", () => {
  const round = (thread: ModelThread) => thread.store(0, thread.load(0) + 1);
  const found = explore({ words: 1, threads: [[round], [round]], verify: ([sum]) => sum === 2 ? undefined : `${sum}` });
  assertEquals(found.fault, "1");
  assertEquals(found.schedule.map((step) => step.slice(2, 7)), ["load ", "load ", "store", "store"]);
});

Deno.test("explore() lets nobody act after its death, not even in a finally block", () => {
  const round = (thread: ModelThread) => {
    try {
      thread.store(0, 1);
      thread.store(1, 1);
    } finally {
      thread.store(2, thread.load(1));
    }
  };
  const seen = new Set<string>();
  const verify = (words: readonly number[]) => void seen.add(words.join());
  assertEquals(explore({ words: 3, threads: [[round]], deaths: 1, verify }).fault, undefined);
  assertEquals([...seen].sort(), ["0,0,0", "1,0,0", "1,1,0", "1,1,1"]);
});

Deno.test("explore() says that it is not complete where threads go on for ever", () => {
  const spins = (thread: ModelThread) => {
    while (thread.load(0) === 0);
  };
  const { fault, complete } = explore({ words: 1, threads: [[spins]], depth: 20 });
  assertEquals({ fault, complete }, { fault: undefined, complete: false });
});

Deno.test("NumberLists.of() has one number for equal lists, and others for others, however many there are", () => {
  const lists = new NumberLists(), expected = new Map<string, number>();
  const numbered = (list: readonly number[]) => {
    const text = list.join();
    if (!expected.has(text)) expected.set(text, expected.size);
    assertEquals([lists.of(list), lists.count], [expected.get(text), expected.size]);
  };
  fc.assert(fc.property(fc.array(fc.oneof(fc.nat(2), fc.integer()), { maxLength: 6 }), numbered), { numRuns: 1_000 });
  for (let i = 0; i < 10_000; i++) numbered([i % 5_000, 7, -i % 5_000]);
});

Deno.test("scopeOf() says how much a scenario has explored", () => {
  const threads = [[guarded, guarded], [guarded]];
  assertEquals(scopeOf({ words: 1, threads }), "2 threads of 2 and 1 operations, every interleaving");
  assertEquals(
    scopeOf({
      words: 1,
      threads: [[guarded], [guarded]],
      preemptions: 2,
      deaths: 1,
      timeouts: 1,
      idealLocks: true,
      stopsAtWrites: true,
    }),
    "2 threads of 1 operation, all with at most 2 preemptions, 1 death at any write, 1 time-out at any moment, over an ideal lock",
  );
});
