Deno.bench("Request with headers", () => {
  const request = new Request("http://localhost/path?x=1", { headers: { accept: "text/html" } });
  request.headers.get("accept");
});

Deno.bench("Response of JSON", async () => {
  await Response.json({ hello: "world" }).json();
});

Deno.bench("search parameters", () => {
  new URL("http://localhost/path?a=1&b=2").searchParams.get("b");
});
