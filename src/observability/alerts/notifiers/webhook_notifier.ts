/**
 * Alerts for any program that takes requests.
 *
 * @module
 */

import type { WaitOptions } from "../../../coordination/waiter.ts";
import type { Alert, AlertNotification, Notifier } from "../alert.ts";
import { commonLabels } from "../labels.ts";
import { DeliveryLine, type DeliverySettings, type DeliverySnapshot } from "./delivery_line.ts";
import { post, requireHttpUrl, type SendRequest } from "./http_post.ts";
import { secretBytes, signatureHeaders } from "./webhook_signature.ts";
import { requireOptions } from "../../../coordination/require_options.ts";

/** Where notifications are posted, and how. */
export interface WebhookOptions extends DeliverySettings<AlertNotification> {
  /** Where. */
  readonly url: string | URL;
  /** What people call it. Default `"webhook"`. */
  readonly name?: string;
  /** Signs each message; at least 16 bytes, as base64 after `whsec_` or as text. By default nothing is signed. */
  readonly secret?: string;
  /** Headers besides, as for `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends requests. Default `fetch`. */
  readonly fetch?: SendRequest;
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Posts notifications as JSON, in the form of Alertmanager's webhooks (version 4), so that what takes those takes these; `value` is added
 * to each alert (`null` if it is no finite number).
 *
 * They are delivered in order, one at a time, at least once: a receiver that gets one twice sees the same `webhook-id`. With a secret each
 * is signed as https://www.standardwebhooks.com has it, anew for each try, with the time of that; see {@linkcode verifyWebhook}. Nobody
 * waits for it: a receiver that hangs or fails has `maxQueue` notifications wait, and what gives way or fails for good is counted, told
 * and kept as a dead letter.
 */
export class WebhookNotifier implements Notifier, Disposable {
  /** What people call it. */
  readonly name: string;
  readonly #line: DeliveryLine<AlertNotification>;

  /**
   * Sends nothing yet.
   *
   * @throws {TypeError} If the URL or the secret is none.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options: WebhookOptions) {
    requireOptions("notify a webhook", options, "pass at least { url }");
    const { name = "webhook", headers = {}, fetch: send = (request: Request) => fetch(request), now = Date.now } =
      options;
    const url = requireHttpUrl(`webhook "${name}"`, options.url);
    const secret = options.secret === undefined ? undefined : secretBytes(options.secret);
    this.name = name;
    this.#line = new DeliveryLine({
      name,
      maxBatch: 1,
      deliver: async ([notification], signal) => {
        if (notification === undefined) return;
        const body = JSON.stringify(webhookBody(notification));
        const signed = secret === undefined
          ? {}
          : await signatureHeaders(secret, notification.id, { body, nowMs: now() });
        await post(send, { url, headers: { ...headers, ...signed }, body, signal });
      },
    }, options);
  }

  /** Puts it in line. */
  notify(notification: AlertNotification): void {
    this.#line.add(notification);
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

function webhookBody({ receiver, status, groupLabels, commonLabels: common, alerts }: AlertNotification): object {
  return {
    version: "4",
    groupKey: `{}:${JSON.stringify(groupLabels)}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels,
    commonLabels: common,
    commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
    externalURL: "",
    alerts: alerts.map(webhookAlert),
  };
}

function webhookAlert({ state, labels, annotations, fingerprint, firedAtMs, resolvedAtMs, value }: Alert): object {
  return {
    status: state === "firing" ? "firing" : "resolved",
    labels,
    annotations,
    startsAt: new Date(firedAtMs ?? 0).toISOString(),
    endsAt: resolvedAtMs === undefined ? "0001-01-01T00:00:00Z" : new Date(resolvedAtMs).toISOString(), // Go's zero: not yet
    generatorURL: "",
    fingerprint,
    value,
  };
}
