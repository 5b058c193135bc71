/**
 * The shared channel beside `postMessage`, in both directions. A round a second is so many messages a second as the group says.
 *
 * @module
 */

import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { pour, pourByMessages, type Pouring } from "./pouring.ts";

const CONTENTS = [["values", "10,000 values"], ["bytes", "10,000 times 16 bytes"]] as const;

/** Defines a group for each content and direction. */
export function benchChannels(bench: DefineBenchmark): void {
  for (const [content, what] of CONTENTS) {
    for (const direction of ["to a thread", "from a thread"] as const) {
      const messages = { group: `${what} ${direction}`, teardown: (pouring: Pouring) => pouring.end() };
      bench(
        `postMessage, ${content} ${direction}`,
        { ...messages, baseline: true, setup: () => pourByMessages(content, direction) },
        (pouring) => pouring.round(),
      );
      bench(
        `Shared channel, ${content} ${direction}`,
        { ...messages, setup: () => pour(content, direction) },
        (pouring) => pouring.round(),
      );
    }
  }
}
