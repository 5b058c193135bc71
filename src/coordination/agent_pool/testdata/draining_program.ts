/**
 * A process that the system asks to end in the middle of its work. It says when it works and when it drains, then waits
 * for its stdin to end before its tasks may; in the end it says what became of them, as a line of JSON.
 *
 * Arguments: `here` or `workers`; the deadline in milliseconds, or `none`; `endless` if some tasks never end.
 *
 * @module
 */

import { AgentPool } from "../agent_pool.ts";
import { drainOnSignal } from "../drain_on_signal.ts";
import { BEGUN, endLater, FIRST_END, MAY_END } from "./tasks.ts";

const TASKS = 20, WORKERS = 4;

if (import.meta.main) {
  const [where, deadline, endings] = Deno.args;
  const memory = new Int32Array(new SharedArrayBuffer(4 * (FIRST_END + TASKS)));
  const module = new URL("./tasks.ts", import.meta.url);
  const pool = new AgentPool(where === "here" ? { run: endLater } : { module, exportName: "endLater" }, {
    max: WORKERS,
  });
  const draining = drainOnSignal(pool, "SIGTERM", deadline === "none" ? {} : { deadlineMs: Number(deadline) });
  const hear = async () => {
    Deno.removeSignalListener("SIGTERM", hear); // now only the pool listens
    console.log("draining");
    await Array.fromAsync(Deno.stdin.readable);
    Deno.addSignalListener("SIGTERM", () => {}); // a signal may reach its thread only when the pool has stopped listening
    Atomics.store(memory, MAY_END, 1);
    Atomics.notify(memory, MAY_END);
  };
  Deno.addSignalListener("SIGTERM", hear); // after the pool's
  const keepsAlive = setInterval(() => {}, 1_000); // memory that is waited for does not
  const answers = Array.from(
    { length: TASKS },
    (_, n) => pool.run({ n, memory, hasEndless: endings === "endless" }).then(() => "done", (error) => error.code),
  );
  for (let begun = 0; begun < WORKERS; begun = Atomics.load(memory, BEGUN)) {
    await Atomics.waitAsync(memory, BEGUN, begun).value;
  }
  console.log("working");
  const { completed, unfinished } = await draining.drained;
  console.log(JSON.stringify({
    completed,
    unfinished: unfinished.map(({ input: { n }, state, attempts }) => ({ n, state, attempts })),
    answers: await Promise.all(answers),
    ends: [...memory.subarray(FIRST_END)],
  }));
  clearInterval(keepsAlive);
}
