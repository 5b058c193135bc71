/** Alerts against the real Alertmanager. Where it is not installed the test is skipped; .ci/run installs it. */
import { assert, assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { AlertManager } from "../alert_manager.ts";
import { sourceOf } from "../testdata/fake_metrics.ts";
import { AlertmanagerNotifier } from "./alertmanager_notifier.ts";
import { freePort } from "../../testdata/free_port.ts";

const PROGRAM = "prometheus-alertmanager";

function isInstalled(): boolean {
  try {
    return new Deno.Command(PROGRAM, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Runs `test` against one of its own, with a folder of its own, which is then ended. */
async function withAlertmanager(test: (url: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir(), url = `http://127.0.0.1:${freePort()}`;
  const config = join(folder, "alertmanager.yml");
  await Deno.writeTextFile(config, "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
  const child = new Deno.Command(PROGRAM, {
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=${url.slice("http://".length)}`,
      "--cluster.listen-address=", // alone
      "--log.level=error",
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await untilTrue(async () => {
      const response = await fetch(`${url}/-/ready`).catch(() => undefined);
      await response?.body?.cancel();
      return response?.ok === true;
    });
    await test(url);
  } finally {
    child.kill("SIGKILL");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

async function untilTrue(holds: () => Promise<boolean>): Promise<void> {
  for (const signal = AbortSignal.timeout(60_000); !await holds(); signal.throwIfAborted()) await delay(20);
}

interface ReceivedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly status: { readonly state: string };
}

async function received(url: string): Promise<readonly ReceivedAlert[]> {
  const response = await fetch(`${url}/api/v2/alerts`);
  return await response.json();
}

const there = isInstalled();

Deno.test({
  name: `AlertmanagerNotifier: a real Alertmanager has what fires, and no more when it is resolved${
    there ? "" : ` (skipped: there is no ${PROGRAM})`
  }`,
  ignore: !there,
  fn: () =>
    withAlertmanager(async (url) => {
      using notifier = new AlertmanagerNotifier({ url, resendMs: 100, validForMs: 60_000 });
      using alerts = new AlertManager({ source: sourceOf(), notifiers: [notifier] });
      const odd = 'quotes " and \\, a line\nand 🐧 and \ud800 {{ .Labels }} <b>';
      const sent = alerts.trigger("Full", { severity: "critical", labels: { disk: odd }, annotations: { text: odd } });
      for (let each = 0; each < 150; each++) alerts.trigger("Many", { labels: { each: `${each}` } });
      await alerts.flush();
      const there = await received(url), full = there.find(({ labels }) => labels["alertname"] === "Full");
      assertEquals(there.length, 151, "in several requests");
      assertEquals(full?.labels, { alertname: "Full", severity: "critical", disk: odd.toWellFormed() });
      assertEquals(full?.annotations, { text: odd.toWellFormed() });
      assertEquals([Date.parse(full?.startsAt ?? ""), full?.status.state], [sent?.firedAtMs, "active"]);
      await untilTrue(async () => {
        const again = (await received(url)).find(({ labels }) => labels["alertname"] === "Full");
        return Date.parse(again?.endsAt ?? "") > Date.parse(full?.endsAt ?? ""); // it was sent again
      });
      assert(alerts.resolve("Full"));
      await alerts.flush();
      assertEquals((await received(url)).filter(({ labels }) => labels["alertname"] === "Full"), []);
      const { failed, dropped, failedTries } = notifier.snapshot();
      assertEquals({ failed, dropped, failedTries }, { failed: 0, dropped: 0, failedTries: 0 });
    }),
});
