/**
 * The shared channel beside `postMessage`, in both directions: messages, and MB, a second.
 *
 * @module
 */

import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { type Direction, pour, pourByMessages, pourByTransfer, type Pouring, pourIntoOne } from "./pouring.ts";
import { type BytesName, bytesNamed, type ContentName, VALUES } from "./pouring_contents.ts";

const DIRECTIONS: readonly Direction[] = ["to a thread", "from a thread"];

/** Defines a group for each content and direction. */
export function benchChannels(bench: DefineBenchmark): void {
  for (const direction of DIRECTIONS) benchCopies(bench, "values", { what: "10,000 values", direction });
  for (const [content, what] of [["bytes", "10,000 times 16 bytes"], ["chunks", "16 MiB"]] as const) {
    for (const direction of DIRECTIONS) {
      benchCopies(bench, content, { what, direction });
      benchBytes(bench, content, { what, direction });
    }
  }
}

/** Of what group. */
interface Group {
  readonly what: string;
  readonly direction: Direction;
}

function benchCopies(bench: DefineBenchmark, content: ContentName, group: Group): void {
  const { direction } = group, options = optionsOf(content, group);
  bench(
    `postMessage, ${content} ${direction}`,
    { ...options, baseline: true, setup: () => pourByMessages(content, direction) },
    (pouring) => pouring.round(),
  );
  bench(
    `Shared channel, ${content} ${direction}`,
    { ...options, setup: () => pour(content, direction) },
    (pouring) => pouring.round(),
  );
}

/** What can be done with bytes only. */
function benchBytes(bench: DefineBenchmark, content: BytesName, group: Group): void {
  const { direction } = group, options = optionsOf(content, group);
  bench(
    `Shared channel, ${content} ${direction}, into one array`,
    { ...options, setup: () => pourIntoOne(content, direction) },
    (pouring) => pouring.round(),
  );
  if (content !== "chunks") return; // small ones are dearer to transfer than to copy
  bench(
    `postMessage, ${content} ${direction}, transferred`,
    { ...options, setup: () => pourByTransfer(content, direction) },
    (pouring) => pouring.round(),
  );
}

function optionsOf(content: ContentName, { what, direction }: Group) {
  const { messages: elements, bytes } = content === "values" ? VALUES : bytesNamed(content);
  return {
    group: `${what} ${direction}`,
    throughput: bytes === undefined ? { elements } : { elements, bytes },
    teardown: (pouring: Pouring) => pouring.end(),
  };
}
