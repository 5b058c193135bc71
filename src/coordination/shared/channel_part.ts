/**
 * How a shared channel is made, and opened in another thread.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import { type ChannelFormat, FORMATS, requireFormat } from "./channel_codec.ts";
import { ringByteLength } from "./channel_ring.ts";
import {
  createBuffer,
  openHandle,
  PARAMETERS_AT,
  requireName,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
} from "./handle.ts";
import { homeMembership } from "./membership.ts";

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

/**
 * Makes an empty channel of a format.
 *
 * @throws {RangeError} If `capacityBytes` is out of range.
 * @throws {TypeError} If the name or the format is none.
 */
export function createChannelPart(
  format: ChannelFormat,
  { name, capacityBytes = 65_536 }: SharedChannelOptions<ChannelFormat>,
): SharedPart<"channel"> {
  requireName("channel", name);
  requireFormat(format);
  requireCount("create a shared channel with capacityBytes", capacityBytes, { min: 64, max: 2 ** 30 });
  const capacity = 2 ** Math.ceil(Math.log2(capacityBytes));
  const buffer = createBuffer("channel", ringByteLength(capacity), [capacity, FORMATS.indexOf(format)]);
  return { type: "channel", name, buffer, member: homeMembership() };
}

/**
 * Opens the channel of another thread in this one.
 *
 * @throws {TypeError} If it is no handle of one, or the channel is of another format.
 */
export function openChannelPart(handle: SharedHandle<"channel">, format: ChannelFormat): SharedPart<"channel"> {
  requireFormat(format);
  const part = openHandle(handle, "channel"), found = FORMATS[new Int32Array(part.buffer)[PARAMETERS_AT + 1] ?? -1];
  if (found === format) return part;
  throw new TypeError(
    `Cannot attach to ${
      nameOf("shared channel", part.name)
    } for ${format}: it carries ${found}; attach it with that format`,
  );
}
