/** Agents and pools that do everything that a dashboard shows. */
import { Agent } from "../../../agent/mod.ts";
import { AgentPool } from "../../../coordination/mod.ts";
import { ResourcePool } from "../../../resources/mod.ts";
import type { Registry } from "../../metrics/mod.ts";
import { observe } from "../mod.ts";

/** A program at work, all of it observed. */
export class Demo implements AsyncDisposable {
  readonly #resources = new ResourcePool({ capacity: { cpu: 2, gpu: 1 } });
  readonly #orders = new Agent("orders", { resources: this.#resources })
    .state("load", { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
      if (ctx.attempt === 1) throw new Error("not yet");
    })
    .state("price", { dependsOn: ["load"], resources: { cpu: 2 } }, async () => await turns(3))
    .state("pack", { dependsOn: ["load"], resources: { cpu: 1, gpu: 1 } }, async () => await turns(2));
  readonly #returns = new Agent("returns").state("check", () => Promise.reject(new Error("lost")));
  readonly #pool = new AgentPool({ run: () => this.#orders.run() }, { name: "crew", max: 2 });
  readonly #observations = new DisposableStack();

  constructor(metrics: Registry) {
    for (const target of [this.#orders, this.#returns, this.#pool]) {
      this.#observations.use(observe(target, { metrics }));
    }
    this.#observations.use(observe(this.#resources, { metrics, name: "host" }));
  }

  /** Runs each agent some times, more at once than there are workers and resources. */
  async work(): Promise<void> {
    const orders = Array.from({ length: 6 }, () => this.#pool.run(undefined));
    await Promise.all([...orders, this.#returns.run()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.drain();
    this.#observations.dispose();
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}
