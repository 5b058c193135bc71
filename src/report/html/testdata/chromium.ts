/**
 * The process of a real browser.
 *
 * @module
 */

import puppeteer, { type Browser, type ConnectionTransport } from "puppeteer-core";

/** Names of its program: the one without windows, which takes half as long for a page, first. */
const PROGRAMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium; undefined where there is none. */
export const CHROMIUM: string | undefined = PROGRAMS.map(whereIs).find((path) => path !== undefined);

/** Most of what it would do beside a page, no page of a test lives long enough to gain from: no compiler that optimises, no further process. */
const FLAGS = [
  "--js-flags=--no-opt --no-maglev --single-threaded",
  "--in-process-gpu",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-component-update",
  "--remote-debugging-port=0",
];

/** One that runs until it is disposed of, with a fresh profile, and asks the network for nothing. */
export class Chromium implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #profile: string;
  #endpoint = "";

  private constructor(child: Deno.ChildProcess, profile: string) {
    this.#child = child;
    this.#profile = profile;
  }

  /** Starts one; nothing of this process waits for it then. */
  static async start(): Promise<Chromium> {
    const profile = await Deno.makeTempDir({ prefix: "puffin-chromium-" });
    const child = new Deno.Command(CHROMIUM ?? "chromium", {
      args: await puppeteer.defaultArgs({ headless: true, userDataDir: profile, args: FLAGS }),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const chromium = new Chromium(child, profile);
    try {
      chromium.#endpoint = await endpointIn(child.stderr);
      return chromium;
    } catch (error) {
      await chromium.#ended();
      throw error;
    }
  }

  /** Runs `use` with a connection of its own; nothing of that is left afterwards. */
  async connected(use: (browser: Browser) => Promise<void>): Promise<void> {
    const { transport, closed } = await openTransport(this.#endpoint);
    const browser = await puppeteer.connect({ transport, defaultViewport: null });
    try {
      await use(browser);
    } finally {
      await browser.disconnect();
      await closed;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connected((browser) => browser.close()); // killed, it leaves processes that still write to its profile
    await this.#ended();
  }

  async #ended(): Promise<void> {
    await this.#child.status;
    await Deno.remove(this.#profile, { recursive: true });
  }
}

/** Where it says that it listens; what else it says is lost. */
async function endpointIn(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let said = "";
  for await (const text of stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    const [, endpoint] = said.match(/^DevTools listening on (ws:\S+)\n/m) ?? [];
    if (endpoint !== undefined) return endpoint;
  }
  throw new Error(`Cannot start Chromium: ${said}`);
}

/** Puppeteer's own returns before its socket is closed, which is a leak to the test that it was opened in. */
function openTransport(
  url: string,
): Promise<{ readonly transport: ConnectionTransport; readonly closed: Promise<void> }> {
  const socket = new WebSocket(url);
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>();
  const transport: ConnectionTransport = { send: (message) => socket.send(message), close: () => socket.close() };
  socket.onmessage = ({ data }) => transport.onmessage?.(data);
  socket.onclose = () => {
    transport.onclose?.();
    resolveClosed();
  };
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve({ transport, closed });
    socket.onerror = reject;
  });
}

/** The path of a program, or undefined. */
function whereIs(program: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  return folders.map((folder) => `${folder}/${program}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}
