/**
 * A thread that adds up what it is sent, and tells the sum of each round.
 *
 * @module
 */

/// <reference lib="webworker" />

import { SharedChannel } from "../../src/coordination/shared/mod.ts";
import { type Drop, MESSAGES, type PouringStart } from "./pouring.ts";

declare const self: DedicatedWorkerGlobalScope;

let received = 0;
let sum = 0;

function take({ n }: Drop): void {
  sum += n;
  if (++received < MESSAGES) return;
  self.postMessage(sum);
  received = sum = 0;
}

self.onmessage = ({ data: handle }: MessageEvent<PouringStart>) => {
  self.postMessage(0);
  if (handle === null) {
    self.onmessage = ({ data }: MessageEvent<Drop>) => take(data);
    return;
  }
  const channel = SharedChannel.attach(handle, "json");
  for (;;) take(asDrop(channel.receiveBlocking()));
};

function asDrop(message: unknown): Drop {
  if (typeof message === "object" && message !== null && "n" in message && typeof message.n === "number") {
    return { n: message.n };
  }
  throw new TypeError(`Cannot add up ${JSON.stringify(message)}: expected a drop`);
}
