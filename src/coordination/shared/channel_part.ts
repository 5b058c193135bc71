/**
 * How a shared channel is made, and opened in another thread.
 *
 * @module
 */

import { timers } from "../../reliability/timer_wheel.ts";
import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import { SharedAccounts } from "./accounts.ts";
import { SharedWords } from "./atomic_memory.ts";
import { type ChannelFormat, FORMATS, requireFormat } from "./channel_codec.ts";
import type { PortHost } from "./channel_port.ts";
import { RECEIVED_ACCOUNTS_AT, ringByteLength } from "./channel_ring.ts";
import {
  createPart,
  openHandle,
  parameterOf,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
} from "./handle.ts";
import { BOARD_BYTES, WaitBoard } from "./wait_board.ts";

/** How a shared channel is made. */
export interface SharedChannelOptions<Format extends ChannelFormat> extends SharedPrimitiveOptions {
  /** What it carries: `"bytes"`, each message a `Uint8Array`; or `"json"`, whatever `JSON.stringify` keeps. Default `"bytes"`. */
  readonly format?: Format;
  /**
   * Room for messages that nobody has received yet, in bytes: an integer in [64, 2^30], which is rounded up to a power of 2. A message
   * takes its length, rounded up to 4, and 4 more; a longer one than all of the room cannot be sent. Default 65,536.
   */
  readonly capacityBytes?: number;
}

/** Which of the parameters says what. */
const CAPACITY = 0;
const FORMAT = 1;

/**
 * Makes an empty channel of a format.
 *
 * @throws {RangeError} If `capacityBytes` is out of range.
 * @throws {TypeError} If the name, `timing` or the format is none.
 */
export function createChannelPart(
  format: ChannelFormat,
  { capacityBytes = 65_536, ...options }: SharedChannelOptions<ChannelFormat>,
): SharedPart<"channel"> {
  requireFormat(format);
  requireCount("create a shared channel with capacityBytes", capacityBytes, { min: 64, max: 2 ** 30 });
  const capacity = 2 ** Math.ceil(Math.log2(capacityBytes));
  return createPart("channel", options, {
    byteLength: ringByteLength(capacity) + BOARD_BYTES,
    parameters: [capacity, FORMATS.indexOf(format)],
  });
}

/**
 * Opens the channel of another thread in this one.
 *
 * @throws {TypeError} If it is no handle of one, or the channel is of another format.
 */
export function openChannelPart(handle: SharedHandle<"channel">, format: ChannelFormat): SharedPart<"channel"> {
  requireFormat(format);
  const part = openHandle(handle, "channel"), found = FORMATS[parameterOf(part, FORMAT)];
  if (found === format) return part;
  throw new TypeError(
    `Cannot attach to ${
      nameOf("shared channel", part.name)
    } for ${format}: it carries ${found}; attach it with that format`,
  );
}

/** What this thread needs to use a channel. The board lies behind the ring. */
export function channelHostOf(
  part: SharedPart<"channel">,
): PortHost & { readonly board: WaitBoard; readonly sent: SharedAccounts; readonly received: SharedAccounts } {
  const { buffer, name, member } = part, memory = new SharedWords(buffer), capacityBytes = parameterOf(part, CAPACITY);
  const sent = new SharedAccounts(buffer), received = new SharedAccounts(buffer, RECEIVED_ACCOUNTS_AT);
  return {
    memory,
    buffer,
    capacityBytes,
    member,
    timers,
    clock: () => performance.now(),
    board: new WaitBoard(memory, ringByteLength(capacityBytes) / 4, { member, accounts: sent }),
    sent,
    received,
    called: nameOf("shared channel", name),
  };
}
