import { assert, assertEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { acceptedFormat, acceptsGzip } from "./accepted_format.ts";
import { metricsHandler } from "./metrics_handler.ts";
import { Registry } from "./registry.ts";

const PROMETHEUS_2 = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," +
  "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

Deno.test("acceptedFormat() answers what the header wants most, and text in doubt", () => {
  const cases: readonly (readonly [accept: string | null, format: string])[] = [
    [null, "prometheus"],
    ["", "prometheus"],
    ["*/*", "prometheus"],
    ["text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "prometheus"],
    [PROMETHEUS_2, "openmetrics"],
    ["application/openmetrics-text", "openmetrics"],
    ['Application/OpenMetrics-Text; Version="1.0.0"; q=0.3, text/plain; q=0.2', "openmetrics"],
    ["application/openmetrics-text;q=0.2,text/plain;q=0.3", "prometheus"],
    ["application/openmetrics-text;q=0", "prometheus"],
    ["application/openmetrics-text;version=2.0.0", "prometheus"],
    ["application/json", "prometheus"],
    ["application/openmetrics-text;q=rubbish", "prometheus"],
    [`${PROTOBUF},${PROMETHEUS_2}`, "protobuf"],
    [`${PROMETHEUS_2},${PROTOBUF};q=0.9`, "openmetrics"],
    [`text/plain;q=0.5,${PROTOBUF};q=0.6`, "protobuf"],
    [`text/plain;q=0.6,${PROTOBUF};q=0.5`, "prometheus"],
    [`*/*,${PROTOBUF}`, "protobuf"], // what is named goes before what a range has
    [`*/*;q=0.9,${PROTOBUF};q=0.8`, "prometheus"],
    [`*/*;q=0.9,text/*;q=0.1,${PROTOBUF};q=0.8`, "protobuf"], // the narrower range is what counts
    [`text/plain;q=0.1,*/*,${PROTOBUF};q=0.2`, "protobuf"],
    [`${PROTOBUF};q=0`, "prometheus"],
    ["application/vnd.google.protobuf", "prometheus"],
    [PROTOBUF.replace("delimited", "text"), "prometheus"],
    [PROTOBUF.replace("MetricFamily", "Metric"), "prometheus"],
  ];
  for (const [accept, format] of cases) assertEquals(acceptedFormat(accept).format, format, String(accept));
  assertEquals(["gzip", "br, gzip;q=0.5", "*", "gzip;q=0, *", "br", null].map(acceptsGzip), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("metricsHandler() serves all formats, compressed if wanted, and refuses other methods", async () => {
  const registry = new Registry(), family = registry.counter({ name: "c_total", help: "C", labels: ["a"] });
  const handler = metricsHandler(registry);
  const get = (headers: Record<string, string>, method = "GET") =>
    handler(new Request("http://x/", { method, headers }));
  for (let a = 0; a < 200; a++) family.inc({ a: `${a}` });
  const text = await get({});
  assertEquals(text.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(await text.text(), registry.expose());
  const open = await get({ accept: PROMETHEUS_2, "accept-encoding": "gzip" });
  assertEquals(open.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  assertEquals(open.headers.get("content-encoding"), "gzip");
  assertEquals(
    await new Response(open.body?.pipeThrough(new DecompressionStream("gzip"))).text(),
    registry.expose("openmetrics"),
  );
  const binary = await get({ accept: PROTOBUF, "accept-encoding": "gzip" });
  assertEquals(binary.headers.get("content-type"), PROTOBUF.replaceAll(";", "; "));
  assertEquals(
    new Uint8Array(await new Response(binary.body?.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer()),
    registry.exposeProtobuf(),
  );
  const head = await get({}, "HEAD");
  assertEquals([head.status, head.body], [200, null]);
  const post = await get({}, "POST");
  assertEquals([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
  await post.body?.cancel();
});

Deno.test("metricsHandler() ends when its request is aborted, and rejects neither for that nor because a callback fails", async () => {
  const warnings: string[] = [];
  const registry = new Registry({ warn: (message) => warnings.push(message) });
  registry.observable({ type: "gauge", name: "good", help: "G", collect: () => Promise.resolve(1) });
  registry.observable({
    type: "gauge",
    name: "bad",
    help: "B",
    collect: () => Promise.reject<number>(new Error("boom")),
  });
  const handler = metricsHandler(registry);
  for (let time = 0; time < 2; time++) {
    const text = await (await handler(new Request("http://x/"))).text();
    assert(text.includes("good 1\n") && !text.includes("bad 1"));
  }
  assertEquals(warnings, ['Metric "bad" could not be measured: Error: boom; it has no series until it can']);
  assert(registry.expose().includes('failed_collections_total{metric="bad",reason="error"} 2\n'));
  const { promise, resolve } = Promise.withResolvers<number>();
  registry.observable({ type: "gauge", name: "hangs", help: "H", timeoutMs: 1e6, collect: () => promise });
  const abort = new AbortController(), answer = handler(new Request("http://x/", { signal: abort.signal }));
  abort.abort(new Error("gone"));
  assertEquals((await answer).status, 499);
  resolve(2);
  await registry.scrape();
  await nextTurn(); // the timer wheel puts its timer away
});

Deno.test("metricsHandler() gives Deno.serve nothing to complain of when readers hang up in mid-scrape", async () => {
  const registry = new Registry(), asked = Promise.withResolvers<void>(), measured = Promise.withResolvers<number>();
  registry.observable({
    type: "gauge",
    name: "slow",
    help: "S",
    collect: () => {
      asked.resolve();
      return measured.promise;
    },
  });
  const complaints: unknown[] = [], answered = Promise.withResolvers<number>(), handler = metricsHandler(registry);
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    onError: (error) => {
      complaints.push(error);
      return new Response(null, { status: 500 });
    },
  }, (request) => {
    const response = handler(request);
    answered.resolve(response.then(({ status }) => status));
    return response;
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  await connection.write(new TextEncoder().encode("GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n"));
  await asked.promise;
  connection.close();
  assertEquals(await answered.promise, 499);
  measured.resolve(1);
  await registry.scrape();
  await nextTurn(); // the timer wheel puts its timer away
  assertEquals(complaints, []);
});
