/**
 * What is done with a pair of processes that are ready.
 *
 * @module
 */

import { shapeKey } from "../fork/empty_body.ts";
import { chooseBatch, type Duration, isMisfit } from "../fork/warm_up.ts";
import type { LoopShape } from "../protocol.ts";
import type { Random } from "../random.ts";
import { Conductor, ProcessLost, type SideFailure } from "./conductor.ts";
import type { Side } from "./duet_error.ts";
import type { DuetProcess } from "./duet_process.ts";
import { balancedOrder, otherSide } from "./order.ts";
import type { PairOptions, PairResult, SideFacts } from "./pair.ts";
import { type PairMeasurement, type RawPair, summarizePairs } from "./paired_samples.ts";
import type { Prepared } from "./protocol.ts";
import { DUET_ROUNDS, type DuetRounds } from "./settings.ts";

/** A benchmark that both sides have, on its way through a pair of processes. */
interface Contender {
  readonly id: string;
  readonly prepared: Readonly<Record<Side, Prepared>>;
  readonly fixedIterations: number | null;
  readonly pairs: RawPair[];
  batch: number;
  /** Blocks of two pairs in all. */
  blocks: number;
}

const SIDES: readonly Side[] = ["a", "b"];

/** More turns than a host has processors. */
const MAX_TURN = 1 << 20;

/** Samples may turn out a little longer than asked for. */
const TOLERANCE = 1.25;

/** What decides how a pair goes, besides its options. */
interface Course {
  readonly random: Random;
  /** When the time is over, by `performance.now()`. */
  readonly deadlineMs: number;
}

/** Conducts one pair of processes. */
export class PairRun {
  /** What each benchmark took so far, in milliseconds. */
  readonly costs = new Map<string, number>();
  readonly #options: PairOptions;
  readonly #processes: Readonly<Record<Side, DuetProcess>>;
  readonly #conductor: Conductor;
  readonly #random: Random;
  readonly #deadlineMs: number;
  readonly #rounds: DuetRounds;
  readonly #contenders = new Map<string, Contender>();
  readonly #emptyValues = new Map<string, readonly number[]>();
  readonly #measured = new Map<string, PairMeasurement>();
  readonly #failures: SideFailure[] = [];
  #lost: readonly string[] = [];
  #isCut = false;

  /** Takes over two processes that are ready; whoever started them disposes of them. */
  constructor(options: PairOptions, processes: Readonly<Record<Side, DuetProcess>>, { random, deadlineMs }: Course) {
    this.#options = options;
    this.#processes = processes;
    this.#random = random;
    this.#deadlineMs = deadlineMs;
    this.#rounds = options.rounds ?? DUET_ROUNDS;
    const timeouts = new Map<string, number>();
    for (const side of SIDES) {
      for (const { identity, timeoutMs } of processes[side].ready.benchmarks) {
        timeouts.set(identity.id, Math.max(timeouts.get(identity.id) ?? 0, timeoutMs ?? options.settings.timeoutMs));
      }
    }
    const { timeoutMs } = options.settings;
    this.#conductor = new Conductor(processes, (id) => id === null ? timeoutMs : timeouts.get(id) ?? timeoutMs);
  }

  /** Measures whatever both sides have, and lets both processes end. */
  async measure(): Promise<void> {
    const ids = commonIds(this.#processes, this.#options.ignoreDefinitions === true);
    const { controls = [] } = this.#options;
    if (ids.every((id) => controls.includes(id))) return; // they have nothing to ride along with
    try {
      for (const id of this.#random.shuffle(ids)) await this.#timed(id, () => this.#prepare(id));
      if (!this.#isCut) await this.#pin();
      if (!this.#isCut) await this.#timeEmptyLoops();
      for (const contender of this.#shuffled()) await this.#timed(contender.id, () => this.#rehearse(contender));
      for (let visit = 0; visit < this.#rounds.visits; visit++) {
        for (const contender of this.#shuffled()) await this.#timed(contender.id, () => this.#visit(contender, visit));
      }
      for (const contender of this.#contenders.values()) this.#summarize(contender);
      if (!this.#isCut) await this.#close(); // else they are killed, which takes no time
    } catch (thrown) {
      if (!(thrown instanceof ProcessLost)) throw thrown;
      this.#failures.push(...thrown.failures);
      const failed = new Set(this.#failures.map(({ id }) => id));
      this.#lost = ids.filter((id) => !failed.has(id) && !this.#measured.has(id));
    }
  }

  /** What came out of it. */
  result(): Omit<PairResult, "costs"> {
    const facts = (side: Side): SideFacts => ({ ...this.#processes[side].hello, ...this.#processes[side].ready });
    return {
      facts: { a: facts("a"), b: facts("b") },
      measured: this.#measured,
      failures: this.#failures,
      lost: this.#lost,
      isCut: this.#isCut,
    };
  }

  /** Does something for a benchmark, if there is time. */
  async #timed(id: string, action: () => Promise<void>): Promise<void> {
    const start = performance.now();
    if (start >= this.#deadlineMs) this.#isCut = true;
    if (this.#isCut) return;
    await action();
    this.costs.set(id, (this.costs.get(id) ?? 0) + performance.now() - start);
  }

  #shuffled(): readonly Contender[] {
    return this.#random.shuffle([...this.#contenders.values()]);
  }

  /** Sets a benchmark up and warms it up, on both sides at once: so both see the same neighbours. */
  async #prepare(id: string): Promise<void> {
    const { a, b } = await this.#conductor.both({ do: "prepare", id }, "prepared");
    if (a.status === "failed" || b.status === "failed") return await this.#drop(id, [a, b]);
    const prepared = { a: a.message, b: b.message };
    const contender: Contender = {
      id,
      prepared,
      fixedIterations: a.message.fixedIterations ?? b.message.fixedIterations,
      pairs: [],
      batch: 1,
      blocks: 1,
    };
    this.#choose(contender, {
      ns: (a.message.iterationNs + b.message.iterationNs) / 2,
      wallNs: (a.message.iterationWallNs + b.message.iterationWallNs) / 2,
    });
    this.#contenders.set(id, contender);
  }

  /** Gives both sides the same batch, by the mean of their speeds: a fixed share of a sample then is the same on both. */
  #choose(contender: Contender, iteration: Duration): void {
    const { settings } = this.#options;
    const { clock: clockFacts } = this.#processes.a.ready;
    contender.batch = chooseBatch(iteration, { settings, iterations: contender.fixedIterations, clockFacts });
    const sampleNs = contender.batch * iteration.wallNs;
    const most = this.#rounds.visits * this.#rounds.blocks;
    const shareNs = 2 * most * settings.timeMs / settings.rounds * 1e6 * TOLERANCE;
    contender.blocks = Math.min(most, Math.max(1, Math.floor(shareNs / sampleNs / 2)));
  }

  /**
   * Has both main threads, and V8's helpers, share one processor. On a shared host a neighbour on the other half of a core slows one
   * processor by half or more for tenths of a second: on two processors that falls on one side only. On such a host the effects of
   * eleven pairs of processes of equal code spread by 3.0 % so, and by 14 % without it, measured in turn. What the helpers have to
   * do with it, {@linkcode HelperThreads} tells: beside a busy loop the effects spread by 2.2 % with them and by 4.2 % and more
   * without. Warm-ups, which want all processors, are over by then.
   */
  async #pin(): Promise<void> {
    const turn = this.#random.nextInt(MAX_TURN);
    for (const side of SIDES) await this.#conductor.general(side, { do: "pin", turn }, "pinned");
  }

  async #timeEmptyLoops(): Promise<void> {
    for (const { prepared } of this.#contenders.values()) {
      for (const side of balancedOrder(this.#random)) await this.#timeEmptyLoop(side, prepared[side].shape);
    }
  }

  async #timeEmptyLoop(side: Side, shape: LoopShape): Promise<void> {
    const key = `${side}/${shapeKey(shape)}`;
    if (this.#emptyValues.has(key)) return;
    const { values } = await this.#conductor.general(side, { do: "empty", shape }, "empty");
    this.#emptyValues.set(key, values);
  }

  /** Round 0, which is thrown away: it shows whether the batch still fits once every benchmark has run. */
  async #rehearse(contender: Contender): Promise<void> {
    if (!await this.#settle(contender)) return;
    const pair = await this.#takePair(contender, balancedOrder(this.#random)[0]);
    if (pair === null) return;
    const { a, b } = pair;
    const iteration = {
      ns: (a.ns / a.iterations + b.ns / b.iterations) / 2,
      wallNs: (a.wallNs / a.iterations + b.wallNs / b.iterations) / 2,
    };
    const before = contender.batch;
    this.#choose(contender, iteration);
    if (!isMisfit(before, contender.batch)) contender.batch = before;
    else await this.#settle(contender);
  }

  /** Whether the benchmark goes on. */
  async #settle({ id, batch }: Contender): Promise<boolean> {
    const { a, b } = await this.#conductor.both({ do: "settle", id, batch }, "done");
    if (a.status === "ok" && b.status === "ok") return true;
    await this.#drop(id, [a, b]);
    return false;
  }

  async #visit(contender: Contender, visit: number): Promise<void> {
    const { visits } = this.#rounds;
    const upTo = (done: number) => Math.floor(done * contender.blocks / visits);
    const blocks = upTo(visit + 1) - upTo(visit);
    if (blocks === 0) return;
    for (const side of balancedOrder(this.#random)) {
      const visited = await this.#conductor.one(side, { do: "visit", id: contender.id }, "done");
      if (visited.status === "failed") return await this.#drop(contender.id, [visited]);
    }
    for (let block = 0; block < blocks; block++) {
      for (const first of balancedOrder(this.#random)) {
        const pair = await this.#takePair(contender, first);
        if (pair === null) return;
        contender.pairs.push(pair);
      }
    }
    if (visit === visits - 1) this.#options.onMeasured?.(contender.id);
  }

  /** Two samples, one after the other; null if the benchmark failed. */
  async #takePair({ id }: Contender, first: Side): Promise<RawPair | null> {
    const second = otherSide(first);
    const one = await this.#conductor.one(first, { do: "sample", id }, "sampled");
    if (one.status === "failed") return await this.#drop(id, [one]).then(() => null);
    const other = await this.#conductor.one(second, { do: "sample", id }, "sampled");
    if (other.status === "failed") return await this.#drop(id, [other]).then(() => null);
    const [a, b] = first === "a" ? [one.message.sample, other.message.sample] : [
      other.message.sample,
      one.message.sample,
    ];
    return { a, b, first };
  }

  /** Takes a benchmark that has failed out of both processes. */
  async #drop(
    id: string,
    replies: readonly ({ readonly status: "ok" } | { readonly status: "failed"; readonly failure: SideFailure })[],
  ): Promise<void> {
    this.#contenders.delete(id);
    const failures = replies.flatMap((reply) => reply.status === "failed" ? [reply.failure] : []);
    this.#failures.push(...failures);
    for (const side of SIDES) {
      if (failures.some((failure) => failure.side === side)) continue; // torn down already
      await this.#conductor.one(side, { do: "drop", id }, "done");
    }
  }

  #summarize({ id, pairs, batch, blocks, prepared: { a, b } }: Contender): void {
    if (pairs.length < 2 * blocks) return; // the time was over before
    const values = (side: Side, { shape }: Prepared) => this.#emptyValues.get(`${side}/${shapeKey(shape)}`) ?? [];
    const measurement = summarizePairs(pairs, {
      batch,
      steady: a.steady && b.steady,
      sameShape: shapeKey(a.shape) === shapeKey(b.shape),
      empty: { a: values("a", a), b: values("b", b) },
    });
    this.#measured.set(id, measurement);
  }

  /** A benchmark that cannot be torn down has failed. */
  async #close(): Promise<void> {
    for (const side of SIDES) {
      const { failures } = await this.#conductor.general(side, { do: "close" }, "closed");
      for (const { id, failure: { reason, message } } of failures) {
        this.#failures.push({ id, side, reason, message });
        this.#measured.delete(id);
      }
    }
    await Promise.all(SIDES.map((side) => this.#processes[side].end()));
  }
}

/** The benchmarks that both sides have, in the order of B's definition, and that are the same if that matters. */
function commonIds(processes: Readonly<Record<Side, DuetProcess>>, ignoreDefinitions: boolean): readonly string[] {
  const known = new Map(processes.a.ready.benchmarks.map(({ identity }) => [identity.id, identity.definitionHash]));
  return processes.b.ready.benchmarks.flatMap(({ identity: { id, definitionHash } }) => {
    const hash = known.get(id);
    return hash !== undefined && (ignoreDefinitions || hash === definitionHash) ? [id] : [];
  });
}
