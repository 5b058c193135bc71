/**
 * A thread that receives messages and tells what each round of them came to, or that sends a round whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { type ChannelFormat, SharedChannel } from "../../src/coordination/shared/mod.ts";
import { GO, type PouringStart, type Sum } from "./pouring.ts";
import { BYTES, type Content, VALUES } from "./pouring_contents.ts";
import { Posted, Posting, receiveBlocking, sendBlocking } from "./pouring_ends.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: start }: MessageEvent<PouringStart>) => {
  if (start.content === "values") begin(start, VALUES);
  else begin(start, BYTES);
};

function begin<Format extends ChannelFormat>({ role, channel: handle }: PouringStart, content: Content<Format>): void {
  const channel = handle && SharedChannel.attach(handle, content.format);
  report(0);
  if (role === "receiver") {
    if (channel === undefined) takePosted(content);
    else for (;;) report(receiveBlocking(channel, content));
  } else if (channel === undefined) {
    const posting = new Posting(self, content);
    self.onmessage = ({ data }) => data === GO ? posting.round().then(() => report(0)) : posting.take(data);
  } else {
    self.onmessage = () => {
      sendBlocking(channel, content);
      report(0);
    };
  }
}

function takePosted<Format extends ChannelFormat>(content: Content<Format>): void {
  const posted = new Posted(self, content);
  const next = () =>
    posted.round().then((sum) => {
      report(sum);
      next();
    });
  next();
  self.onmessage = ({ data }) => posted.take(data);
}

function report(sum: number): void {
  self.postMessage({ sum } satisfies Sum);
}
