import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { Mailbox } from "./mailbox.ts";
import { MessagesClosedError } from "./message_buffer.ts";
import { PostOffice, UnknownAddressError } from "./post_office.ts";

const calls = fc.record({
  kind: fc.constantFrom("post", "post", "post", "tryPost", "receive", "receive", "tryReceive", "abort"),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});

Deno.test("Mailbox delivers in the order of posting, from each and over all, whoever gives up", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(calls, { maxLength: 100, size: "max" }),
      fc.integer({ min: 1, max: 4 }),
      async (script, capacity) => {
        const box = new Mailbox<number>({ capacity });
        const aborts: AbortController[] = [], log: string[] = [], expected: string[] = [];
        const kept: number[] = [];
        let posters: number[] = [], receivers: number[] = [];
        const serve = () => {
          while (posters.length > 0 && kept.length < capacity) {
            expected.push(`${posters[0]} posted`);
            kept.push(posters.shift()!);
          }
          while (receivers.length > 0 && kept.length > 0) expected.push(`${receivers.shift()} got ${kept.shift()}`);
          while (posters.length > 0 && kept.length < capacity) {
            expected.push(`${posters[0]} posted`);
            kept.push(posters.shift()!);
          }
        };
        for (const { kind, n, sameTurn } of script) {
          const abort = new AbortController(), id = aborts.push(abort) - 1;
          if (kind === "post") {
            box.post(id, { signal: abort.signal }).then(
              () => log.push(`${id} posted`),
              () => log.push(`${id} gave up`),
            );
            posters.push(id);
          } else if (kind === "tryPost") {
            assertEquals(box.tryPost(id), kept.length < capacity);
            if (kept.length < capacity) kept.push(id);
          } else if (kind === "receive") {
            box.receive({ signal: abort.signal })
              .then(({ message }) => log.push(`${id} got ${message}`), () => log.push(`${id} gave up`));
            receivers.push(id);
          } else if (kind === "tryReceive") {
            assertEquals(box.tryReceive()?.message, kept.shift());
          } else {
            const gone = n % aborts.length;
            aborts[gone]?.abort();
            if ([...posters, ...receivers].includes(gone)) expected.push(`${gone} gave up`);
            posters = posters.filter((id) => id !== gone);
            receivers = receivers.filter((id) => id !== gone);
          }
          serve();
          assertEquals([box.size, box.posters, box.receivers], [kept.length, posters.length, receivers.length]);
          if (sameTurn) continue;
          await nextTurn();
          assertEquals(new Set(log), new Set(expected));
        }
        box.close();
        await nextTurn();
        const order = log.filter((entry) => entry.includes("got")).map((entry) => Number(entry.split(" ")[2]));
        assertEquals(order, [...order].sort((one, other) => one - other), "as posted, since numbers grow");
      },
    ),
  ));

Deno.test("Mailbox.request() gets the reply, or what the receiver refused it with", async () => {
  const box = new Mailbox<number, string>();
  const asked = box.request(1, { from: "a", timeoutMs: 60_000 }), refused = box.request(2);
  const first = await box.receive();
  assertEquals([first.message, first.from, first.wantsReply, first.reply("one"), first.reply("again")], [
    1,
    "a",
    true,
    true,
    false,
  ]);
  assertEquals((await box.receive()).refuse(new Error("planted")), true);
  assertEquals(await asked, "one");
  await assertRejects(() => refused, Error, "planted");
  box.tryPost(3);
  assertEquals([box.tryReceive()?.reply("nobody asked"), timers.size], [false, 0]);
});

Deno.test("Mailbox.request() gives up in time and at its signal, in the box, in line for it, and after it was received", async () => {
  const box = new Mailbox<string>({ name: "b", capacity: 1 }),
    abort = new AbortController(),
    reason = new Error("enough");
  const inBox = box.request("in the box", { signal: abort.signal }),
    inLine = box.request("in line", { signal: abort.signal });
  assertEquals([box.size, box.posters], [1, 1]);
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => inBox), reason);
  assertStrictEquals(await assertRejects(() => inLine), reason);
  assertEquals([box.size, box.posters], [1, 0], "it has left the line; what is in the box stays");
  const letter = box.tryReceive();
  assertEquals([letter?.wantsReply, letter?.reply("late")], [false, false]);
  const late = box.request("received", { timeoutMs: 1 });
  box.tryReceive();
  await assertRejects(() => late, WaitTimeoutError, 'a reply of the mailbox "b" within 1 ms');
  assertStrictEquals(await assertRejects(() => box.request("no", { signal: AbortSignal.abort(reason) })), reason);
  await assertRejects(() => box.request("no", { timeoutMs: -1 }), RangeError);
  assertEquals([box.size, timers.size], [0, 0]);
});

Deno.test("Mailbox.close() turns away who waits, and lets what is in it be read to the end", async () => {
  const box = new Mailbox<number>({ capacity: 2 });
  const asked = box.request(1);
  box.tryPost(2);
  const waiting = box.post(3), asking = box.request(4);
  box.close();
  for (const promise of [waiting, asking, asked, box.post(5)]) await assertRejects(() => promise, MessagesClosedError);
  assertThrows(() => box.tryPost(6), MessagesClosedError);
  const read: number[] = [];
  for await (const { message } of box) read.push(message);
  assertEquals(read, [1, 2]);
  await assertRejects(() => box.receive(), MessagesClosedError);
  const empty = new Mailbox(), receiving = empty.receive(), loop = Array.fromAsync(empty);
  empty[Symbol.dispose]();
  await assertRejects(() => receiving, MessagesClosedError);
  assertEquals([await loop, empty.closed], [[], true]);
});

Deno.test("Mailbox.values() gives up each wait in time and at its signal, and leaves the box as it is", () =>
  withFakeTime(async (clock) => {
    const box = new Mailbox<number>(), abort = new AbortController(), reason = new Error("enough");
    const read: number[] = [];
    const readAll = async (options: { readonly timeoutMs?: number; readonly signal?: AbortSignal }) => {
      for await (const { message } of box.values(options)) read.push(message);
    };
    box.tryPost(1);
    const late = assertRejects(() => readAll({ timeoutMs: 10 }), WaitTimeoutError, "a message of the mailbox");
    await clock.tickAsync(11);
    await late;
    const aborted = readAll({ signal: abort.signal });
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => aborted), reason);
    box.tryPost(2);
    assertStrictEquals(await assertRejects(() => readAll(abort)), reason);
    assertEquals([read, box.size, box.receivers, timers.size], [[1], 1, 0, 0], "nothing was taken after the abort");
  }));

Deno.test("Mailbox.snapshot() tells who waits for what, for how long, and what has been done", () =>
  withFakeTime(async (clock) => {
    const box = new Mailbox<number, string>({ name: "b", capacity: 1, timing: "on" });
    const asked = box.request(1, { from: "ann" }), posted = box.post(2, { from: "bob" });
    await clock.tickAsync(5);
    const nothing = { timeouts: 0, aborts: 0 };
    assertEquals(box.snapshot(), {
      type: "mailbox",
      name: "b",
      holders: [],
      waiters: [{ owner: "bob", priority: "normal", wants: "write", waitedMs: 5 }],
      totals: { grants: 0, waits: 0, ...nothing, longestWaitMs: 0 },
      posted: { grants: 1, waits: 0, ...nothing, longestWaitMs: 0 },
      capacity: 1,
      size: 1,
      closed: false,
      requests: 1,
    });
    box.tryReceive()?.reply("one");
    await Promise.all([asked, posted]);
    box.tryReceive();
    const late = assertRejects(() => box.receive({ timeoutMs: 3 }), WaitTimeoutError);
    const { waiters, requests } = box.snapshot();
    assertEquals([waiters.map(({ wants }) => wants), requests], [["read"], 0]);
    await clock.tickAsync(4);
    await late;
    const { totals, posted: { grants, waits, longestWaitMs } } = box.snapshot();
    assertEquals([totals.grants, totals.timeouts, grants, waits, longestWaitMs], [2, 1, 2, 1, 5]);
  }));

Deno.test("Mailbox takes memory for the letters that it holds, not for those that it could or has held", () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const box = new Mailbox<number>({ capacity: 1e9 }), letters = 2 ** 21;
  const pass = (count: number) => {
    for (let n = 0; n < count; n++) {
      box.tryPost(n);
      if (box.tryReceive()?.message !== n) throw new Error(`Letter ${n} was lost`);
    }
  };
  const usedMb = () => {
    gc();
    return Deno.memoryUsage().heapUsed / 2 ** 20;
  };
  pass(10_000);
  const beforeMb = usedMb();
  pass(letters);
  const grownMb = usedMb() - beforeMb;
  assert(
    grownMb < 4,
    `${grownMb} MB more than before, where a place for each letter takes ${letters * 8 / 2 ** 20} MB`,
  );
});

Deno.test("Mailbox refuses a capacity that makes no sense", () => {
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => new Mailbox({ capacity }), RangeError, `capacity ${capacity}`);
  }
  assertEquals(new Mailbox({ capacity: 1e9 }).capacity, 1e9);
});

Deno.test("PostOffice posts by address, and says where there is none", async () => {
  const office = new PostOffice<string, string>();
  const box = office.open("a", { capacity: 1 });
  assertThrows(() => office.open("a"), TypeError, '"a"');
  assert(office.tryPost("a", "one", { from: "b" }));
  const posted = office.post("a", "two");
  assertEquals([box.tryReceive()?.from, await posted, box.tryReceive()?.message], ["b", undefined, "two"]);
  const error = await assertRejects(() => office.request("c", "lost"), UnknownAddressError);
  assertEquals([error.code, error.address, office.addresses], ["unknown_address", "c", ["a"]]);
  await assertRejects(() => office.post("c", "lost"), UnknownAddressError);
  assertEquals([office.close("a"), office.close("a"), box.closed], [true, false, true]);
});
