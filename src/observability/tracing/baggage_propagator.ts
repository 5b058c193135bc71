/**
 * Values that travel with a trace.
 *
 * @module
 */

import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from "@opentelemetry/api";
import { isSuppressed } from "./span_scope.ts";
import { joined } from "./trace_context_propagator.ts";
import { trimBlanks } from "./trace_state_list.ts";

const BAGGAGE = "baggage";
/** What every platform has to pass on, and what this one does. */
const MAX_LENGTH = 8192, MAX_MEMBERS = 180;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const OCTETS = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const PROPERTIES = /^[\t\x20\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]*$/;
const REPLACING = new TextDecoder();

/**
 * Passes baggage on in the header of W3C's baggage (https://www.w3.org/TR/baggage/): at most 180 members in 8,192
 * characters, the first ones. Members that are not as the specification says are left out; bytes that are no UTF-8
 * become U+FFFD. No header makes it throw, or work for longer than its first 8 KiB take.
 */
export class BaggagePropagator implements TextMapPropagator {
  /** Writes the context's baggage, if it has any. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
    if (entries.length === 0 || isSuppressed(context)) return;
    let header = "", count = 0;
    for (const [key, entry] of entries) {
      const member = memberOf(key, entry);
      if (member === undefined || header.length + member.length + 1 > MAX_LENGTH) continue;
      header += header === "" ? member : `,${member}`;
      if (++count === MAX_MEMBERS) break;
    }
    if (header !== "") setter.set(carrier, BAGGAGE, header);
  }

  /** A context with the header's baggage; the same context if there is none in it. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = joined(getter.get(carrier, BAGGAGE)), isCut = header.length > MAX_LENGTH;
    const members = header.slice(0, MAX_LENGTH).split(",", MAX_MEMBERS + 1);
    if (isCut || members.length > MAX_MEMBERS) members.pop(); // a part of a member is none
    const entries: Record<string, BaggageEntry> = Object.create(null);
    for (const member of members) {
      const read = parseMember(member);
      if (read !== undefined) entries[read.key] = read.entry;
    }
    if (Object.keys(entries).length === 0) return context;
    return propagation.setBaggage(context, propagation.createBaggage(entries));
  }

  /** The header. */
  fields(): string[] {
    return [BAGGAGE];
  }
}

function memberOf(key: string, { value, metadata }: BaggageEntry): string | undefined {
  if (!TOKEN.test(key) || typeof value !== "string" || value.length > MAX_LENGTH) return undefined;
  const properties = metadata?.toString() ?? "";
  const suffix = properties !== "" && PROPERTIES.test(properties) ? `;${properties}` : "";
  return `${key}=${encodeURIComponent(value.toWellFormed())}${suffix}`;
}

function parseMember(member: string): { readonly key: string; readonly entry: BaggageEntry } | undefined {
  const semicolon = member.indexOf(";"), pair = semicolon === -1 ? member : member.slice(0, semicolon);
  const equals = pair.indexOf("=");
  if (equals === -1) return undefined;
  const key = trimBlanks(pair.slice(0, equals)), value = trimBlanks(pair.slice(equals + 1));
  if (!TOKEN.test(key) || !OCTETS.test(value)) return undefined;
  const entry: BaggageEntry = { value: decode(value) };
  const properties = semicolon === -1 ? "" : trimBlanks(member.slice(semicolon + 1));
  if (properties !== "" && PROPERTIES.test(properties)) entry.metadata = baggageEntryMetadataFromString(properties);
  return { key, entry };
}

/** Undoes percent-encoding; a "%" that begins none stands for itself. */
function decode(value: string): string {
  if (!value.includes("%")) return value;
  return value.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    const bytes = new Uint8Array(run.length / 3);
    for (let byte = 0; byte < bytes.length; byte++) {
      bytes[byte] = Number.parseInt(run.slice(byte * 3 + 1, byte * 3 + 3), 16);
    }
    return REPLACING.decode(bytes);
  });
}
