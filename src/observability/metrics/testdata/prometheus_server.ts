/**
 * A real Prometheus of a test's own: Debian's package, on the loopback, with a folder that goes with it.
 *
 * @module
 */

import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../../testdata/free_port.ts";

const TIMEOUT_MS = 60_000;

/** Between two questions, of which there are many in the 5 s before the first scrape. */
const POLL_MS = 250;

const querySchema = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

const exemplarsSchema = z.object({
  data: z.array(z.object({
    seriesLabels: z.record(z.string(), z.string()),
    exemplars: z.array(z.object({ labels: z.record(z.string(), z.string()), value: z.string() })),
  })),
});

/** A series as Prometheus answers it; the value is a text, since JSON has no NaN. */
export type AnsweredSeries = z.infer<typeof querySchema>["data"]["result"][number];

/** Whether Prometheus is installed; where it is not, a test is skipped. */
export function hasPrometheus(): boolean {
  try {
    return new Deno.Command("prometheus", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** One that runs until it is disposed of. */
export class PrometheusServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: Deno.ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  /**
   * Starts one that scrapes `targets`, hosts and ports, for the first time after 5 s: Prometheus looks no earlier what there is;
   * with features that it has only if asked.
   */
  static async start(
    targets: readonly string[],
    scrapeIntervalMs: number,
    features: readonly string[] = [],
  ): Promise<PrometheusServer> {
    const folder = await Deno.makeTempDir(),
      address = `127.0.0.1:${freePort()}`,
      config = join(folder, "prometheus.yml");
    await Deno.writeTextFile(
      config,
      `scrape_configs: [{job_name: test, scrape_interval: ${scrapeIntervalMs}ms, static_configs: [{targets: ${
        JSON.stringify(targets)
      }}]}]\n`,
    );
    const child = new Deno.Command("prometheus", {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${address}`,
        `--enable-feature=${["exemplar-storage", ...features].join(",")}`,
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new PrometheusServer(child, folder, `http://${address}`);
  }

  /** What a query answers; nothing while Prometheus is not up yet. */
  async query(query: string): Promise<AnsweredSeries[]> {
    const answer = await this.#ask("query", { query });
    return answer === undefined ? [] : querySchema.parse(answer).data.result;
  }

  /** The exemplars that are kept for a query. */
  async exemplars(query: string): Promise<z.infer<typeof exemplarsSchema>["data"]> {
    const now = Date.now() / 1_000;
    const answer = await this.#ask("query_exemplars", { query, start: `${now - 600}`, end: `${now + 600}` });
    return answer === undefined ? [] : exemplarsSchema.parse(answer).data;
  }

  /** Asks until the answer has a series, and one that is wanted; answers all of it. */
  async untilSome(
    query: string,
    isWanted: (series: AnsweredSeries) => boolean = () => true,
  ): Promise<AnsweredSeries[]> {
    for (const signal = AbortSignal.timeout(TIMEOUT_MS); !signal.aborted; await delay(POLL_MS)) {
      const series = await this.query(query);
      if (series.some(isWanted)) return series;
    }
    throw new Error(`Prometheus has no answer to ${query}: it may refuse the page`);
  }

  /** Asks until the answer has no series, as it had before. */
  async untilNone(query: string): Promise<void> {
    for (const signal = AbortSignal.timeout(TIMEOUT_MS); !signal.aborted; await delay(POLL_MS)) {
      if ((await this.query(query)).length === 0) return;
    }
    throw new Error(`Prometheus still has an answer to ${query}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #ask(endpoint: string, parameters: Record<string, string>): Promise<unknown> {
    const body = new URLSearchParams(parameters), signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(`${this.#url}/api/v1/${endpoint}`, { method: "POST", body, signal });
      const text = await response.text();
      if (response.ok) return JSON.parse(text);
      if (response.status === 503) return undefined; // it is starting
      throw new Error(`Prometheus refuses ${parameters["query"]}: ${text}`);
    } catch (error) {
      if (error instanceof TypeError) return undefined; // refused: it does not listen yet
      throw error;
    }
  }
}
