/**
 * What has changed, for every page that looks.
 *
 * @module
 */

import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import type { AlertBoard, AlertsView } from "./alert_board.ts";
import { type MetricChanges, type MetricHistory, SAMPLE_MS } from "./metric_history.ts";
import type { RunChanges, RunHistory } from "./run_history.ts";

/** What a page is told of. */
export interface LiveSources {
  /** The runs. */
  readonly runs: RunHistory;
  /** The metrics, if there are any. */
  readonly metrics: MetricHistory | undefined;
  /** The alerts, if there are any. */
  readonly alerts: AlertBoard | undefined;
}

/** One message to a page: what has changed since the one before. */
export interface LiveUpdate {
  /** Whether the page is to forget what it knows. */
  readonly isAll: boolean;
  /** The server's time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** How many updates were merged into this one because the page was behind. */
  readonly merged: number;
  /** What has changed about runs. */
  readonly runs?: RunChanges;
  /** What has changed about metrics. */
  readonly metrics?: MetricChanges;
  /** All alerts, if they have changed. */
  readonly alerts?: AlertsView;
}

/** How far a page is. */
interface Position {
  /** The last event. */
  readonly sequence: number;
  /** The last sample of metrics. */
  readonly sample: number;
  /** The last version of alerts. */
  readonly alerts: number;
}

/** From one update to the next, in milliseconds, at least: whatever happens meanwhile is one update. */
const BATCH_MS = 100;
/** A page hears something at least as often, in milliseconds. */
const BEAT_MS = 10_000;
/** A page that takes nothing for so long is dropped; it comes back by itself, and goes on where it was. */
export const STALL_MS = 30_000;
/** More pages than that are refused. */
export const MOST_VIEWERS = 32;

const START: Position = { sequence: -1, sample: 0, alerts: 0 };
const encoder = new TextEncoder();

/**
 * Streams of server-sent events, one for each page, in which nothing piles up: a page that is behind has at most one update in its stream;
 * what happens meanwhile is merged into its next. Each update's id says how far the page is then, so that one that comes back is told
 * what it has missed and nothing else, however long it was away. While nobody looks, nothing runs: metrics have no values of that time.
 */
export class LiveFeed implements Disposable {
  readonly #sources: LiveSources;
  readonly #viewers = new Set<Viewer>();
  /** Tells this feed's positions from those of another one, as of a server that was started anew. */
  readonly #instance = crypto.randomUUID().slice(0, 8);
  readonly #stopped = new AbortController();
  #isCollecting = false;
  #batch: Timer | undefined = undefined;
  #look: Timer | undefined = undefined;
  #looks = 0;
  /** When metrics were sampled last. */
  #sampledMs = -Infinity;
  #unwatchAlerts: (() => void) | undefined = undefined;
  #areAlertsStale = true;
  #lookedAtAlertsMs = -Infinity;
  /** The last update that was written, for the next page that is as far. */
  #written: { readonly key: string; readonly text: string } | undefined = undefined;

  /** Begins without pages. */
  constructor(sources: LiveSources) {
    this.#sources = sources;
  }

  /** How many pages look. */
  get viewers(): number {
    return this.#viewers.size;
  }

  /** A stream for a page, which says how far it is if it was there before; `undefined` if there are too many. */
  open(lastId: string | null): ReadableStream<Uint8Array> | undefined {
    if (this.#viewers.size >= MOST_VIEWERS || this.#stopped.signal.aborted) return undefined;
    if (this.#viewers.size === 0) this.#begin();
    this.#lookAtAlerts();
    const viewer = new Viewer(this.#positionOf(lastId), {
      left: () => this.#left(viewer),
      hasRoom: () => this.changed(),
    });
    this.#viewers.add(viewer);
    viewer.write(`retry: 1000\n${this.#update(viewer)}`, this.#position());
    return viewer.stream;
  }

  /** Something has changed: to be told soon, if anybody looks. */
  changed(): void {
    if (this.#batch !== undefined || this.#viewers.size === 0) return;
    this.#batch = timers.scheduleInBackground(BATCH_MS, {
      fire: () => {
        this.#batch = undefined;
        if (this.#mayLookAtAlerts) this.#lookAtAlerts();
        this.#tellAll();
      },
    });
  }

  /** Ends every stream. */
  [Symbol.dispose](): void {
    this.#stopped.abort();
    for (const viewer of [...this.#viewers]) viewer.end();
  }

  /** Somebody looks again: goes on as if it had never ceased, but for the samples that were left out. */
  #begin(): void {
    this.#areAlertsStale = true;
    this.#unwatchAlerts = this.#sources.alerts?.watch(() => {
      this.#areAlertsStale = true;
      if (this.#mayLookAtAlerts) this.changed();
    });
    const missed = Math.floor((performance.now() - this.#sampledMs) / SAMPLE_MS);
    if (missed === 0) return this.#lookIn(this.#sampledMs + SAMPLE_MS - performance.now());
    if (missed < Infinity) this.#sources.metrics?.skip(missed - 1);
    this.#sample();
    this.#lookIn(SAMPLE_MS);
  }

  #left(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    for (const timer of [this.#batch, this.#look]) if (timer !== undefined) timers.cancel(timer);
    this.#batch = this.#look = undefined;
    this.#unwatchAlerts?.();
  }

  /** A look walks along all alerts: what changes all the time is looked at once a second, what changes seldom at once. */
  get #mayLookAtAlerts(): boolean {
    return performance.now() - this.#lookedAtAlertsMs >= SAMPLE_MS;
  }

  #lookAtAlerts(): void {
    if (!this.#areAlertsStale) return;
    this.#areAlertsStale = false;
    this.#lookedAtAlertsMs = performance.now();
    this.#sources.alerts?.look();
  }

  #position(): Position {
    const { runs, metrics, alerts } = this.#sources;
    return { sequence: runs.sequence, sample: metrics?.sample ?? 0, alerts: alerts?.version ?? 0 };
  }

  /** Where a page has stopped to hear; the start if it was not here, or says what cannot be. */
  #positionOf(id: string | null): Position {
    const [instance, ...numbers] = (id ?? "").split("."), [sequence, sample, alerts] = numbers.map(Number);
    const now = this.#position();
    const isKnown = instance === this.#instance && isWithin(sequence, now.sequence) && isWithin(sample, now.sample) &&
      isWithin(alerts, now.alerts);
    return isKnown ? { sequence, sample, alerts } : START;
  }

  #tellAll(): void {
    const now = this.#position();
    for (const viewer of this.#viewers) {
      const { sequence, sample, alerts } = viewer.position;
      if (sequence === now.sequence && sample === now.sample && alerts === now.alerts) continue;
      if (viewer.hasRoom) viewer.write(this.#update(viewer), now);
      else viewer.skip();
    }
  }

  #update({ position, merged }: Viewer): string {
    const { runs, metrics, alerts } = this.#sources, now = this.#position();
    const id = `${this.#instance}.${now.sequence}.${now.sample}.${now.alerts}`;
    const key = `${id} ${position.sequence}.${position.sample}.${position.alerts} ${merged}`;
    if (this.#written?.key === key) return this.#written.text;
    const update: LiveUpdate = {
      isAll: position === START,
      nowMs: Date.now(),
      merged,
      ...position.sequence === now.sequence ? {} : { runs: runs.changesSince(position.sequence) },
      ...metrics === undefined || position.sample === now.sample
        ? {}
        : { metrics: metrics.changesSince(position.sample) },
      ...alerts?.view === undefined || position.alerts === now.alerts ? {} : { alerts: alerts.view },
    };
    const text = `id: ${id}\ndata: ${JSON.stringify(update)}\n\n`;
    this.#written = { key, text };
    return text;
  }

  #lookIn(delayMs: number): void {
    this.#look = timers.scheduleInBackground(delayMs, { fire: () => this.#lookAround() });
  }

  /** Samples metrics, and looks after the pages. */
  #lookAround(): void {
    this.#lookIn(SAMPLE_MS);
    this.#sample();
    this.#lookAtAlerts();
    const isBeat = ++this.#looks % (BEAT_MS / SAMPLE_MS) === 0;
    for (const viewer of this.#viewers) {
      if (viewer.stalledMs > STALL_MS) viewer.end();
      else if (isBeat && viewer.hasRoom) viewer.write("event: beat\ndata:\n\n", viewer.position);
    }
    this.changed();
  }

  #sample(): void {
    const { metrics } = this.#sources;
    if (metrics === undefined) return;
    this.#sampledMs = performance.now();
    metrics.take();
    if (!this.#isCollecting) void this.#collect(metrics);
  }

  /** Has callbacks measure for the next sample; one that takes longer delays none. */
  async #collect(metrics: MetricHistory): Promise<void> {
    this.#isCollecting = true;
    await metrics.collect(this.#stopped.signal);
    this.#isCollecting = false;
  }
}

interface ViewerEvents {
  /** It looks no more. */
  readonly left: () => void;
  /** It was behind and is not any more. */
  readonly hasRoom: () => void;
}

/** One page. */
class Viewer {
  readonly stream: ReadableStream<Uint8Array>;
  /** How far it is. */
  position: Position;
  /** How many updates it was not ready for. */
  merged = 0;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined = undefined;
  #stalledAt: number | undefined = undefined;
  readonly #events: ViewerEvents;

  constructor(position: Position, events: ViewerEvents) {
    this.position = position;
    this.#events = events;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => {
        this.#stalledAt = undefined;
        if (this.merged > 0) events.hasRoom();
      },
      cancel: () => this.#leave(),
    }, { highWaterMark: 1 });
  }

  /** Whether it has taken all it was told. */
  get hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0;
  }

  /** For how long it has taken nothing though there was something, in milliseconds. */
  get stalledMs(): number {
    return this.#stalledAt === undefined ? 0 : performance.now() - this.#stalledAt;
  }

  write(text: string, position: Position): void {
    this.#controller?.enqueue(encoder.encode(text));
    this.position = position;
    this.merged = 0;
  }

  skip(): void {
    this.merged++;
    this.#stalledAt ??= performance.now();
  }

  end(): void {
    this.#controller?.close();
    this.#leave();
  }

  #leave(): void {
    this.#controller = undefined;
    this.#events.left();
  }
}

function isWithin(found: number | undefined, most: number): found is number {
  return found !== undefined && Number.isSafeInteger(found) && found >= 0 && found <= most;
}
