import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createHmac } from "node:crypto";
import { DeadLetterQueue } from "../../../reliability/mod.ts";
import { settle, withFakeTime } from "../../../reliability/testdata/fake_time.ts";
import type { Alert, AlertNotification } from "../alert.ts";
import { AlertManager } from "../alert_manager.ts";
import { sourceOf } from "../testdata/fake_metrics.ts";
import { AlertmanagerNotifier } from "./alertmanager_notifier.ts";
import { ConsoleNotifier } from "./console_notifier.ts";
import type { UndeliveredItem } from "./delivery_line.ts";
import { WebhookNotifier } from "./webhook_notifier.ts";
import { verifyWebhook } from "./webhook_signature.ts";

const URL_OF_NOBODY = "http://127.0.0.1:9/hook";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

function alertOf(name: string, more: Partial<Alert> = {}): Alert {
  return {
    name,
    fingerprint: name,
    state: "firing",
    severity: "warning",
    labels: { alertname: name, severity: "warning" },
    annotations: {},
    value: 7,
    activeSinceMs: 1.7e12,
    firedAtMs: 1.7e12,
    resolvedAtMs: undefined,
    ...more,
  };
}

function notificationOf(name: string, more: Partial<Alert> = {}): AlertNotification {
  const alert = alertOf(name, more);
  return {
    id: `id of ${name}`,
    receiver: "webhook",
    status: "firing",
    groupLabels: {},
    commonLabels: alert.labels,
    alerts: [alert],
  };
}

/** Answers each request by the next of these; what it was sent. */
function scripted(...answers: (() => Promise<Response> | Response)[]) {
  const requests: { headers: Headers; body: string; url: string }[] = [];
  const send = async (request: Request): Promise<Response> => {
    requests.push({ headers: request.headers, body: await request.text(), url: request.url });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer === undefined ? new Response() : await answer();
  };
  return { requests, send };
}

Deno.test("WebhookNotifier posts what Alertmanager's webhooks would, signed as Standard Webhooks are", async () => {
  const { requests, send } = scripted();
  using webhook = new WebhookNotifier({
    url: URL_OF_NOBODY,
    secret: SECRET,
    fetch: send,
    now: () => 1.7e12,
    headers: { "x-a": "b" },
  });
  webhook.notify(
    notificationOf("Full", { value: NaN, resolvedAtMs: 1.7e12 + 1, state: "resolved", annotations: { text: "é" } }),
  );
  await webhook.flush();
  const [request] = requests;
  assert(request !== undefined);
  assertEquals(JSON.parse(request.body).alerts, [{
    status: "resolved",
    labels: { alertname: "Full", severity: "warning" },
    annotations: { text: "é" },
    startsAt: "2023-11-14T22:13:20.000Z",
    endsAt: "2023-11-14T22:13:20.001Z",
    generatorURL: "",
    fingerprint: "Full",
    value: null,
  }]);
  const key = Uint8Array.fromBase64(SECRET.slice(6));
  const expected = createHmac("sha256", key).update(`id of Full.1700000000.${request.body}`).digest("base64");
  assertEquals(request.headers.get("webhook-signature"), `v1,${expected}`);
  assertEquals([request.headers.get("x-a"), request.headers.get("webhook-id")], ["b", "id of Full"]);
  const verify = (change: { body?: string; headers?: Headers; now?: () => number; secret?: string }) =>
    verifyWebhook(change.secret ?? SECRET, { ...request, now: () => 1.7e12 + 299_000, ...change });
  const altered = (name: string, value: string) => {
    const headers = new Headers(request.headers);
    headers.set(name, value);
    return headers;
  };
  assertEquals(await verify({}), true);
  assertEquals(
    await verify({ headers: altered("webhook-signature", `v1,AAAA v2,x v1,${expected}`) }),
    true,
    "keys are rotated",
  );
  for (
    const change of [
      { body: request.body + " " },
      { now: () => 1.7e12 + 301_000 },
      { now: () => 1.7e12 - 301_000 },
      { headers: altered("webhook-timestamp", "1700000001") },
      { headers: altered("webhook-timestamp", "NaN") },
      { headers: altered("webhook-id", "other") },
      { headers: altered("webhook-signature", "v1,%%%") },
      { headers: new Headers() },
      { secret: "another secret of 16 bytes" },
    ]
  ) assertEquals(await verify(change), false, JSON.stringify(change));
});

Deno.test("WebhookNotifier retries what may pass, in order, with the same id; what is refused for good is a dead letter", () =>
  withFakeTime(async (tick) => {
    const { requests, send } = scripted(
      () => new Response("oh", { status: 500 }),
      () => {
        throw new TypeError("connection reset");
      },
      () => new Response("slow down", { status: 429, headers: { "retry-after": "7" } }),
      () => new Response(),
      () => new Response("what is that?", { status: 400 }),
      () => new Response(null, { status: 302, headers: { location: "http://other/" } }),
      () => new Response(),
    );
    const deadLetters = new DeadLetterQueue<AlertNotification>(), undelivered: string[] = [];
    using webhook = new WebhookNotifier({
      url: URL_OF_NOBODY,
      fetch: send,
      deadLetters,
      retry: { maxRetries: 5, initialDelayMs: 1_000, jitter: false },
      onUndelivered: ({ item, reason }) => {
        undelivered.push(`${item.id} ${reason}`);
        throw new Error("whatever it throws");
      },
    });
    for (const name of ["a", "b", "c", "d"]) webhook.notify(notificationOf(name));
    await tick(0);
    for (const ms of [1_001, 2_001, 6_000]) await tick(ms);
    assertEquals(requests.length, 3, "as long as it has asked for");
    await tick(2_000);
    await settle();
    await webhook.flush();
    assertEquals(requests.map(({ body }) => JSON.parse(body).alerts[0].fingerprint).join(""), "aaaabcd");
    assertEquals(webhook.snapshot(), { queued: 0, delivered: 2, replaced: 0, failed: 2, dropped: 0, failedTries: 5 });
    assertEquals(undelivered, ["id of b failed", "id of c failed"]);
    assertEquals(deadLetters.list().map(({ source, error, attempts }) => [source, error.code, attempts]), [
      ["webhook", "receiver_refused", 1],
      ["webhook", "receiver_refused", 1],
    ]);
    assert(deadLetters.list()[0]?.error.message.includes('answers 400, "what is that?"'));
  }));

Deno.test("WebhookNotifier holds so much for a receiver that hangs, and tells of the oldest that give way", () =>
  withFakeTime(async (tick) => {
    const lost: UndeliveredItem<AlertNotification>[] = [];
    using webhook = new WebhookNotifier({
      url: URL_OF_NOBODY,
      fetch: () => new Promise(() => {}), // not even its signal ends it
      maxQueue: 3,
      timeoutMs: 100,
      retry: { maxRetries: 1, initialDelayMs: 10, jitter: false },
      onUndelivered: (one) => lost.push(one),
    });
    webhook.notify(notificationOf("first"));
    await tick(0);
    for (let each = 0; each < 10; each++) webhook.notify(notificationOf(`${each}`));
    assertEquals(
      lost.map(({ item, reason }) => `${item.alerts[0]?.name} ${reason}`).join(),
      "0 full,1 full,2 full,3 full,4 full,5 full,6 full",
    );
    assertEquals(webhook.snapshot().queued, 4);
    for (const ms of [101, 12, 101]) await tick(ms);
    assertEquals(lost.at(-1)?.reason, "failed");
    const abort = new AbortController(), flushed = webhook.flush(abort).catch((reason) => reason);
    abort.abort("enough");
    assertEquals(await flushed, "enough");
    webhook[Symbol.dispose]();
    await settle();
    webhook.notify(notificationOf("late"));
    assertEquals(lost.slice(-3).map(({ reason }) => reason).join(), "stopped,stopped,stopped");
    assertEquals(webhook.snapshot(), { queued: 0, delivered: 0, replaced: 0, failed: 1, dropped: 11, failedTries: 3 });
  }));

Deno.test("WebhookNotifier gets along with real receivers that answer rubbish, or close before or amid their answer", async () => {
  const answers = [
    "rubbish\r\n\r\n",
    "HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nhalf of",
    "",
    "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of",
  ];
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let taken = 0;
  const served = (async () => {
    for (const answer of answers) {
      const connection = await listener.accept();
      await connection.read(new Uint8Array(65_536));
      await connection.write(new TextEncoder().encode(answer));
      connection.close();
      taken++;
    }
  })();
  using webhook = new WebhookNotifier({
    url: `http://127.0.0.1:${listener.addr.port}/`,
    retry: { maxRetries: 9, initialDelayMs: 1 },
  });
  webhook.notify(notificationOf("a"));
  await webhook.flush();
  await served;
  listener.close();
  const { delivered, failed } = webhook.snapshot();
  assertEquals(
    { delivered, failed, taken },
    { delivered: 1, failed: 0, taken: 4 },
    "once each, by ours or by fetch's own retry",
  );
});

Deno.test("AlertmanagerNotifier sends alerts at once, again before they end there, and their last state only", () =>
  withFakeTime(async (tick) => {
    const { requests, send } = scripted();
    let wallMs = 1.7e12;
    using notifier = new AlertmanagerNotifier({
      url: "http://127.0.0.1:9093/prefix/",
      fetch: send,
      resendMs: 60_000,
      now: () => wallMs,
      generatorUrl: ({ name }) => `http://here/${name}`,
    });
    using alerts = new AlertManager({ source: sourceOf(), notifiers: [notifier], now: () => wallMs });
    const pass = async (ms: number) => {
      wallMs += ms;
      await tick(ms);
      await settle();
      return requests.splice(0).map(({ body }) =>
        JSON.parse(body).map((
          { labels, startsAt, endsAt }: { labels: Record<string, string>; startsAt: string; endsAt: string },
        ) => [
          labels["alertname"],
          Date.parse(startsAt) - wallMs,
          Date.parse(endsAt) - wallMs,
        ])
      );
    };
    alerts.trigger("Full", { severity: "critical" });
    alerts.trigger("Brief");
    alerts.trigger("Slow");
    assertEquals(await pass(10), [[["Full", -10, 240_000], ["Brief", -10, 240_000], ["Slow", -10, 240_000]]]);
    alerts.resolve("Brief");
    assertEquals(await pass(10), [[["Brief", -20, -10]]]);
    assertEquals(await pass(50_000), []);
    assertEquals((await pass(11_000)).flat().map(([name]) => name), ["Full", "Slow"]);
    wallMs -= 86_400_000;
    const [[[, startsMs, endsMs]]] = await pass(61_000);
    assert(
      startsMs < 0 && startsMs > -600_000 && endsMs === 240_000,
      "after a step of a day nothing ends before it begins",
    );
    notifier.notify(notificationOf("Twice"));
    notifier.notify(notificationOf("Twice", { state: "resolved", resolvedAtMs: wallMs }));
    assertEquals((await pass(1)).flat().length, 1);
    assertEquals(notifier.snapshot().replaced, 1);
    notifier.notify(
      notificationOf("Ahead", { state: "resolved", firedAtMs: wallMs + 1e6, resolvedAtMs: wallMs + 2e6 }),
    );
    assertEquals(await pass(0), [[["Ahead", 0, 0]]], "of a clock that was set back since");
    assertEquals(requests.length, 0);
  }));

Deno.test("ConsoleNotifier prints a line an alert, whatever is in its labels", () => {
  const lines: string[] = [];
  new ConsoleNotifier({ write: (line) => lines.push(line) }).notify(notificationOf("Full", {
    labels: { alertname: "Full", severity: "critical", disk: 'a"\n\x1b[2J' },
    severity: "critical",
    annotations: { text: "at 99 %\u202e\r\n", more: "look" },
  }));
  assertEquals(lines, [
    '2023-11-14T22:13:20.000Z FIRING critical Full disk="a\\"\\n\\u001b[2J" value=7 at 99 %\\u202e\\u000d\\u000a; look',
  ]);
});

Deno.test("ConsoleNotifier counts a line that cannot be printed, prints the others, and then throws", () => {
  const lines: string[] = [], full = new Error("No space left on device");
  const notifier = new ConsoleNotifier({
    write: (line) => {
      if (line.includes("First")) throw full;
      lines.push(line);
    },
  });
  const alerts = [alertOf("First"), alertOf("Second")];
  assertThrows(() => notifier.notify({ ...notificationOf("First"), alerts }), Error, full.message);
  assertEquals([lines.length, notifier.dropped], [1, 1]);
});

Deno.test("Notifiers refuse addresses, secrets and settings that are none", async () => {
  assertThrows(() => new WebhookNotifier({ url: "ftp://a" }), TypeError, 'at "ftp://a": expected a URL of http');
  assertThrows(() => new WebhookNotifier({ url: "nowhere" }), TypeError, '"nowhere"');
  assertThrows(() => new WebhookNotifier({ url: URL_OF_NOBODY, secret: "short" }), TypeError, "at least 16 bytes");
  assertThrows(() => new WebhookNotifier({ url: URL_OF_NOBODY, secret: "whsec_%" }), TypeError, "at least 16 bytes");
  assertThrows(() => new WebhookNotifier({ url: URL_OF_NOBODY, maxQueue: 0 }), RangeError, "maxQueue");
  assertThrows(() => new WebhookNotifier({ url: URL_OF_NOBODY, timeoutMs: 0 }), RangeError, "timeoutMs");
  assertThrows(() => new AlertmanagerNotifier({ url: "x" }), TypeError, "Alertmanager");
  assertThrows(
    () => new AlertmanagerNotifier({ url: URL_OF_NOBODY, resendMs: 5, validForMs: 5 }),
    RangeError,
    "more than resendMs, 5",
  );
  await assertRejects(() => verifyWebhook("short", { headers: new Headers(), body: "" }), TypeError);
});
