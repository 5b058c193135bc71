import { assertEquals } from "@std/assert";
import { LOCK_AT } from "./layout.ts";
import { SharedLock } from "./lock.ts";

const ME = 6, OTHER = 10, THIRD = 14;

/** A lock of this thread, its word, and whom it asked about; `isDead` says who has died, and may change the word. */
function newLock(isDead: (name: number, words: Int32Array<SharedArrayBuffer>) => boolean = () => false) {
  const words = new Int32Array(new SharedArrayBuffer(4 * (LOCK_AT + 1))), asked: number[] = [];
  const lock = new SharedLock(words, ME, {
    isDead(name) {
      asked.push(name);
      return isDead(name, words);
    },
  });
  return { lock, asked, word: () => words[LOCK_AT], setWord: (word: number) => words[LOCK_AT] = word };
}

/** As in the main thread of a browser, which nobody may park. */
function withoutSleep(test: () => void): void {
  const { wait } = Atomics;
  Atomics.wait = () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  };
  try {
    test();
  } finally {
    Atomics.wait = wait;
  }
}

Deno.test("SharedLock.take() takes what is free, and says when this thread had never left", () => {
  const { lock, asked, word } = newLock();
  assertEquals([lock.mine, lock.take(), lock.mine, word()], [false, true, true, ME]);
  assertEquals([lock.take(), word(), asked], [false, ME, []], "an exception has left it");
  lock.leave();
  assertEquals([lock.mine, word(), lock.take()], [false, 0, true]);
});

for (const host of ["where threads may be parked", "where they may not"]) {
  const within = host === "where they may not" ? withoutSleep : (test: () => void) => test();

  Deno.test(`SharedLock.take() takes the lock over from the dead only, ${host}`, () =>
    within(() => {
      let asks = 0;
      const { lock, asked, word, setWord } = newLock(() => ++asks === 2);
      setWord(OTHER);
      assertEquals([lock.take(), lock.mine, word(), asked], [false, true, ME | 1, [OTHER, OTHER]]);
      lock.leave();
      assertEquals(word(), 0);
    }));

  Deno.test(`SharedLock.take() takes what another thread leaves meanwhile, and keeps in mind that others may be parked, ${host}`, () =>
    within(() => {
      const { lock, asked, word, setWord } = newLock((_, words) => {
        words[LOCK_AT] = 0;
        return true; // too late: it has left
      });
      setWord(OTHER | 1);
      assertEquals([lock.take(), word(), asked], [true, ME | 1, [OTHER]]);
    }));
}

Deno.test("SharedLock.take() takes nothing from a thread that got the lock from the one that died", () =>
  withoutSleep(() => {
    const { lock, asked, word, setWord } = newLock((name, words) => {
      if (name === OTHER) words[LOCK_AT] = THIRD;
      return true;
    });
    setWord(OTHER);
    assertEquals([lock.take(), word(), asked], [false, ME | 1, [OTHER, THIRD]]);
  }));

/** Lets something happen at each pause of a thread that spins, and at each look at its word; whatever it answers is what is seen. */
function whileSpinning(
  { onPause, onLook }: { readonly onPause: (pause: number) => void; readonly onLook?: (seen: number) => number },
  test: () => void,
): void {
  const { pause, load } = Atomics;
  let pauses = 0;
  Atomics.pause = () => onPause(++pauses);
  if (onLook !== undefined) Reflect.set(Atomics, "load", (words: Int32Array, at: number) => onLook(load(words, at)));
  try {
    test();
  } finally {
    Atomics.pause = pause;
    Atomics.load = load;
  }
}

Deno.test("SharedLock.take() has taken the lock when it says so, if it was left while this thread spun", () => {
  const { lock, asked, word, setWord } = newLock();
  setWord(OTHER);
  whileSpinning({ onPause: (pause) => pause === 7 && setWord(0) }, () => assertEquals(lock.take(), true));
  assertEquals([lock.mine, word(), asked], [true, ME, []]);
});

Deno.test("SharedLock.take() goes on to wait if another thread was quicker to take what had been left", () => {
  const { lock, asked, word, setWord } = newLock();
  let looks = 0;
  setWord(THIRD);
  whileSpinning({
    onPause: (pause) => pause === 9 && setWord(0),
    onLook: (seen) => ++looks === 4 ? 0 : seen, // it was free for a moment
  }, () => assertEquals(lock.take(), true));
  assertEquals([looks >= 9, lock.mine, word(), asked], [true, true, ME, []]);
});
