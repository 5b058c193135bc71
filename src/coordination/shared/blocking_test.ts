import { assertEquals, assertThrows } from "@std/assert";
import { mayBlock } from "./blocking.ts";

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
