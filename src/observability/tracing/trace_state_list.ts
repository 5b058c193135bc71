/**
 * What other tracing systems pass on.
 *
 * @module
 */

import type { TraceState } from "@opentelemetry/api";
import { foundValue } from "../../coordination/found_value.ts";

const MAX_MEMBERS = 32;
/** 32 members of the longest key and value, and some blanks. */
const MAX_LENGTH = 32 * 600;
const KEY = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** A `tracestate` of W3C's trace context: at most 32 members, the latest first. Cannot be changed. */
export class TraceStateList implements TraceState {
  readonly #members: ReadonlyMap<string, string>;

  private constructor(members: ReadonlyMap<string, string>) {
    this.#members = members;
  }

  /**
   * Reads a header. As the specification asks, a list with a wrong or repeated member, or more than 32, counts as none:
   * `undefined`. So does an empty one, and one of more than 19,200 characters.
   */
  static parse(text: string): TraceStateList | undefined {
    if (typeof text !== "string") {
      throw new TypeError(`Cannot read a trace state from ${foundValue(text)}: expected a header's text; pass one`);
    }
    if (text.length > MAX_LENGTH) return undefined;
    const members = new Map<string, string>();
    for (const part of text.split(",", MAX_LENGTH)) {
      const member = trimBlanks(part);
      if (member === "") continue;
      const equals = member.indexOf("="), key = member.slice(0, equals), value = member.slice(equals + 1);
      if (equals === -1 || !KEY.test(key) || !VALUE.test(value) || members.has(key)) return undefined;
      members.set(key, value);
      if (members.size > MAX_MEMBERS) return undefined;
    }
    return members.size === 0 ? undefined : new TraceStateList(members);
  }

  /** One with this member first; the last of more than 32 goes. Unchanged if the specification forbids key or value. */
  set(key: string, value: string): TraceStateList {
    if (!KEY.test(key) || !VALUE.test(value)) return this;
    const others = [...this.#members].filter(([other]) => other !== key).slice(0, MAX_MEMBERS - 1);
    return new TraceStateList(new Map([[key, value], ...others]));
  }

  /** One without this member. */
  unset(key: string): TraceStateList {
    return new TraceStateList(new Map([...this.#members].filter(([other]) => other !== key)));
  }

  /** The value of a member. */
  get(key: string): string | undefined {
    return this.#members.get(key);
  }

  /** The header. */
  serialize(): string {
    return [...this.#members].map(([key, value]) => `${key}=${value}`).join(",");
  }
}

/** Without the blanks and tabs around it, in time linear to its length. */
export function trimBlanks(text: string): string {
  let start = 0, end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
