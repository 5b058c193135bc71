import { assertEquals } from "@std/assert";
import { WatcherErrors } from "./watcher_errors.ts";

Deno.test("WatcherErrors keeps the first 100 that watchers throw or reject with, and lets nobody feel them", async () => {
  const errors = new WatcherErrors();
  for (let at = 0; at < 60; at++) {
    errors.tell(() => {
      throw at;
    });
  }
  for (let at = 60; at < 150; at++) errors.tell(() => Promise.reject(at));
  errors.tell(() => "fine");
  await Promise.resolve();
  assertEquals(errors.list, Array.from({ length: 100 }, (_, at) => at));
});
