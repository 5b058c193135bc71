import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { PuffinError } from "./errors.ts";

class PoolClosedError extends PuffinError {
  override readonly code = "pool_closed";
}

Deno.test("PuffinError keeps its subclass's name, code, message and cause", () => {
  const cause = new RangeError("no room");
  const error = assertThrows(
    () => {
      throw new PoolClosedError("Cannot acquire: the pool is closed", { cause });
    },
    PuffinError,
    "the pool is closed",
  );
  assertInstanceOf(error, PoolClosedError);
  assertEquals([error.name, error.code, error.cause], ["PoolClosedError", "pool_closed", cause]);
});
