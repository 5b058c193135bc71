/**
 * Who may look.
 *
 * @module
 */

/** What decides who may look. */
export interface AccessOptions {
  /** Where the server listens. */
  readonly hostname: string;
  /** By which other names it is called, in small letters. */
  readonly hosts: readonly string[];
  /** What must be presented; without one, everyone may look who reaches the server. */
  readonly token: string | undefined;
  /** The server's port, which is part of the cookie's name: cookies of all ports of a host are one heap. */
  readonly port: number;
}

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Whether a name or address is this machine's own, which no other machine can reach. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || name === "[::1]" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

const NAME_PART = "[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?";
const HOST_NAME = new RegExp(`^${NAME_PART}(?:\\.${NAME_PART})*$`);

/**
 * Checks the names by which a server is called besides where it listens, and answers them as browsers send them: in small letters.
 *
 * @throws {TypeError} If one is no whole name, such as a pattern, an address with a scheme or a port, or a name that is not in ASCII.
 */
export function requireHosts(hosts: readonly string[]): readonly string[] {
  if (!Array.isArray(hosts)) {
    throw new TypeError(
      `Cannot serve the dashboard with these hosts: expected a list of names, found ${String(hosts)}`,
    );
  }
  return hosts.map((host: unknown) => {
    const name = typeof host === "string" ? host.toLowerCase() : "";
    if (name.length <= 253 && HOST_NAME.test(name)) return name;
    throw new TypeError(
      `Cannot serve the dashboard as ${
        JSON.stringify(host)
      }: expected a whole name such as "status.example.com", without a scheme, ` +
        'a port or "*", and of other alphabets the form that begins with "xn--"',
    );
  });
}

/**
 * Checks the token of a server.
 *
 * @throws {TypeError} If it is none, or too short to be safe from guessing, or missing where others can reach the server: where it
 * listens for others, or is called by a name that is not this machine's own, as behind a proxy.
 */
export function requireToken(hostname: string, hosts: readonly string[], token: string | undefined): void {
  const wanted = "expected 16 to 512 visible ASCII characters, such as crypto.randomUUID()";
  if (token === undefined) {
    const reachable = isLoopback(hostname) ? hosts.find((host) => !isLoopback(host)) : hostname;
    if (reachable === undefined) return;
    throw new TypeError(
      `Cannot serve the dashboard ${
        reachable === hostname ? "on" : "as"
      } "${reachable}" without a token: others can reach it there; ` +
        `give a token, ${wanted}, or leave out ${
          reachable === hostname ? 'hostname, which is "127.0.0.1" then' : "that name"
        }`,
    );
  }
  if (typeof token === "string" && /^[\x21-\x7e]{16,512}$/.test(token)) return;
  throw new TypeError(`Cannot serve the dashboard with this token: ${wanted}`); // which is not repeated: errors are logged
}

/** An answer that says no, or whatever else, as text; a browser may do nothing with it but show it. */
export function textResponse(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: securityHeaders({
      "content-type": "text/plain; charset=utf-8",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      ...headers,
    }),
  });
}

/** Headers for every answer. */
export function securityHeaders(more: Readonly<Record<string, string>>): Record<string, string> {
  return { ...SECURITY_HEADERS, ...more };
}

/**
 * Lets those look who may.
 *
 * - A request must name this server in `Host` as nobody else's domain can be called: by an IP address, `localhost`, or a name that it
 *   was given. So a page of another site whose name was made to point here gets nothing (DNS rebinding).
 * - With a token, a request must have it as `Authorization: Bearer`, or have the cookie that is given for `?token=`.
 */
export class Access {
  readonly #options: AccessOptions;
  /** Stands for the token in the cookie, so that who gets hold of that has it only as long as this server runs. */
  readonly #session = Array.from(
    crypto.getRandomValues(new Uint8Array(32)),
    (byte) => byte.toString(16).padStart(2, "0"),
  )
    .join("");

  /** The options have been checked. */
  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The answer to a request that may not go on; `undefined` if it may. */
  refusal(request: Request): Response | undefined {
    if (!this.#knowsHost(request.headers.get("host"))) {
      return textResponse(
        421,
        "This server does not go by that name: use an IP address, localhost, or a name it was given (hosts)",
      );
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return textResponse(405, "Only GET and HEAD", { allow: "GET, HEAD" });
    }
    const { token } = this.#options;
    if (token === undefined) return undefined;
    const given = new URL(request.url).searchParams.get("token");
    if (given !== null) return this.#exchange(given, token);
    const bearer = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined && isSameText(bearer, token)) return undefined;
    const cookie = cookieOf(request, this.#cookieName);
    if (cookie !== undefined && isSameText(cookie, this.#session)) return undefined;
    return textResponse(
      401,
      "This dashboard needs its token: add ?token=... to the address once, or send Authorization: Bearer ...",
      { "www-authenticate": "Bearer" },
    );
  }

  get #cookieName(): string {
    return `puffin_dashboard_${this.#options.port}`;
  }

  /** A cookie for the token, and an address without it, of which the browser's history keeps nothing. */
  #exchange(given: string, token: string): Response {
    if (!isSameText(given, token)) return textResponse(401, "This is not the dashboard's token");
    return textResponse(303, "Go on without the token in the address", {
      location: "/",
      "set-cookie": `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`,
    });
  }

  #knowsHost(host: string | null): boolean {
    if (host === null) return false;
    const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
    const { hostname, hosts } = this.#options;
    return isLoopback(name) || name === hostname.toLowerCase() || hosts.includes(name) ||
      /^\d{1,3}(\.\d{1,3}){3}$/.test(name) ||
      /^\[[\da-f:.]+\]$/.test(name);
  }
}

/** Compares in a time that depends on the length of what was given, and on nothing else. */
export function isSameText(given: string, wanted: string): boolean {
  const encoder = new TextEncoder(), found = encoder.encode(given), expected = encoder.encode(wanted);
  let difference = found.length ^ expected.length;
  for (let at = 0; at < found.length; at++) difference |= found[at]! ^ expected[at % expected.length]!;
  return difference === 0;
}

function cookieOf(request: Request, name: string): string | undefined {
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((each) => each.trim());
  return cookies.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}
