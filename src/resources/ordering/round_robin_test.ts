import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { RoundRobinQueue } from "./round_robin.ts";
import { demandOf, TestWaiter } from "./testdata/scripts.ts";

const demand = demandOf(1);

function serveFirst(queue: RoundRobinQueue<TestWaiter>): TestWaiter {
  const first = queue.first();
  assert(first !== undefined);
  queue.leave(first);
  queue.granted(first.owner);
  return first;
}

Deno.test("roundRobin() serves every owner in turn, however many requests one has", () => {
  const queue = new RoundRobinQueue<TestWaiter>();
  ["a", "a", "a", "b", "c", "b", undefined].forEach((owner, ticket) =>
    queue.join(new TestWaiter(ticket, owner, demand))
  );
  assertEquals(Array.from(queue.inOrder(), ({ ticket }) => ticket), [0, 3, 4, 6, 1, 5, 2]);
});

Deno.test("roundRobin() lets an owner that gives up keep its turn, and one that was granted directly lose it", () => {
  const queue = new RoundRobinQueue<TestWaiter>();
  const waiters = ["a", "a", "b", "c"].map((owner, ticket) => new TestWaiter(ticket, owner, demand));
  for (const waiter of waiters) queue.join(waiter);
  if (waiters[0] !== undefined) queue.leave(waiters[0]);
  assertStrictEquals(queue.first(), waiters[1]);
  queue.granted("a");
  assertStrictEquals(queue.first(), waiters[2]);
});

Deno.test("roundRobin(): the first of an owner is passed at most once by each owner that was there, and by no other", () => {
  const step = fc.tuple(fc.constantFrom("join", "join", "join new", "serve", "give up"), fc.nat(999));
  fc.assert(fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
    const queue = new RoundRobinQueue<TestWaiter>(), lines = new Map<string, TestWaiter[]>();
    /** By owner: who may still pass the one that is its first now. */
    const mayPass = new Map<string, Set<string>>();
    const others = (owner: string) => new Set([...lines.keys()].filter((other) => other !== owner));
    const forget = (waiter: TestWaiter, owner: string) => {
      const line = (lines.get(owner) ?? []).filter((other) => other !== waiter);
      if (line.length > 0) lines.set(owner, line);
      else lines.delete(owner);
    };
    for (const [ticket, [kind, n]] of steps.entries()) {
      if (kind === "join" || kind === "join new") {
        const owner = kind === "join" ? `owner ${n % 5}` : `new owner ${ticket}`;
        const waiter = new TestWaiter(ticket, owner, demand);
        if (!lines.has(owner)) mayPass.set(owner, others(owner));
        lines.set(owner, [...lines.get(owner) ?? [], waiter]);
        queue.join(waiter);
      } else if (kind === "serve" && queue.size > 0) {
        const served = serveFirst(queue), owner = String(served.owner);
        assertStrictEquals(lines.get(owner)?.[0], served, "an owner's requests go in the order of arrival");
        forget(served, owner);
        for (const other of others(owner)) {
          assert(mayPass.get(other)?.delete(owner), `${owner} passed ${other} a second time, or came later`);
        }
        mayPass.set(owner, others(owner));
      } else if (kind === "give up" && queue.size > 0) {
        const [owner, line] = [...lines][n % lines.size] ?? ["", []], waiter = line[n % line.length];
        if (waiter === undefined) continue;
        queue.leave(waiter);
        forget(waiter, owner);
      }
      assertStrictEquals(queue.remembered, lines.size);
    }
  }));
});
