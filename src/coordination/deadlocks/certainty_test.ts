import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ResourcePool } from "../../resources/mod.ts";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { Semaphore } from "../semaphore.ts";
import { DeadlockError, type DeadlockReport, detectDeadlocks, uniqueOwner } from "./mod.ts";
import { type ModelTarget, ModelTask, stuckTasks } from "./testdata/contest_model.ts";

const ALL = 100;

const TARGETS: readonly ModelTarget[] = [
  { capacity: 1, inOrder: true },
  { capacity: 1, inOrder: true },
  { capacity: 3, inOrder: true },
  { capacity: ALL, inOrder: true },
  { capacity: 4, inOrder: true },
  { capacity: 3, inOrder: false },
];

type Ask = (share: number, options: { readonly owner?: string; readonly signal: AbortSignal }) => Promise<Disposable>;

/** The targets for real: two locks, a semaphore, a read-write lock, a quota and a pool. */
function makeTargets(): readonly Ask[] {
  const locks = [new Mutex(), new Mutex()], semaphore = new Semaphore(3), readWrite = new ReadWriteLock();
  const quota = new Quota(4), pool = new ResourcePool({ capacity: { cpu: 3 } });
  return [
    ...locks.map((lock): Ask => (_, options) => lock.acquire(options)),
    (share, options) => semaphore.acquire(share, options),
    (share, options) => share === ALL ? readWrite.write(options) : readWrite.read(options),
    (share, options) => quota.acquire(share, options),
    (share, options) => pool.acquire({ cpu: share }, options),
  ];
}

const OWNERS = ["alone", "alone", "alone", "alone", "alone", "team", "team", "nobody"] as const;

const moves = fc.array(
  fc.record({
    task: fc.nat(OWNERS.length - 1),
    target: fc.nat(TARGETS.length - 1),
    share: fc.integer({ min: 1, max: 3 }),
    timed: fc.nat(9).map((n) => n === 0),
    kind: fc.constantFrom("ask", "ask", "ask", "ask", "ask", "ask", "release", "time out"),
  }),
  { minLength: 20, maxLength: 60, size: "max" },
);

type Move = typeof moves extends fc.Arbitrary<readonly (infer Each)[]> ? Each : never;

/** Tasks, some of which share a name and some of which have none, at play with real locks, and what was told of them. */
class Play {
  readonly tasks = OWNERS.map((kind) =>
    new ModelTask(kind === "alone" ? uniqueOwner("task") : kind === "team" ? "team" : undefined, kind === "alone")
  );
  readonly #targets = makeTargets();
  readonly #ends = new Map<ModelTask, AbortController>();
  #ticket = 0;
  refused = 0;

  /** Who can never go on. */
  get truth(): Set<ModelTask> {
    return stuckTasks(this.tasks, TARGETS, (task) => task.wait?.timed === true);
  }

  /** Of these, who can be known: those who are one task by name, whatever all others do. */
  get known(): Set<ModelTask> {
    return stuckTasks(this.tasks, TARGETS, (task) => !task.alone || task.wait?.timed === true);
  }

  async move({ task: at, target, share, timed, kind }: Move): Promise<void> {
    const task = this.tasks[at];
    if (task === undefined) return;
    if (kind === "time out") {
      if (task.wait?.timed) this.#ends.get(task)?.abort();
    } else if (task.wait === undefined) {
      if (kind === "release") task.held.splice(share % (task.held.length + 1), 1)[0]?.guard[Symbol.dispose]();
      else this.#ask(task, { target, share: target < 2 ? 1 : target === 3 && share > 1 ? ALL : share, timed });
    }
    await nextTurn();
  }

  #ask(task: ModelTask, { target, share, timed }: { target: number; share: number; timed: boolean }): void {
    const { owner } = task;
    const reenters = this.tasks.some((other) =>
      other.held.some((held) => held.target === target) &&
      (other === task || owner !== undefined && other.owner === owner)
    );
    if (reenters && target < 4) return; // refused anyway
    const end = new AbortController(), { signal } = end;
    this.#ends.set(task, end);
    task.wait = { target, share, timed, ticket: this.#ticket++ };
    const options = { signal, ...(owner !== undefined && { owner }), ...(timed && { timeoutMs: 3_600_000 }) };
    this.#targets[target]!(share, options).then((guard) => {
      task.wait = undefined;
      task.held.push({ target, share, guard });
    }, (error) => {
      task.wait = undefined;
      if (signal.aborted) return;
      assertInstanceOf(error, DeadlockError);
      this.refused++;
    });
  }

  /** Calls off all waits, and gives everything back. */
  async end(): Promise<void> {
    for (const end of this.#ends.values()) end.abort();
    await nextTurn();
    for (const { held } of this.tasks) for (const { guard } of held) guard[Symbol.dispose]();
  }
}

const names = (tasks: Iterable<ModelTask>) => new Set(Array.from(tasks, ({ owner }) => owner));

Deno.test("detectDeadlocks() is certain of those, and only those, who can never go on whatever all others do", async () => {
  let certain = 0, possible = 0;
  await fc.assert(
    fc.asyncProperty(moves, async (script) => {
      const reports: DeadlockReport[] = [], play = new Play();
      using detector = detectDeadlocks({
        assume: "nothing",
        onDeadlock: (report) => {
          assertEquals(report.refused, undefined);
          if (!report.certain) return;
          const known = names(play.known), truth = names(play.truth);
          for (const owner of [...report.stuck, ...report.circle.map(({ owner }) => owner)]) {
            assert(known.has(owner) && truth.has(owner));
          }
          reports.push(report);
        },
      });
      for (const move of script) {
        await play.move(move);
        const { known } = play;
        assertEquals(reports.length > 0, known.size > 0);
      }
      certain += detector.found;
      possible += detector.suspected;
      await play.end();
      assertEquals(detector.waiting, 0);
    }),
    { numRuns: 1_000 },
  );
  assert(certain > 100 && possible > 50, `only ${certain} and ${possible}`);
});

Deno.test("detectDeadlocks() refuses only who can never go on, and until nobody is left of whom that is known", async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(moves, async (script) => {
      const play = new Play();
      using detector = detectDeadlocks({
        assume: "nothing",
        refuse: "youngest",
        onDeadlock: ({ certain, refused, circle }) => {
          assertEquals(refused !== undefined, certain);
          if (!certain) return;
          const known = names(play.known);
          assert(circle.every(({ owner }) => known.has(owner)));
          for (const task of play.tasks) if (task.owner === refused) task.wait = undefined;
        },
      });
      for (const move of script) {
        await play.move(move);
        assertEquals(play.known.size, 0);
      }
      assertEquals(play.refused, detector.found);
      refused += play.refused;
      await play.end();
    }),
    { numRuns: 1_000 },
  );
  assert(refused > 100, `only ${refused}`);
});
