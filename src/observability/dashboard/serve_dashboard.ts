/**
 * A live view of runs, for a person.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../../coordination/abort_listeners.ts";
import { PuffinError } from "../../errors.ts";
import type { AlertManager } from "../alerts/alert_manager.ts";
import type { EventBus } from "../events/event_bus.ts";
import type { EventSubscription } from "../events/event_subscription.ts";
import type { MetricCatalogue } from "../metrics/metric_source.ts";
import type { RunEvents } from "../observe/run_events.ts";
import { Access, requireHosts, requireToken, securityHeaders, textResponse } from "./access.ts";
import type { DashboardPlan } from "./agent_graph.ts";
import { AlertBoard } from "./alert_board.ts";
import { LiveFeed } from "./live_feed.ts";
import { MetricHistory } from "./metric_history.ts";
import { dashboardPage } from "./page/page.ts";
import { RunHistory } from "./run_history.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** What is served, and where. */
export interface DashboardOptions {
  /** The port, from 0 to 65,535; 0 for one that is free, see {@linkcode Dashboard.port}. */
  readonly port: number;
  /** Where to listen. Default `"127.0.0.1"`, which no other machine can reach; anything but this machine's own needs a `token`. */
  readonly hostname?: string;
  /**
   * By which other names browsers call it, such as `"status.example.com"`: of a proxy that passes the `Host` header on, or in the
   * network's name service. Whole names, without a port. Requests by any other name than these, `hostname`, an IP address and
   * `localhost` are answered 421: otherwise any site could have a name of its own point here, and read the page with its visitors'
   * browsers (DNS rebinding). A name that is not this machine's own needs a `token`, wherever it listens. Default: none.
   */
  readonly hosts?: readonly string[];
  /**
   * What whoever looks must present, 16 to 512 visible ASCII characters: as `Authorization: Bearer`, or once as `?token=`, for which a
   * browser gets a cookie (`HttpOnly`, `SameSite=Strict`, good as long as this server runs) and the address without it. Nothing is encrypted
   * here: across a network use a tunnel, or a proxy that speaks TLS.
   */
  readonly token?: string;
  /** Where runs are told, as by `observe`. What its replay buffer has kept from before is shown, too. */
  readonly events: EventBus<RunEvents>;
  /** What is measured: a registry. While somebody looks it is read once a second, its callbacks included. */
  readonly metrics?: MetricCatalogue;
  /** What fires. While somebody looks, it is read when it changes, at most once a second. */
  readonly alerts?: AlertManager;
  /** The agents' graphs, by the agents' names: `{ etl: etl.plan }`. The graph of any other agent is learnt from what follows what. */
  readonly plans?: Readonly<Record<string, DashboardPlan>>;
  /** How many runs are kept: of more, the oldest that has ended is forgotten. From 1 to 1,000. Default 200. */
  readonly maxRuns?: number;
  /** Stops the server when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Thrown when another program, or another dashboard, listens there already. */
export class AddressInUseError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "address_in_use";

  /** Words the message. */
  constructor(hostname: string, port: number, options: ErrorOptions) {
    super(
      `Cannot serve the dashboard on ${hostname}, port ${port}: the port is taken; stop what listens there, or choose another ` +
        "port (0 for any that is free)",
      options,
    );
  }
}

/** A dashboard that is being served; disposing of it stops it. */
export class Dashboard implements AsyncDisposable, AbortListener {
  /** The port that it listens on. */
  readonly port: number;
  /** Its address, without the token. */
  readonly url: string;
  readonly #access: Access;
  readonly #feed: LiveFeed;
  readonly #subscription: EventSubscription;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #closing: AbortController;
  readonly #signal: AbortSignal | undefined;
  #stopped: Promise<void> | undefined = undefined;

  /** Made by {@linkcode serveDashboard}, which has checked the options. */
  constructor(options: DashboardOptions) {
    const { events, metrics, alerts, plans = {}, maxRuns = 200, port, token, signal } = options;
    const { hostname = "127.0.0.1", hosts = [] } = options;
    const runs = new RunHistory(maxRuns, new Map(Object.entries(plans)));
    this.#closing = new AbortController();
    this.#server = listen({ hostname, port, signal: this.#closing.signal }, (request) => this.#respond(request));
    this.port = this.#server.addr.port;
    this.url = `http://${
      hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname
    }:${this.port}/`;
    this.#access = new Access({ hostname, hosts: requireHosts(hosts), token, port: this.port });
    const feed = this.#feed = new LiveFeed({
      runs,
      metrics: metrics === undefined ? undefined : new MetricHistory(metrics),
      alerts: alerts === undefined ? undefined : new AlertBoard(alerts),
    });
    this.#subscription = events.onMatching("*", (event) => {
      runs.record(event);
      feed.changed();
    }, { since: 0 });
    this.#signal = signal;
    if (signal !== undefined) listenToAbort(signal, this);
  }

  /** How many pages look. */
  get viewers(): number {
    return this.#feed.viewers;
  }

  /** Settles when it has stopped. */
  get finished(): Promise<void> {
    return this.#server.finished;
  }

  /** Ends every page's stream and stops listening; leaves no timer and no listener. A second call waits for the first. */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  /** Called by the signal. */
  handleEvent(): void {
    void this.stop();
  }

  /** Stops it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    if (this.#signal !== undefined) ignoreAbort(this.#signal, this);
    this.#subscription[Symbol.dispose]();
    this.#feed[Symbol.dispose]();
    this.#closing.abort();
    await this.#server.finished;
  }

  #respond(request: Request): Response {
    const refusal = this.#access.refusal(request);
    if (refusal !== undefined) return refusal;
    switch (new URL(request.url).pathname) {
      case "/":
        return pageResponse(request.method);
      case "/events":
        return this.#events(request);
      default:
        return textResponse(404, "There is nothing here; the dashboard is at /");
    }
  }

  #events(request: Request): Response {
    const site = request.headers.get("sec-fetch-site") ?? "same-origin";
    if (site !== "same-origin" && site !== "none") {
      return textResponse(403, "Only the dashboard's own page may read this");
    }
    const headers = securityHeaders({ "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
    if (request.method === "HEAD") return new Response(null, { headers });
    const lastId = request.headers.get("last-event-id") ?? new URL(request.url).searchParams.get("since");
    const stream = this.#feed.open(lastId);
    return stream === undefined
      ? textResponse(503, "Too many pages look at this dashboard; close some", { "retry-after": "10" })
      : new Response(stream, { headers });
  }
}

/**
 * Serves a page that shows runs as they go: their states with attempts and times, the agent's graph, metrics and alerts.
 *
 * - **Who may look.** By default only this machine: `hostname` is `"127.0.0.1"`, and anything else needs a `token`, names in `hosts`
 *   included. Requests that name another host are refused (DNS rebinding), as is every method but GET and HEAD. The page changes nothing
 *   in the program; its content security policy lets it load nothing, and run nothing but its own script; all it shows is text.
 * - **What is kept.** The last `maxRuns` runs, of each state the last 24 attempts, of each agent 500 states; of the time in which
 *   somebody looks, three minutes of 1,000 series, of which each metric has its share; 200 alerts. More is counted, and the page says so.
 *   Long names and messages are cut.
 * - **What it costs.** Each event a few look-ups, and nothing else while nobody looks: no metric is read, and no timer runs. While somebody
 *   does, each second a look at the metrics, of which no more than the 1,000 series are read, and an update at most every 100 ms, written
 *   once for all pages. A page that is behind gets what it has missed as one update; one that takes nothing for 30 seconds is dropped.
 *   It comes back by itself, after a restart of the server, too, and is told what has changed meanwhile.
 * - Up to 32 pages look at once. It needs Deno's permission to listen (`--allow-net`), and reads no file.
 *
 * @throws {RangeError} If `port` or `maxRuns` is out of range.
 * @throws {TypeError} If an option is none; if others could reach the server and there is no token.
 * @throws {AddressInUseError} If the port is taken.
 * @throws The signal's reason, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EventBus, type RunEvents } from "../mod.ts";
 * import { serveDashboard } from "./serve_dashboard.ts";
 *
 * using events = new EventBus<RunEvents>({ replayCapacity: 1_000 });
 * await using dashboard = serveDashboard({ port: 0, events }); // to be opened in a browser: dashboard.url
 * const response = await fetch(dashboard.url);
 * assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
 * await response.body?.cancel();
 * ```
 */
export function serveDashboard(options: DashboardOptions): Dashboard {
  requireOptions("serve the dashboard", options, "pass at least { port, events }");
  const { port, hostname = "127.0.0.1", hosts = [], token, events, metrics, alerts, plans = {} } = options;
  const { maxRuns = 200, signal } = options;
  if (!(Number.isSafeInteger(port) && port >= 0 && port <= 65_535)) {
    throw new RangeError(
      `Cannot serve the dashboard on port ${
        String(port)
      }: expected an integer from 0 to 65535; pass 0 for one that is free`,
    );
  }
  if (typeof hostname !== "string" || hostname === "") {
    throw new TypeError('Cannot serve the dashboard: expected a hostname; leave it out for "127.0.0.1"');
  }
  requireToken(hostname, requireHosts(hosts), token);
  if (!(Number.isSafeInteger(maxRuns) && maxRuns >= 1 && maxRuns <= 1_000)) {
    throw new RangeError(
      `Cannot use maxRuns of the dashboard: wanted an integer from 1 to 1000, found ${String(maxRuns)}`,
    );
  }
  requireMethod("events", events, "onMatching", "an EventBus");
  if (metrics !== undefined) requireMethod("metrics", metrics, "metrics", "a Registry");
  if (alerts !== undefined) requireMethod("alerts", alerts, "silences", "an AlertManager");
  for (const [agent, plan] of Object.entries(plans)) {
    requireMethod(`plan of agent "${agent}"`, plan, "dependenciesOf", "an agent's plan");
  }
  signal?.throwIfAborted();
  return new Dashboard(options);
}

function pageResponse(method: string): Response {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
  const headers = securityHeaders({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy":
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; ` +
      "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  });
  return new Response(method === "HEAD" ? null : dashboardPage(nonce), { headers });
}

function listen(
  { hostname, port, signal }: { hostname: string; port: number; signal: AbortSignal },
  respond: (request: Request) => Response,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, signal, onListen() {} }, respond);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw new AddressInUseError(hostname, port, { cause: error });
    throw error;
  }
}

function requireMethod(option: string, value: unknown, method: string, wanted: string): void {
  if (typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function") return;
  throw new TypeError(`Cannot serve the dashboard with this ${option}: expected ${wanted}`);
}
