import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Barrier, BrokenBarrierError } from "./barrier.ts";

/** What a barrier with an asynchronous action promises, said with two arrays. */
class BarrierModel {
  /** How each party's wait has ended. */
  readonly ended = new Map<number, string>();
  generation = 0;
  broken: { readonly generation: number; readonly why: string } | undefined = undefined;
  #acting: { ids: number[]; isDead: boolean } | undefined = undefined;
  #line: number[] = [];

  constructor(readonly parties: number) {}

  get arrived(): number {
    return this.#line.length + (this.#acting?.ids.length ?? 0);
  }

  arrive(id: number): void {
    if (this.broken !== undefined) return this.#refuse([id]);
    this.#line.push(id);
    this.#meet();
  }

  tryArrive(): string {
    if (this.broken !== undefined) return "broken";
    if (this.#acting !== undefined || this.#line.length < this.parties - 1) return "not now";
    this.#acting = { ids: this.#line.splice(0, this.parties - 1), isDead: false };
    return `passes ${this.generation} as ${this.parties - 1}`;
  }

  abort(id: number): void {
    const acting = this.#acting, isLate = !acting?.ids.includes(id);
    if (isLate && !this.#line.includes(id)) return;
    if (isLate) this.#line = this.#line.filter((other) => other !== id);
    else if (acting !== undefined) acting.ids = acting.ids.filter((other) => other !== id);
    this.ended.set(id, "aborted");
    this.#break("abort", isLate);
  }

  leave(): void {
    this.#break("leave", true);
  }

  endAction(fails: boolean): void {
    const acting = this.#acting;
    if (acting === undefined) return;
    if (!acting.isDead) {
      if (fails) this.#break("action", false);
      else {
        acting.ids.forEach((id, index) => this.ended.set(id, `passes ${this.generation} as ${index}`));
        this.generation++;
      }
    }
    this.#acting = undefined;
    this.#meet();
  }

  reset(): void {
    this.broken = undefined;
    this.#break("reset", false);
    this.broken = undefined;
    this.generation++;
  }

  #meet(): void {
    if (this.#acting !== undefined || this.broken !== undefined || this.#line.length < this.parties) return;
    this.#acting = { ids: this.#line.splice(0, this.parties), isDead: false };
  }

  #break(why: string, isLate: boolean): void {
    const acting = this.#acting?.isDead === false ? this.#acting : undefined;
    const generation = acting !== undefined && isLate ? this.generation + 1 : this.generation;
    if (this.broken !== undefined && this.broken.generation <= generation) return;
    this.broken = { generation, why };
    if (acting !== undefined && !isLate) {
      this.#refuse(acting.ids);
      acting.ids = [];
      acting.isDead = true;
    }
    this.#refuse(this.#line);
    this.#line = [];
  }

  #refuse(ids: readonly number[]): void {
    for (const id of ids) this.ended.set(id, `broken ${this.broken?.generation} by ${this.broken?.why}`);
  }
}

const calls = fc.record({
  kind: fc.constantFrom("arrive", "arrive", "arrive", "try", "abort", "leave", "end", "end", "fail", "reset", "reset"),
  who: fc.nat(99),
});

Deno.test("Barrier with an asynchronous action does what its model does, whoever gives up when", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(calls, { maxLength: 40, size: "max" }),
      async (parties, script) => {
        let action = Promise.withResolvers<void>();
        const barrier = new Barrier(parties, { action: () => (action = Promise.withResolvers<void>()).promise });
        const model = new BarrierModel(parties), ended = new Map<number, string>(), aborts: AbortController[] = [];
        const tell = (error: unknown) =>
          error instanceof BrokenBarrierError ? `broken ${error.generation} by ${error.why}` : String(error);
        for (const { kind, who } of script) {
          const abort = aborts[who % (aborts.length || 1)];
          if (kind === "arrive") {
            const abort = new AbortController(), id = aborts.push(abort) - 1;
            barrier.arrive(abort).then(
              ({ generation, index }) => ended.set(id, `passes ${generation} as ${index}`),
              (error) => ended.set(id, tell(error)),
            );
            model.arrive(id);
          } else if (kind === "try") {
            let found = "broken";
            if (!barrier.broken) {
              const pass = barrier.tryArrive();
              found = pass === undefined ? "not now" : `passes ${pass.generation} as ${pass.index}`;
            }
            assertEquals(found, model.tryArrive());
          } else if (kind === "abort" && abort !== undefined && !abort.signal.aborted) {
            abort.abort("aborted");
            model.abort(aborts.indexOf(abort));
          } else if (kind === "leave") {
            barrier.leave();
            model.leave();
          } else if (kind === "reset") {
            barrier.reset();
            model.reset();
          } else if (kind === "end" || kind === "fail") {
            if (kind === "end") action.resolve();
            else action.reject(new Error("no"));
            await action.promise.catch(() => {});
            model.endAction(kind === "fail");
          }
          await nextTurn();
          assertEquals(
            [ended, barrier.generation, barrier.broken, barrier.arrived],
            [model.ended, model.generation, model.broken !== undefined, model.arrived],
          );
        }
      },
    ),
    { numRuns: 300 },
  ));
