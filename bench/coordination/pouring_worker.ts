/**
 * A thread that receives messages and tells what each round of them came to, or that sends a round whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { type ChannelFormat, type ChannelMessage, SharedChannel } from "../../src/coordination/shared/mod.ts";
import { GO, type PouringStart, type Sum } from "./pouring.ts";
import { bytesNamed, type Content, VALUES } from "./pouring_contents.ts";
import {
  type Port,
  postCopied,
  Posted,
  Posting,
  postTransferred,
  receiveBlocking,
  receiveIntoBlocking,
  sendBlocking,
} from "./pouring_ends.ts";

declare const self: DedicatedWorkerGlobalScope;

/** How this thread deals with messages. */
interface Ends<Format extends ChannelFormat> {
  readonly receive: (channel: SharedChannel<Format>, content: Content<Format>) => number;
  readonly post: (port: Port, message: ChannelMessage<Format>) => void;
}

self.onmessage = ({ data: start }: MessageEvent<PouringStart>) => {
  const { content, way } = start;
  if (content === "values") return begin(start, VALUES, { receive: receiveBlocking, post: postCopied });
  begin(start, bytesNamed(content), {
    receive: way === "into one array" ? receiveIntoBlocking : receiveBlocking,
    post: way === "transferred" ? postTransferred : postCopied,
  });
};

function begin<Format extends ChannelFormat>(
  { role, channel: handle }: PouringStart,
  content: Content<Format>,
  { receive, post }: Ends<Format>,
): void {
  const channel = handle && SharedChannel.attach(handle, content.format);
  report(0);
  if (role === "receiver") {
    if (channel === undefined) takePosted(content);
    else for (;;) report(receive(channel, content));
  } else if (channel === undefined) {
    const posting = new Posting(self, content, post);
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
