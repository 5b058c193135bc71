import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { Channel } from "./channel.ts";
import { Mailbox } from "./messages/mailbox.ts";
import { Topics } from "./messages/topics.ts";
import { SharedChannel } from "./shared/channel.ts";
import { type WaitOptions, WaitTimeoutError } from "./waiter.ts";

/** Something to loop over, for numbers. */
interface Line {
  readonly send: (n: number) => unknown;
  readonly tryReceive: () => number | undefined;
  /** The loop, and what an item of it says. */
  readonly values: (options?: WaitOptions) => AsyncIterableIterator<unknown, undefined>;
  readonly numberOf: (item: unknown) => unknown;
  readonly close: () => void;
  /** How many wait to receive; undefined if that is not told. */
  readonly waiting: () => number | undefined;
  /** Whether leaving the loop leaves the line open. */
  readonly staysOpen: boolean;
}

const itself = (item: unknown) => item;

function messageOf(item: unknown): unknown {
  assert(typeof item === "object" && item !== null && "message" in item);
  return item.message;
}

const LINES: Readonly<Record<string, () => Line>> = {
  "a Channel": () => {
    const channel = new Channel<number>(10);
    return {
      send: (n) => channel.trySend(n),
      tryReceive: () => channel.tryReceive(),
      values: (options) => channel.values(options),
      numberOf: itself,
      close: () => channel.close(),
      waiting: () => channel.snapshot().waiters.length,
      staysOpen: true,
    };
  },
  "a Mailbox": () => {
    const box = new Mailbox<number>();
    return {
      send: (n) => box.tryPost(n),
      tryReceive: () => box.tryReceive()?.message,
      values: (options) => box.values(options),
      numberOf: messageOf,
      close: () => box.close(),
      waiting: () => box.receivers,
      staysOpen: true,
    };
  },
  "a Subscription": () => {
    const topics = new Topics<number>(), subscription = topics.subscribe("t");
    return {
      send: (n) => topics.publish("t", n),
      tryReceive: () => subscription.tryReceive()?.message,
      values: (options) => subscription.values(options),
      numberOf: messageOf,
      close: () => subscription[Symbol.dispose](),
      waiting: () => subscription.snapshot().waiters.length,
      staysOpen: false,
    };
  },
  "a SharedChannel": () => {
    const channel = SharedChannel.create({ format: "json" });
    return {
      send: (n) => channel.trySend(n),
      tryReceive: () => {
        const message = channel.tryReceive();
        return typeof message === "number" ? message : undefined;
      },
      values: (options) => channel.values(options),
      numberOf: itself,
      close: () => channel.close(),
      waiting: () => undefined,
      staysOpen: true,
    };
  },
};

const END = { done: true, value: undefined } as const;

for (const [name, open] of Object.entries(LINES)) {
  /** What a loop answers. */
  const answer = async ({ numberOf }: Line, result: Promise<IteratorResult<unknown, undefined>>) => {
    const { done, value } = await result;
    return done === true ? "end" : numberOf(value);
  };

  Deno.test(`The loop over ${name} answers what comes, in order, until it is closed and empty`, async () => {
    const line = open(), items = line.values();
    await line.send(1);
    assertEquals(await answer(line, items.next()), 1);
    const waits = [items.next(), items.next(), items.next()].map((next) => answer(line, next));
    await nextTurn();
    for (const n of [2, 3]) await line.send(n);
    assertEquals(await Promise.all(waits.slice(0, 2)), [2, 3]);
    await nextTurn();
    line.close();
    assertEquals([await waits[2], await answer(line, items.next()), timers.size], ["end", "end", 0]);
  });

  Deno.test(`The loop over ${name} ends every next() that waits when it is left, and takes nothing more`, async () => {
    const line = open(), items = line.values();
    const waits = [items.next(), items.next()];
    await nextTurn();
    assertEquals(await items.return?.(), END);
    assertEquals(await Promise.all(waits), [END, END]);
    assertEquals([line.waiting() ?? 0, timers.size], [0, 0]);
    if (line.staysOpen) {
      await line.send(1);
      assertEquals(await items.next(), END);
      assertEquals(line.tryReceive(), 1);
    }
    assertEquals(await items.return?.(), END);
  });

  Deno.test(`The loop over ${name} loses nothing that it was given in the turn in which it is left`, async () => {
    const line = open(), items = line.values(), waits = answer(line, items.next());
    await nextTurn();
    const sent = line.send(1);
    const left = items.return?.();
    const received = await waits;
    await Promise.all([sent, left]);
    if (received === "end" && line.staysOpen) assertEquals(line.tryReceive(), 1);
    else assertEquals(received, 1);
  });

  Deno.test(`The loop over ${name} ends with the signal's reason, or when its time is up`, async () => {
    const line = open(), abort = new AbortController(), reason = new Error("enough");
    await line.send(1);
    const items = line.values({ signal: abort.signal, timeoutMs: 60_000 });
    assertEquals(await answer(line, items.next()), 1);
    const waits = items.next();
    await nextTurn();
    abort.abort(reason);
    assertStrictEquals(await assertRejects(() => waits), reason);
    assertEquals([await items.next(), line.waiting() ?? 0, timers.size], [END, 0, 0]);
    const late = open().values({ timeoutMs: 1 });
    await assertRejects(() => late.next(), WaitTimeoutError);
    assertEquals([await late.next(), timers.size], [END, 0]);
  });

  Deno.test(`The loop over ${name} takes nothing once its signal is aborted, nor with options that are none`, async () => {
    const line = open(), reason = new Error("never mind");
    await line.send(1);
    const options = { signal: AbortSignal.abort(reason) };
    assertStrictEquals(await assertRejects(() => line.values(options).next()), reason);
    if (!line.staysOpen) return;
    await assertRejects(() => line.values({ timeoutMs: -1 }).next(), RangeError, "timeoutMs -1");
    assertEquals(line.tryReceive(), 1);
  });
}

Deno.test("The loop over a channel that is left in the turn in which it was given an item leaves alone who waits behind it", async () => {
  const channel = new Channel<number>(0), loop = channel.values();
  const next = loop.next(), behind = [channel.receive(), channel.receive()];
  assert(channel.trySend(1));
  await loop.return?.();
  assertEquals(await next, { done: false, value: 1 });
  assertEquals([channel.trySend(2), channel.trySend(3), channel.trySend(4)], [true, true, false]);
  assertEquals(await Promise.all(behind), [2, 3]);
});
