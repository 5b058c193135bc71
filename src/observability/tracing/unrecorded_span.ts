/**
 * Spans that only pass ids on.
 *
 * @module
 */

import type { TracedSpan } from "./traced_span.ts";
import { SpanIdentity } from "./span_identity.ts";

/** A span that the sampler did not take: it has ids, which its children and other processes need, and nothing else. */
export class UnrecordedSpan extends SpanIdentity implements TracedSpan {
  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  end(): void {}

  isRecording(): boolean {
    return false;
  }

  [Symbol.dispose](): void {}
}
