/**
 * Alerts for Prometheus's Alertmanager.
 *
 * @module
 */

import type { WaitOptions } from "../../../coordination/waiter.ts";
import { requireNumber } from "../../../reliability/require_number.ts";
import type { Alert, AlertNotification, DeliveryOptions, Notifier } from "../alert.ts";
import { DeliveryLine, type DeliverySettings, type DeliverySnapshot } from "./delivery_line.ts";
import { post, requireHttpUrl, type SendRequest } from "./http_post.ts";
import { requireOptions } from "../../../coordination/require_options.ts";

/** Which Alertmanager, and how. */
export interface AlertmanagerOptions extends DeliverySettings<Alert> {
  /** Its address, as `http://localhost:9093`, with its route prefix, if it has one. */
  readonly url: string | URL;
  /** What people call it. Default `"alertmanager"`. */
  readonly name?: string;
  /** How often an alert that fires is sent again, in milliseconds; above 0. Default 60,000. */
  readonly resendMs?: number;
  /** For how long after it was sent it fires there, unless it is sent again; more than `resendMs`. Default: 4 times `resendMs`. */
  readonly validForMs?: number;
  /** A page about an alert, for people. Default: none. */
  readonly generatorUrl?: (alert: Alert) => string;
  /** Headers besides, as for `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends requests. Default `fetch`. */
  readonly fetch?: SendRequest;
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** How many alerts go in one request. */
const MAX_BATCH = 64;

/**
 * Sends each alert to an Alertmanager (API v2) when it begins to fire, again each `resendMs`, and when it is resolved; grouping, repeating
 * and whom to tell is left to that. Should this program end, its alerts are resolved there after `validForMs`.
 *
 * Of an alert that waits to be sent only the latest state is sent. Nobody waits for it; see {@linkcode DeliverySettings}.
 */
export class AlertmanagerNotifier implements Notifier, Disposable {
  /** What people call it. */
  readonly name: string;
  /** Each alert at once, and again before it ends there. */
  readonly delivery: DeliveryOptions;
  readonly #line: DeliveryLine<Alert>;

  /**
   * Sends nothing yet.
   *
   * @throws {TypeError} If the URL is none.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options: AlertmanagerOptions) {
    requireOptions("notify an Alertmanager", options, "pass at least { url }");
    const { name = "alertmanager", resendMs = 60_000, validForMs = 4 * resendMs, headers = {}, now = Date.now } =
      options;
    const { generatorUrl, fetch: send = (request: Request) => fetch(request) } = options;
    const base = requireHttpUrl(`Alertmanager "${name}"`, options.url);
    const url = new URL(`${base.pathname.replace(/\/$/, "")}/api/v2/alerts`, base);
    requireNumber("resendMs of an Alertmanager", resendMs, "duration");
    if (!(validForMs > resendMs && validForMs < Infinity)) {
      throw new RangeError(`Cannot have alerts valid for ${validForMs} ms: expected more than resendMs, ${resendMs}`);
    }
    this.name = name;
    this.delivery = { groupBy: "each", groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: resendMs };
    this.#line = new DeliveryLine({
      name,
      maxBatch: MAX_BATCH,
      keyOf: ({ fingerprint }) => fingerprint,
      deliver: (alerts, signal) => {
        const nowMs = now();
        const body = JSON.stringify(alerts.map((alert) => postableAlert(alert, { nowMs, validForMs, generatorUrl })));
        return post(send, { url, headers, body, signal });
      },
    }, options);
  }

  /** Puts its alerts in line. */
  notify({ alerts }: AlertNotification): void {
    for (const alert of alerts) this.#line.add(alert);
  }

  /** Waits until nothing waits to be delivered. */
  flush(options?: WaitOptions): Promise<void> {
    return this.#line.flush(options);
  }

  /** How its deliveries stand. */
  snapshot(): DeliverySnapshot {
    return this.#line.snapshot();
  }

  /** Calls off what is under way; what waits is dropped. */
  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }
}

/** When and how an alert is sent. */
interface Posting {
  readonly nowMs: number;
  readonly validForMs: number;
  readonly generatorUrl: ((alert: Alert) => string) | undefined;
}

/** It refuses an alert that ends before it begins, as after a step of the clock. */
function postableAlert(alert: Alert, { nowMs, validForMs, generatorUrl }: Posting): object {
  const { state, labels, annotations, firedAtMs = nowMs, resolvedAtMs = nowMs } = alert;
  const endsMs = state === "firing" ? nowMs + validForMs : Math.min(resolvedAtMs, nowMs);
  return {
    labels,
    annotations,
    startsAt: new Date(Math.min(firedAtMs, nowMs, endsMs)).toISOString(),
    endsAt: new Date(endsMs).toISOString(),
    ...generatorUrl === undefined ? {} : { generatorURL: generatorUrl(alert) },
  };
}
