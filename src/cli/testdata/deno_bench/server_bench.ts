// One request over a connection of its own; the server lives as long as the process.
let server: Deno.HttpServer<Deno.NetAddr> | undefined;

Deno.bench({
  name: "request over loopback",
  permissions: { net: ["127.0.0.1"] },
  async fn(b) {
    server ??= Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("ok"));
    server.unref();
    b.start();
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
    await response.text();
    b.end();
  },
});
