/** A Prometheus server of Debian's, for one test. */
import { join } from "@std/path";
import { setTimeout as delay } from "node:timers/promises";

const PROGRAM = "prometheus";

/** Whether it is installed. */
export function hasPrometheus(): boolean {
  try {
    return new Deno.Command(PROGRAM, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** One series of an answer. */
export interface QueriedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [timeS: number, value: string];
}

/** A server that scrapes one target, with a folder of its own. */
export class RealPrometheus implements AsyncDisposable {
  private constructor(readonly url: string, readonly folder: string, readonly child: Deno.ChildProcess) {}

  /** Starts one that scrapes `target`, such as `127.0.0.1:9464`. */
  static async start(target: string, scrapeIntervalMs: number): Promise<RealPrometheus> {
    const folder = await Deno.makeTempDir(),
      address = `127.0.0.1:${freePort()}`,
      config = join(folder, "prometheus.yml");
    await Deno.writeTextFile(
      config,
      `global:\n  scrape_interval: ${scrapeIntervalMs}ms\n  scrape_timeout: ${scrapeIntervalMs}ms\n` +
        `scrape_configs:\n  - job_name: puffinflow\n    static_configs:\n      - targets: ["${target}"]\n`,
    );
    const child = new Deno.Command(PROGRAM, {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${address}`,
        "--log.level=error",
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new RealPrometheus(`http://${address}`, folder, child);
  }

  /** What a query answers now; `undefined` while the server does not answer at all. Throws what the server finds wrong with it. */
  async query(expression: string): Promise<readonly QueriedSeries[] | undefined> {
    const body = new URLSearchParams({ query: expression });
    const response = await fetch(`${this.url}/api/v1/query`, { method: "POST", body }).catch(() => undefined);
    if (response === undefined || response.status === 503) return void await response?.body?.cancel();
    const answer: { readonly error?: string; readonly data?: { readonly result: readonly QueriedSeries[] } } =
      await response.json();
    if (answer.data === undefined) throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Asks again until the answer is not `undefined`. */
export async function untilDefined<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const signal = AbortSignal.timeout(60_000);; signal.throwIfAborted()) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(50);
  }
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}
