import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { EventBus } from "../events/event_bus.ts";
import { Registry } from "../metrics/registry.ts";
import type { RunEvents } from "../observe/run_events.ts";
import type { LiveUpdate } from "./live_feed.ts";
import { AddressInUseError, type DashboardOptions, serveDashboard } from "./serve_dashboard.ts";
import { REPORT_PLAN, tellRun } from "./testdata/sample_runs.ts";

const TOKEN = "0123456789abcdef-token";

/** The first update of a stream, which is left then. */
async function firstUpdate(url: string, headers: Record<string, string> = {}): Promise<LiveUpdate> {
  const response = await fetch(url, { headers });
  assertEquals([response.status, response.headers.get("content-type")], [200, "text/event-stream; charset=utf-8"]);
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes("\n\n")) break;
  }
  return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "null");
}

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.body?.cancel();
  return response.status;
}

Deno.test("serveDashboard serves a page that may run its own script and nothing else", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, events });
  assertMatch(dashboard.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const [one, other] = [await fetch(dashboard.url), await fetch(dashboard.url)];
  const policy = one.headers.get("content-security-policy") ?? "";
  const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
  const page = await one.text();
  assertMatch(
    policy,
    /^default-src 'none'; script-src 'nonce-[^' ]+'; style-src 'nonce-[^' ]+'; connect-src 'self'; img-src data:; /,
  );
  assertEquals(page.split(`nonce="${nonce}"`).length - 1, page.split(/<(?:script|style)/).length - 1);
  assert(!(await other.text()).includes(nonce), "a nonce is used once");
  for (
    const [header, value] of [["x-content-type-options", "nosniff"], ["referrer-policy", "no-referrer"], [
      "cache-control",
      "no-store",
    ]]
  ) {
    assertEquals(one.headers.get(header!), value);
  }
  assert(
    !/\son[a-z]+=|style="|https?:(?!\/\/www\.w3\.org)/.test(page),
    "no handlers, no styles in markup, no addresses",
  );
});

Deno.test("serveDashboard tells of the past that the bus has kept, then of what goes on", async () => {
  using events = new EventBus<RunEvents>({ replayCapacity: 100 });
  tellRun(events, "before");
  await using dashboard = serveDashboard({ port: 0, events, metrics: new Registry(), plans: { report: REPORT_PLAN } });
  tellRun(events, "after", { until: "join" });
  const { runs } = await firstUpdate(`${dashboard.url}events`);
  assertEquals(runs?.runs.map(({ name, status }) => `${name} ${status}`), ["before completed", "after running"]);
  assertEquals(runs?.agents.map(({ name, isLearnt }) => `${name} ${isLearnt}`), ["report false"]);
});

Deno.test("serveDashboard lets a page go on where it was, by header or address", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, events });
  tellRun(events, "first");
  const response = await fetch(`${dashboard.url}events`), reader = response.body!.getReader();
  const id = /^id: (.*)$/m.exec(new TextDecoder().decode((await reader.read()).value))?.[1] ?? "";
  await reader.cancel();
  tellRun(events, "second");
  for (
    const update of [
      await firstUpdate(`${dashboard.url}events`, { "last-event-id": id }),
      await firstUpdate(`${dashboard.url}events?since=${id}`),
    ]
  ) {
    assertEquals([update.isAll, update.runs?.runs.map(({ name }) => name)], [false, ["second"]]);
  }
});

Deno.test("serveDashboard answers nothing but its page and its stream, to nobody but its own page", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, events });
  const { url } = dashboard;
  assertEquals(await statusOf(`${url}other`), 404);
  assertEquals(await statusOf(url, { method: "POST", body: "x" }), 405);
  assertEquals(await statusOf(url, { method: "HEAD" }), 200);
  assertEquals(await statusOf(`${url}events`, { method: "HEAD" }), 200);
  assertEquals(await rawStatus(dashboard.port, "GET / HTTP/1.1\r\nHost: evil.example\r\n"), "421");
  assertEquals(
    await rawStatus(dashboard.port, "GET /events HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n"),
    "403",
  );
  assertEquals(
    await rawStatus(dashboard.port, "GET /events?token=x HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-site\r\n"),
    "403",
  );
});

/** The status of the answer to a request with headers that `fetch` does not let one choose. */
async function rawStatus(port: number, head: string): Promise<string | undefined> {
  using connection = await Deno.connect({ port });
  await connection.write(new TextEncoder().encode(`${head}Connection: close\r\n\r\n`));
  const buffer = new Uint8Array(64);
  await connection.read(buffer);
  return /^HTTP\/1\.1 (\d+)/.exec(new TextDecoder().decode(buffer))?.[1];
}

Deno.test("serveDashboard lets nobody in without the token, by page or by stream", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, hostname: "0.0.0.0", token: TOKEN, events });
  const url = `http://127.0.0.1:${dashboard.port}/`;
  for (const path of ["", "events", "other"]) assertEquals(await statusOf(url + path), 401);
  assertEquals((await firstUpdate(`${url}events`, { authorization: `Bearer ${TOKEN}` })).isAll, true);
  const exchange = await fetch(`${url}?token=${TOKEN}`, { redirect: "manual" });
  await exchange.body?.cancel();
  const cookie = exchange.headers.get("set-cookie")?.split(";")[0] ?? "";
  assertEquals(await statusOf(url, { headers: { cookie } }), 200);
  assertEquals((await firstUpdate(`${url}events`, { cookie })).isAll, true);
});

Deno.test("serveDashboard answers to the names it was given, as behind a proxy that passes Host on, to who has the token", async () => {
  using events = new EventBus<RunEvents>();
  const options = { port: 0, events, hosts: ["status.example.com"] };
  assertThrows(() => serveDashboard(options), TypeError, 'as "status.example.com" without a token');
  await using dashboard = serveDashboard({ ...options, token: TOKEN });
  const status = (host: string, path = "/") =>
    rawStatus(dashboard.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${TOKEN}\r\n`);
  assertEquals([await status("status.example.com"), await status("STATUS.example.com:443", "/other")], ["200", "404"]);
  assertEquals([await status("example.com"), await status("evil.status.example.com")], ["421", "421"]);
  assertEquals(await rawStatus(dashboard.port, "GET / HTTP/1.1\r\nHost: status.example.com\r\n"), "401");
});

Deno.test("serveDashboard refuses what cannot be", () => {
  using events = new EventBus<RunEvents>();
  const refuse = (options: Partial<DashboardOptions>, kind: typeof TypeError | typeof RangeError, text: string) =>
    assertStringIncludes(assertThrows(() => serveDashboard({ port: 0, events, ...options }), kind).message, text);
  for (const port of [-1, 65_536, 1.5, NaN]) {
    refuse({ port }, RangeError, `on port ${port}: expected an integer from 0 to 65535`);
  }
  for (const maxRuns of [0, 1_001, 1.5]) {
    refuse({ maxRuns }, RangeError, `wanted an integer from 1 to 1000, found ${maxRuns}`);
  }
  refuse({ hostname: "0.0.0.0" }, TypeError, 'on "0.0.0.0" without a token');
  refuse({ hostname: "" }, TypeError, "expected a hostname");
  refuse({ hosts: ["*.example.com"], token: TOKEN }, TypeError, 'as "*.example.com": expected a whole name');
  refuse({ token: "short" }, TypeError, "expected 16 to 512 visible ASCII characters");
  const reason = new Error("stopped before");
  assertEquals(assertThrows(() => serveDashboard({ port: 0, events, signal: AbortSignal.abort(reason) })), reason);
  assertEquals(events.snapshot().subscriptions, []);
});

Deno.test("serveDashboard says that a port is taken", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, events });
  const error = assertThrows(() => serveDashboard({ port: dashboard.port, events }), AddressInUseError);
  assertEquals(error.code, "address_in_use");
  assertStringIncludes(
    error.message,
    `port ${dashboard.port}: the port is taken; stop what listens there, or choose another port`,
  );
  assertEquals(events.snapshot().subscriptions.length, 1, "the one that did not start listens to nothing");
});

Deno.test("Dashboard.stop ends streams, listens to nothing any more, and may be called by the signal", async () => {
  using events = new EventBus<RunEvents>();
  const abort = new AbortController(), dashboard = serveDashboard({ port: 0, events, signal: abort.signal });
  const responses = [await fetch(`${dashboard.url}events`), await fetch(`${dashboard.url}events`)];
  assertEquals(dashboard.viewers, 2);
  abort.abort();
  await dashboard.finished;
  await dashboard.stop();
  for (const response of responses) await response.body?.pipeTo(new WritableStream()).catch(() => {}); // cut short or ended
  assertEquals([dashboard.viewers, events.snapshot().subscriptions.length], [0, 0]);
  await assertRejects(() => fetch(dashboard.url), TypeError);
});

Deno.test("Dashboard keeps nothing of a page that goes, or that reads nothing while the server stops", async () => {
  using events = new EventBus<RunEvents>();
  await using dashboard = serveDashboard({ port: 0, events });
  await firstUpdate(`${dashboard.url}events`);
  using stuck = await Deno.connect({ port: dashboard.port });
  await stuck.write(new TextEncoder().encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await stuck.read(new Uint8Array(16));
  for (let at = 0; dashboard.viewers > 1; at++) { // told by the system, in its own time
    tellRun(events, `r${at}`);
    await fetch(dashboard.url).then((response) => response.body?.cancel());
  }
  for (let at = 0; at < 500; at++) tellRun(events, `${at}${"x".repeat(150)}`);
});
