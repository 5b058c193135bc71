import { assertEquals, assertThrows } from "@std/assert";

// The answer is kept for good: a module of its own has it, as other tests of this thread do block.
const own = `${import.meta.resolve("./blocking.ts")}?own`;
const { mayBlock }: typeof import("./blocking.ts") = await import(own);

Deno.test("mayBlock() throws where the host forbids a thread to sleep, each time, though it asks the host once", () => {
  const { wait } = Atomics;
  let asked = 0;
  Atomics.wait = () => {
    asked++;
    throw new TypeError("Atomics.wait cannot be called in this context");
  };
  try {
    for (const what of ["a lock", "a permit"]) {
      assertThrows(
        () => mayBlock(what),
        TypeError,
        `Cannot block this thread to wait for ${what}: its host forbids it`,
      );
    }
    assertEquals(asked, 1);
  } finally {
    Atomics.wait = wait;
  }
});
