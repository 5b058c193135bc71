import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { waitWatch } from "./deadlocks/watch.ts";
import { Mutex } from "./mutex.ts";
import { Accounts } from "./primitive.ts";
import { MOST_OVERTAKES } from "./ranked_line.ts";
import { type Departure, hostOf, type LineHost, TurnLine } from "./turn_line.ts";
import { WaitTimeoutError } from "./waiter.ts";

/** A line that notes who has left it. */
function notingLine() {
  const departures: (Departure & { want: number })[] = [];
  const host: LineHost<string, number> = {
    ...hostOf("the test", () => "it goes on"),
    left: ({ want }, departure) => departures.push({ want, ...departure }),
  };
  const line = new TurnLine(new Accounts(undefined), host);
  return { line, departures, wants: () => line.snapshots((want) => want).map(({ wants }) => wants) };
}

Deno.test("TurnLine.join() goes ahead of the less urgent, joinLast() of nobody, joinAhead() of all that did not", async () => {
  const { line, wants } = notingLine();
  const waits = [
    line.join(1, undefined),
    line.join(2, { priority: "high" }),
    line.joinLast(3, { priority: "critical" }),
    line.joinAhead(4, undefined),
    line.joinAhead(5, undefined),
    line.join(6, { priority: Number.MAX_VALUE }),
  ];
  assertEquals(wants(), [4, 5, 6, 2, 1, 3]);
  line.serveAll("served");
  assertEquals(await Promise.all(waits), waits.map(() => "served"));
  assertEquals([line.size, line.accounts.totals().waits, line.accounts.totals().grants], [0, 6, 6]);
});

Deno.test("TurnLine.joinAhead() looks at nobody, and keeps the order of arrival whoever of those ahead gives up", async () => {
  const { line, wants } = notingLine();
  const served: string[] = [];
  const note = (wait: Promise<string>) => wait.then((granted) => served.push(granted), () => {});
  const behind = note(line.join(0, undefined));
  for (const want of [1, 2, 3]) note(line.joinAhead(want, undefined));
  let looks = 0;
  for (let waiter = line.first; waiter !== undefined; waiter = waiter.next) {
    Object.defineProperty(waiter, "level", { get: () => (looks++, Infinity) });
  }
  const giveUp = (wanted: number) => {
    for (let waiter = line.first; waiter !== undefined; waiter = waiter.next) {
      if (waiter.want === wanted) return waiter.giveUp(new Error("enough"));
    }
  };
  giveUp(3);
  note(line.joinAhead(4, undefined));
  assertEquals(looks, 0);
  giveUp(1);
  assertEquals(wants(), [2, 4, 0]);
  giveUp(2);
  giveUp(4);
  note(line.joinAhead(5, undefined));
  assertEquals(wants(), [5, 0]);
  line.serveAll("served");
  await behind;
  assertEquals(served, ["served", "served"]);
});

Deno.test("TurnLine takes out whoever gives up before its host is told, with what the promise rejects with", async () => {
  const { line, departures, wants } = notingLine();
  const abort = new AbortController(), reason = new Error("enough");
  const aborted = line.join(1, { signal: abort.signal }), behind = line.join(2, { timeoutMs: 60_000 });
  abort.abort(reason);
  assertEquals([departures, wants()], [[{ want: 1, why: "abort", reason, wasFirst: true }], [2]]);
  line.first?.fire(); // as the timer does
  await assertRejects(() => aborted, Error, "enough");
  const error = await assertRejects(() => behind, WaitTimeoutError, "the test within 60000 ms: it goes on");
  assertEquals(departures[1], { want: 2, why: "timeout", reason: error, wasFirst: true });
  const { timeouts, aborts, grants } = line.accounts.totals();
  assertEquals([line.size, timeouts, aborts, grants], [0, 1, 1, 0]);
});

Deno.test("TurnLine lets nobody stand in it whose signal is aborted, or who is refused, while it joins", async () => {
  const { line } = notingLine();
  await assertRejects(() => line.join(1, { signal: AbortSignal.abort(new Error("before")) }), Error, "before");
  assertEquals(line.size, 0);

  const mutex = new Mutex(), guard = await mutex.acquire();
  waitWatch.current = {
    begins: (waiting) => waiting.giveUp(new Error("a circle")),
    ends() {},
    holds() {},
    narrows() {},
  };
  try {
    await assertRejects(() => mutex.acquire({ owner: "a" }), Error, "a circle");
  } finally {
    waitWatch.current = undefined;
  }
  const next = mutex.acquire();
  assertEquals(mutex.waiters, 1);
  guard.release();
  (await next).release();
});

interface Place {
  readonly want: number;
  readonly level: number;
  overtaken: number;
}

const calls = fc.record({
  kind: fc.constantFrom("join", "join", "join", "last", "ahead", "serve", "refuse", "abort"),
  n: fc.nat(999),
  level: fc.integer({ min: 0, max: 3 }),
});

Deno.test("TurnLine keeps its callers as a plain list would, whoever comes, is served, refused or gives up", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { maxLength: 300, size: "max" }), async (script) => {
      const { line, departures, wants } = notingLine();
      const list: Place[] = [], aborts: AbortController[] = [];
      const expected: string[] = [], found: string[] = [], left: { want: number; wasFirst: boolean }[] = [];
      for (const { kind, n, level } of script) {
        const at = n % Math.max(1, list.length), chosen = list[at];
        if (kind === "join" || kind === "last" || kind === "ahead") {
          const abort = new AbortController(), want = aborts.push(abort) - 1;
          const options = { priority: level, signal: abort.signal };
          const wait = kind === "join"
            ? line.join(want, options)
            : kind === "last"
            ? line.joinLast(want, options)
            : line.joinAhead(want, options);
          wait.then((by) => found.push(`${want} ${by}`), (by) => found.push(`${want} ${by}`));
          let place = list.length;
          if (kind === "ahead") place = list.findLastIndex((other) => other.level === Infinity) + 1;
          while (kind === "join" && place > 0) {
            const ahead = list[place - 1]!;
            if (ahead.level >= level || ahead.overtaken >= MOST_OVERTAKES) break;
            ahead.overtaken++;
            place--;
          }
          list.splice(place, 0, { want, level: kind === "ahead" ? Infinity : level, overtaken: 0 });
        } else if (kind === "serve") {
          if (line.first !== undefined) line.serve(line.first, "served");
          const first = list.shift();
          if (first !== undefined) expected.push(`${first.want} served`);
        } else if (chosen !== undefined) {
          list.splice(at, 1);
          expected.push(`${chosen.want} ${kind}`);
          if (kind === "abort") {
            left.push({ want: chosen.want, wasFirst: at === 0 });
            aborts[chosen.want]!.abort("abort");
          } else {
            let waiter = line.first;
            while (waiter !== undefined && waiter.want !== chosen.want) waiter = waiter.next;
            if (waiter !== undefined) line.refuse(waiter, "refuse");
          }
        }
        assertEquals([line.size, wants()], [list.length, list.map(({ want }) => want)]);
      }
      for (const abort of aborts) abort.abort("abort"); // whoever waits no more is left alone
      for (const { want } of list) expected.push(`${want} abort`);
      await nextTurn();
      assertEquals([line.size, found.toSorted()], [0, expected.toSorted()]);
      assertEquals(departures.slice(0, left.length).map(({ want, wasFirst }) => ({ want, wasFirst })), left);
    }),
  );
});
