/**
 * Agents that share a lock, ask each other, and run as a group: `deno run examples/coordinator.ts`.
 *
 * @module
 */

import { Agent, Coordinator, Mutex, PostOffice, runAgents, runnable } from "../mod.ts";

// What the coordinator shares is among the variables of every run.
interface Shared {
  account: Mutex;
  balance: { euros: number };
  office: PostOffice<number, boolean>;
}

const shared: Shared = { account: new Mutex({ name: "account" }), balance: { euros: 100 }, office: new PostOffice() };
const coordinator = new Coordinator<Shared>({ name: "bank", shared });

/** Takes money from the account, if the auditor agrees; no two at a time. */
const withdrawal = (name: string, euros: number) =>
  new Agent<Shared>(name).state(
    "withdraw",
    { retry: { maxRetries: 1 }, timeoutMs: 5_000 },
    (ctx) =>
      ctx.get("account").withLock(async () => {
        const mayTake = await ctx.get("office").request("auditor", euros, { from: name, signal: ctx.signal });
        if (mayTake) ctx.get("balance").euros -= euros;
        ctx.output("taken", mayTake ? euros : 0);
      }, { owner: name, signal: ctx.signal }),
  );

/** Answers letters until its mailbox is closed. */
const auditor = runnable("auditor", async () => {
  for await (const letter of shared.office.open("auditor")) letter.reply(letter.message <= shared.balance.euros);
});

using _events = coordinator.listen((event) => {
  if (event.kind === "ended") console.log(`${event.name}: ${event.outcome.status}`);
});
coordinator.register(auditor);
const auditing = coordinator.start("auditor");
const customers = [withdrawal("ann", 60), withdrawal("bob", 30), withdrawal("eve", 30)];
const group = await runAgents(customers.map((agent) => coordinator.register(agent)))
  .sequential()
  .withTimeout(10_000)
  .onFailure("continue")
  .run();
console.log(group.status, group.outcomes.map(({ name, result }) => `${name} ${result?.outputs.taken}`).join(", "));

shared.office.close("auditor");
await auditing.outcome;
console.log(`${shared.balance.euros} euros left, ${coordinator.results().size} agents have ended`);

// Prints:
// ann: completed
// bob: completed
// eve: completed
// completed ann 60, bob 30, eve 0
// auditor: completed
// 10 euros left, 4 agents have ended
