import { assert, assertEquals, assertThrows } from "@std/assert";
import { Access, isLoopback, isSameText, requireHosts, requireToken } from "./access.ts";

const TOKEN = "0123456789abcdef-token";

/** The status of the answer that refuses; `undefined` if nothing does. */
function refused(
  access: Access,
  headers: Record<string, string> = {},
  { path = "/", method = "GET" } = {},
): Response | undefined {
  return access.refusal(
    new Request(`http://127.0.0.1:9000${path}`, { method, headers: { host: "127.0.0.1:9000", ...headers } }),
  );
}

Deno.test("isLoopback knows the names of this machine, and none that only look so", () => {
  for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1", "[::1]", "app.localhost"]) {
    assert(isLoopback(name), name);
  }
  for (
    const name of ["0.0.0.0", "::", "192.168.0.1", "127.0.0.1.example.com", "localhost.example.com", "1127.0.0.1", ""]
  ) {
    assert(!isLoopback(name), name);
  }
});

Deno.test("requireToken wants a token where others can reach the server, and one that cannot be guessed", () => {
  requireToken("127.0.0.1", ["app.localhost"], undefined);
  requireToken("0.0.0.0", [], TOKEN);
  assertThrows(() => requireToken("0.0.0.0", [], undefined), TypeError, 'on "0.0.0.0" without a token');
  requireToken("127.0.0.1", ["status.example.com"], TOKEN);
  const behindProxy = () => requireToken("127.0.0.1", ["localhost", "status.example.com"], undefined);
  assertThrows(behindProxy, TypeError, 'as "status.example.com" without a token: others can reach it there');
  for (const token of ["", "short", "with a space in it.", "x".repeat(513), "umlaut-äääääääääääää"]) {
    const error = assertThrows(
      () => requireToken("127.0.0.1", [], token),
      TypeError,
      "expected 16 to 512 visible ASCII",
    );
    assert(token === "" || !error.message.includes(token), "a token is not told to logs");
  }
});

Deno.test("requireHosts wants whole names", () => {
  const names = ["status.example.com", "a", "my_app", "xn--bcher-kva.example", "10.0.0.7"];
  assertEquals(requireHosts([...names, "Status.EXAMPLE.com"]), [...names, "status.example.com"]);
  for (
    const host of [
      "",
      "*",
      "*.example.com",
      "https://status.example.com",
      "status.example.com:443",
      "status.example.com/",
      "status.example.com.",
      ".example.com",
      "-a.example",
      "a b",
      "bücher.example",
      "x".repeat(64),
      `${"a.".repeat(127)}a`,
      "a@b",
      "[::1]",
    ]
  ) {
    assertThrows(() => requireHosts([host]), TypeError, `as ${JSON.stringify(host)}: expected a whole name`);
  }
});

Deno.test("isSameText compares texts of any length", () => {
  assert(isSameText(TOKEN, TOKEN));
  for (const other of ["", TOKEN.slice(1), TOKEN + TOKEN, `${TOKEN}x`, TOKEN.replace("t", "T")]) {
    assert(!isSameText(other, TOKEN), other);
  }
});

Deno.test("Access refuses requests that name another host", () => {
  const access = new Access({ hostname: "dash.example", hosts: ["status.example.com"], token: undefined, port: 9000 });
  const hosts = [
    "127.0.0.1:9000",
    "localhost",
    "[::1]:9000",
    "192.168.0.7:80",
    "dash.example:9000",
    "DASH.example",
    "status.example.com",
    "Status.Example.com:443",
  ];
  for (const host of hosts) assertEquals(refused(access, { host })?.status, undefined, host);
  for (
    const host of [
      "evil.example",
      "evil.example:9000",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "dash.example.evil",
      "example.com",
      "x.status.example.com",
      "status.example.com.evil.example",
      "x@127.0.0.1",
      "",
    ]
  ) {
    assertEquals(refused(access, { host })?.status, 421, host);
  }
});

Deno.test("Access refuses every method but GET and HEAD", () => {
  const access = new Access({ hostname: "127.0.0.1", hosts: [], token: undefined, port: 9000 });
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const response = refused(access, {}, { method });
    assertEquals([response?.status, response?.headers.get("allow")], [405, "GET, HEAD"]);
  }
  assertEquals(refused(access, {}, { method: "HEAD" }), undefined);
});

Deno.test("Access lets in by token, and by the cookie that is given for it", () => {
  const access = new Access({ hostname: "0.0.0.0", hosts: [], token: TOKEN, port: 9000 });
  const wrong = [{}, { authorization: "Bearer " }, { authorization: `Basic ${TOKEN}` }, {
    authorization: `Bearer ${TOKEN}x`,
  }, {
    cookie: `puffin_dashboard_9000=${TOKEN}`,
  }, { cookie: "puffin_dashboard_9000=" }];
  for (const headers of wrong) assertEquals(refused(access, headers)?.status, 401, JSON.stringify(headers));
  assertEquals(refused(access, { authorization: `bearer ${TOKEN}` }), undefined);
  assertEquals(refused(access, {}, { path: "/?token=wrong" })?.status, 401);

  const exchanged = refused(access, {}, { path: `/?token=${TOKEN}` });
  assertEquals([exchanged?.status, exchanged?.headers.get("location")], [303, "/"]);
  const cookie = exchanged?.headers.get("set-cookie") ?? "", [pair = "", ...attributes] = cookie.split("; ");
  assertEquals(attributes, ["HttpOnly", "SameSite=Strict", "Path=/"]);
  assert(!cookie.includes(TOKEN), "the cookie is not the token");
  assertEquals(refused(access, { cookie: `other=1; ${pair}` }), undefined);
  const restarted = new Access({ hostname: "0.0.0.0", hosts: [], token: TOKEN, port: 9000 });
  assertEquals(refused(restarted, { cookie: pair })?.status, 401, "a cookie is good for one server");
});

Deno.test("Access has every refusal be text that may do nothing", async () => {
  const response = refused(new Access({ hostname: "0.0.0.0", hosts: [], token: TOKEN, port: 9000 }));
  assert((await response?.text())?.startsWith("This dashboard needs its token"));
  assertEquals(response?.headers.get("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
  assertEquals(response?.headers.get("x-content-type-options"), "nosniff");
  assertEquals(response?.headers.get("www-authenticate"), "Bearer");
});
