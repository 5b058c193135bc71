/**
 * Spans that are recorded.
 *
 * @module
 */

import {
  type Attributes,
  type Exception,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from "@opentelemetry/api";
import { areWithin, AttributeSet, type LateAttributes } from "./attribute_set.ts";
import { hrDifference, hrTimeOf, isHrTime, isTimeInput, readingOf } from "./epoch_clock.ts";
import { eventOf, exceptionAttributes, linkOf, pushBounded, SpanDetails, statusOf } from "./span_details.ts";
import type { InstrumentationScope, ReadableSpan, TimedEvent } from "./readable_span.ts";
import { SpanIdentity, SpanIds } from "./span_identity.ts";
import type { SpanOrigin } from "./span_origin.ts";
import type { TelemetryResource } from "./telemetry_resource.ts";
import { textOf } from "./text_of.ts";
import type { TracedSpan } from "./traced_span.ts";

const NOT_ENDED = -Infinity;
/** A list may be a proxy without an end. */
const MAX_LINKS_AT_ONCE = 10_000;
/** What most spans have; frozen, as all of them have the same. */
const NO_EVENTS: TimedEvent[] = [], NO_LINKS: Link[] = [];
Object.freeze(NO_EVENTS);
Object.freeze(NO_LINKS);
const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });

/** What a span is made with. */
export interface SpanBirth {
  readonly name: string;
  readonly kind: SpanKind;
}

// An accessor cannot be declared as an optional property with `exactOptionalPropertyTypes`, which OpenTelemetry's interface
// asks for; an interface of the same name can. See the static block below.
export interface RecordedSpan {
  /** Its parent's ids, unless it is a root. */
  readonly parentSpanContext?: SpanContext;
}

/**
 * Keeps what it is told. Hot path: all that most spans need is in one object, with all fields set at birth; text of ids,
 * pairs of seconds and nanoseconds, lists and maps are made when somebody asks for them.
 */
export class RecordedSpan extends SpanIdentity implements TracedSpan, ReadableSpan {
  readonly kind: SpanKind;
  name: string;
  status: SpanStatus = UNSET;
  readonly #origin: SpanOrigin;
  /** A parent's ids rather than the parent, so that a chain of spans does not keep its beginning in memory. */
  readonly #parent: SpanIds | SpanContext | undefined;
  #startMs: number;
  #endMs = NOT_ENDED;
  #attributes: AttributeSet | undefined = undefined;
  /** What it was described by first and last, until somebody asks for its attributes. */
  #late: LateAttributes | undefined = undefined;
  #latest: LateAttributes | undefined = undefined;
  /** Its attributes, if it has ended with no other than these. */
  #whole: Attributes | undefined = undefined;
  #details: SpanDetails | undefined = undefined;
  #links: Link[] = NO_LINKS;
  /** The span that it is linked to besides these, and further ones, until somebody asks for its links. */
  #unread: SpanIds | undefined = undefined;
  #alsoUnread: SpanIds[] | undefined = undefined;

  static {
    Object.defineProperty(this.prototype, "parentSpanContext", {
      configurable: true,
      get(this: RecordedSpan): SpanContext | undefined {
        const parent = this.#parent;
        return parent instanceof SpanIds ? parent.context : parent;
      },
    });
  }

  /** Starts at this reading of the clock; the processor is told by the tracer. */
  constructor(
    origin: SpanOrigin,
    ids: SpanIds,
    parent: SpanIds | SpanContext | undefined,
    { name, kind }: SpanBirth,
    startMs: number,
  ) {
    super(ids);
    this.kind = kind;
    this.name = name;
    this.#origin = origin;
    this.#parent = parent;
    this.#startMs = startMs;
  }

  get startTime(): HrTime {
    return this.#details?.startTime ?? hrTimeOf(this.ids.trace.epochOffsetMs, this.#startMs);
  }

  get endTime(): HrTime {
    if (!this.ended) return [0, 0];
    return this.#details?.endTime ?? hrTimeOf(this.ids.trace.epochOffsetMs, this.#endMs);
  }

  get duration(): HrTime {
    return this.ended ? hrDifference(this.startTime, this.endTime) : [0, 0];
  }

  /** The same in milliseconds; 0 before its end. */
  get durationMs(): number {
    return this.ended ? this.#endMs - this.#startMs : 0;
  }

  get ended(): boolean {
    return this.#endMs !== NOT_ENDED;
  }

  get attributes(): Attributes {
    return this.#whole ?? this.#makeWhole() ?? this.#ownAttributes().values;
  }

  get events(): TimedEvent[] {
    return this.#details?.events ?? NO_EVENTS;
  }

  get links(): Link[] {
    return this.#readLinks();
  }

  get droppedAttributesCount(): number {
    if (this.#late !== undefined && this.#makeWhole() === undefined) return this.#ownAttributes().dropped;
    return this.#attributes?.dropped ?? 0;
  }

  get droppedEventsCount(): number {
    return this.#details?.droppedEvents ?? 0;
  }

  get droppedLinksCount(): number {
    this.#readLinks();
    return this.#details?.droppedLinks ?? 0;
  }

  get resource(): TelemetryResource {
    return this.#origin.pipeline.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.#origin.scope;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(name: string, value: unknown): this {
    if (this.ended) return this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.#origin.pipeline.limits;
    this.#ownAttributes().set(name, value, attributeCountLimit, attributeValueLengthLimit);
    return this;
  }

  setAttributes(attributes: Attributes | undefined): this {
    if (this.ended || attributes === undefined) return this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.#origin.pipeline.limits;
    this.#ownAttributes().setAll(attributes, attributeCountLimit, attributeValueLengthLimit);
    return this;
  }

  /** As {@linkcode setAttributes}, at a fraction of the cost: they are made when somebody asks for the span's attributes. */
  describe(attributes: LateAttributes): void {
    if (this.ended) return;
    if (this.#attributes !== undefined || this.#latest !== undefined) this.setAttributes(attributes.toAttributes());
    else if (this.#late === undefined) this.#late = attributes;
    else this.#latest = attributes;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this;
    const isTime = isTimeInput(attributesOrTime), when = time ?? (isTime ? attributesOrTime : undefined);
    const { limits } = this.#origin.pipeline, details = this.#details ??= new SpanDetails();
    const event = eventOf(textOf(name), this.#timeOf(when), isTime ? undefined : attributesOrTime, limits);
    details.droppedEvents += pushBounded(details.events, event, limits.eventCountLimit);
    return this;
  }

  addLink(link: Link): this {
    const kept = this.ended ? undefined : linkOf(link, this.#origin.pipeline.limits);
    if (kept === undefined) return this;
    this.#readLinks();
    this.#keepLink(kept);
    return this;
  }

  /** As {@linkcode addLink}, at a fraction of the cost: ids are made text when somebody reads the links. */
  linkTo({ ids }: SpanIdentity): void {
    if (this.ended) return;
    if (this.#unread === undefined) this.#unread = ids;
    else if (this.#alsoUnread === undefined) this.#alsoUnread = [ids]; // an empty one would make room for 17
    else this.#alsoUnread.push(ids);
  }

  addLinks(links: readonly Link[]): this {
    try {
      if (!Array.isArray(links)) return this;
      const length = Math.min(links.length, MAX_LINKS_AT_ONCE);
      for (let index = 0; index < length; index++) this.addLink(links[index]);
    } catch {
      // A list that cannot be read adds no more.
    }
    return this;
  }

  setStatus(status: SpanStatus): this {
    if (this.ended || this.status.code === SpanStatusCode.OK) return this;
    this.status = statusOf(status) ?? this.status;
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = textOf(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (!this.ended) this.addEvent("exception", exceptionAttributes(exception), time);
  }

  end(time?: TimeInput): void {
    if (this.ended) return;
    const now = this.#origin.pipeline.clock.now();
    let endMs = now;
    if (time !== undefined) {
      const given = readingOf(time, this.ids.trace.epochOffsetMs, now);
      if (!Number.isNaN(given)) endMs = given;
      if (isHrTime(time)) (this.#details ??= new SpanDetails()).endTime = [time[0], time[1]];
    }
    this.endAt(endMs);
  }

  /** As {@linkcode end}, at a reading of the clock. */
  endAt(readingMs: number): void {
    if (this.ended) return;
    const { pipeline } = this.#origin;
    let endMs = readingMs;
    pipeline.processor?.onEnding?.(this);
    if (endMs < this.#startMs) {
      endMs = this.#startMs;
      if (this.#details !== undefined) this.#details.endTime = this.#details.startTime;
    }
    this.#endMs = endMs;
    pipeline.processor?.onEnd(this);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  /** Moves the start to a time that the caller gave; before anybody has seen the span. */
  startAt(time: TimeInput): void {
    const given = readingOf(time, this.ids.trace.epochOffsetMs, this.#startMs);
    if (Number.isNaN(given)) return;
    this.#startMs = given;
    if (isHrTime(time)) (this.#details ??= new SpanDetails()).startTime = [time[0], time[1]];
  }

  /** Whether it has no parent in this process. */
  get isLocalRoot(): boolean {
    return this.ids.trace.root === this.ids;
  }

  /** What it was described by, in one piece, if nothing is to be added to it, left out or copied. */
  #makeWhole(): Attributes | undefined {
    const late = this.#late, latest = this.#latest;
    if (late === undefined || !this.ended) return undefined;
    const values = latest === undefined ? late.toAttributes() : joined(late, latest);
    const { attributeCountLimit, attributeValueLengthLimit } = this.#origin.pipeline.limits;
    if (!areWithin(values, attributeCountLimit, attributeValueLengthLimit)) return undefined;
    this.#late = this.#latest = undefined;
    return this.#whole = values;
  }

  #ownAttributes(): AttributeSet {
    const late = this.#late, latest = this.#latest;
    if (late === undefined) return this.#attributes ??= new AttributeSet();
    this.#late = this.#latest = undefined;
    const attributes = this.#attributes = new AttributeSet(); // whoever has attributes is described by setting them
    const { attributeCountLimit, attributeValueLengthLimit } = this.#origin.pipeline.limits;
    attributes.setOwn(late.toAttributes(), attributeCountLimit, attributeValueLengthLimit);
    if (latest !== undefined) attributes.setOwn(latest.toAttributes(), attributeCountLimit, attributeValueLengthLimit);
    return attributes;
  }

  #readLinks(): Link[] {
    const first = this.#unread, others = this.#alsoUnread;
    if (first === undefined) return this.#links;
    this.#unread = this.#alsoUnread = undefined;
    this.#keepLink({ context: first.context, attributes: {}, droppedAttributesCount: 0 });
    if (others !== undefined) {
      for (const { context } of others) this.#keepLink({ context, attributes: {}, droppedAttributesCount: 0 });
    }
    return this.#links;
  }

  #keepLink(link: Link): void {
    const { linkCountLimit } = this.#origin.pipeline.limits;
    if (this.#links === NO_LINKS && linkCountLimit > 0) this.#links = [link];
    else if (pushBounded(this.#links, link, linkCountLimit) === 1) (this.#details ??= new SpanDetails()).droppedLinks++;
  }

  #timeOf(time: TimeInput | undefined): HrTime {
    const now = this.#origin.pipeline.clock.now(), { epochOffsetMs } = this.ids.trace;
    if (time === undefined) return hrTimeOf(epochOffsetMs, now);
    if (isHrTime(time)) return [time[0], time[1]];
    const given = readingOf(time, epochOffsetMs, now);
    return hrTimeOf(epochOffsetMs, Number.isNaN(given) ? now : given);
  }
}

function joined(first: LateAttributes, last: LateAttributes): Attributes {
  return first.withOthers?.(last) ?? { ...first.toAttributes(), ...last.toAttributes() };
}

/** What a kind must be. */
export function kindOf(kind: SpanKind | undefined): SpanKind {
  return typeof kind === "number" && SpanKind[kind] !== undefined ? kind : SpanKind.INTERNAL;
}
