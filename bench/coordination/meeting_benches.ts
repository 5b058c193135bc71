/**
 * What tasks meet by and wait at, holding nothing: open, and with those who wait.
 *
 * @module
 */

import { Barrier } from "../../src/coordination/barrier.ts";
import { Channel } from "../../src/coordination/channel.ts";
import { ConditionVariable } from "../../src/coordination/condition_variable.ts";
import { Latch } from "../../src/coordination/latch.ts";
import { Mutex } from "../../src/coordination/mutex.ts";
import { ResetEvent } from "../../src/coordination/reset_event.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { Crowd, TURN } from "./crowd.ts";
import { WAITERS } from "./lock_benches.ts";

/** Defines those where nobody has to wait. */
export function benchOpenMeetings(bench: DefineBenchmark): void {
  bench("Latch, open", { setup: () => ({ open: new Latch(0), shut: new Latch(1) }) }, async ({ open, shut }) => {
    await open.wait();
    return open.tryWait() && !shut.tryWait();
  });

  bench("Event, set and reset", { setup: () => new ResetEvent() }, async (event) => {
    event.set();
    await event.wait();
    const { isSet } = event;
    event.reset();
    return isSet && !event.isSet;
  });

  bench("Condition variable", {
    setup: () => {
      const mutex = new Mutex(), state = { isReady: false };
      return { mutex, condition: new ConditionVariable(mutex), state, isReady: () => state.isReady };
    },
  }, async ({ mutex, condition, state, isReady }) => {
    state.isReady = false;
    const isRefused = condition.tryLockWhen(isReady) === undefined;
    state.isReady = true;
    const guard = await condition.lockWhen(isReady);
    const isHeld = mutex.locked;
    guard.release();
    return isRefused && isHeld && !mutex.locked;
  });

  bench("Channel", {
    params: { capacity: [64], items: [1_000] },
    setup: ({ capacity }) => ({ makeChannel: () => new Channel<number>(capacity) }),
  }, async ({ makeChannel }, { items, capacity }) => {
    const channel = makeChannel();
    let most = 0;
    const produce = async () => {
      for (let item = 1; item <= items; item++) {
        if (!channel.trySend(item)) await channel.send(item);
        if (channel.buffered > most) most = channel.buffered;
      }
      channel.close();
    };
    let received = 0;
    const consume = async () => {
      for await (const item of channel) if (item === received + 1) received = item;
    };
    await Promise.all([produce(), consume()]);
    return received === items && most <= capacity;
  });
}

/** Defines those where others wait, until somebody comes who lets them go on. */
export function benchAwaitedMeetings(bench: DefineBenchmark): void {
  bench("Latch", {
    params: { waiters: WAITERS },
    setup: () => ({ makeLatch: () => new Latch(1), crowd: new Crowd(Infinity) }),
  }, async ({ makeLatch, crowd }, { waiters }) => {
    const latch = makeLatch();
    const tasks = Array.from({ length: waiters }, async () => {
      await latch.wait();
      crowd.enter();
      await TURN;
      crowd.leave();
    });
    await TURN;
    const { isAwaited } = crowd;
    latch.countDown();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(waiters);
  });

  bench("Event", {
    params: { waiters: WAITERS },
    setup: () => ({ event: new ResetEvent(), crowd: new Crowd(Infinity) }),
  }, async ({ event, crowd }, { waiters }) => {
    event.reset();
    const tasks = Array.from({ length: waiters }, async () => {
      await event.wait();
      crowd.enter();
      await TURN;
      crowd.leave();
    });
    await TURN;
    const { isAwaited } = crowd;
    event.set();
    await Promise.all(tasks);
    return isAwaited && crowd.hasPassed(waiters);
  });

  bench("Barrier, with parties", {
    params: { parties: [2, 16, 1_000] },
    setup: ({ parties }) => ({ barrier: new Barrier(parties), generation: 0 }),
  }, async (state, { parties }) => {
    const { barrier } = state, generation = state.generation++;
    let passed = 0;
    const arrive = async (_: unknown, place: number) => {
      const pass = await barrier.arrive();
      if (pass.index === place && pass.generation === generation) passed++;
    };
    const tasks = Array.from({ length: parties - 1 }, arrive);
    await TURN;
    const isAwaited = passed === 0 && barrier.arrived === parties - 1;
    tasks.push(arrive(undefined, parties - 1));
    await Promise.all(tasks);
    return isAwaited && passed === parties;
  });

  bench("Condition variable, with waiters", {
    params: { waiters: WAITERS },
    setup: () => {
      const mutex = new Mutex();
      return { mutex, condition: new ConditionVariable(mutex), crowd: new Crowd(1) };
    },
  }, async ({ mutex, condition, crowd }, { waiters }) => {
    const tasks = Array.from({ length: waiters }, async () => {
      const held = mutex.tryAcquire(); // free, as whoever waits for the condition leaves it
      if (held === undefined) return;
      const guard = await condition.wait(held);
      crowd.enter();
      await TURN;
      crowd.leave();
      guard.release();
    });
    await TURN;
    const isAwaited = crowd.isAwaited && !mutex.locked, woken = condition.notifyAll();
    await Promise.all(tasks);
    return isAwaited && woken === waiters && crowd.hasPassed(waiters) && !mutex.locked;
  });

  bench("Channel, with receivers", {
    params: { receivers: WAITERS },
    setup: () => new Channel<number>(0),
  }, async (channel, { receivers }) => {
    let received = 0;
    const tasks = Array.from({ length: receivers }, async (_, place) => {
      const item = await channel.receive();
      if (item === place) received++;
    });
    await TURN;
    const isAwaited = received === 0;
    let sent = 0;
    while (channel.trySend(sent)) if (++sent > receivers) break; // it keeps nothing: there has to be a receiver for each
    await Promise.all(tasks);
    return isAwaited && sent === receivers && received === receivers;
  });

  bench("Channel, with senders", {
    params: { senders: WAITERS },
    setup: () => new Channel<number>(1),
  }, async (channel, { senders }) => {
    const isFull = channel.trySend(0);
    let sent = 0;
    const tasks = Array.from({ length: senders }, async (_, place) => {
      await channel.send(place + 1);
      sent++;
    });
    await TURN;
    const isAwaited = sent === 0;
    let received = 0;
    while (channel.tryReceive() === received) if (++received > senders) break; // each makes room for the next who waits
    await Promise.all(tasks);
    return isFull && isAwaited && sent === senders && received === senders + 1 && channel.buffered === 0;
  });
}
