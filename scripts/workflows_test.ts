import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { hasProgram, inTempDir, run } from "../src/cli/testdata/program.ts";
import { type Action, type Contexts, type Job, type JobOutcome, runJob } from "./testdata/github_runner.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ARCHIVE = "puffin-bench-x86_64-unknown-linux-gnu.tar.gz";
const ignore = Deno.build.os !== "linux" || Deno.build.arch !== "x86_64" || !hasProgram("jq") || !hasProgram("curl");

function jobOf(path: string, name: string, replaced: Readonly<Record<string, string>> = {}): Job {
  const text = Deno.readTextFileSync(`${ROOT}/${path}`);
  const { jobs }: { jobs: Record<string, Job> } = parseYaml(
    Object.entries(replaced).reduce((so, [from, to]) => so.replaceAll(from, to), text),
  );
  const job = jobs[name];
  assert(job !== undefined);
  return job;
}

/** GitHub, with releases of a program and with comments, and a folder for a job. */
interface Setting {
  readonly folder: string;
  readonly base: string;
  readonly comments: string[];
  /** Whether the token may not comment, as that of a fork's pull request. */
  readOnly: boolean;
  /** What a comparison ends with from now on. */
  verdict: number;
  /** The words of each call of the program. */
  calls(): string[];
}

/** What the release has: it writes down what it is called with, and ends as it is told. */
const PROGRAM = `#!/bin/sh
[ "$1" = --version ] && { echo puffin-bench 1.2.3; exit; }
{ printf '%s|' "$@"; echo; } >>FOLDER/calls
case $1 in
  baseline) mkdir -p results/baselines && echo {} >results/baseline.json ;;
  compare)
    while [ "$1" != --output ]; do shift; done
    echo "the verdict is $(cat FOLDER/verdict)" >"$2"
    exit "$(cat FOLDER/verdict)" ;;
esac
`;

async function inSetting(use: (setting: Setting) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    for (const name of ["workspace", "temp", "release"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.writeTextFile(`${folder}/puffin-bench`, PROGRAM.replaceAll("FOLDER", folder), { mode: 0o755 });
    await run(["tar"], ["-C", folder, "-czf", `${folder}/release/${ARCHIVE}`, "./puffin-bench"]);
    const sums = await run(["sha256sum", ARCHIVE], [], { cwd: `${folder}/release` });
    await Deno.writeTextFile(`${folder}/release/SHA256SUMS`, sums.stdout);
    const comments: string[] = [];
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const name = new URL(request.url).pathname.replace("/latest/download/", "");
      if (!name.startsWith("/")) return new Response(await Deno.readFile(`${folder}/release/${name}`));
      if (request.method === "GET") return Response.json(comments.map((body, id) => ({ id, body })));
      if (setting.readOnly) return new Response("not accessible by integration", { status: 403 });
      const { body } = await request.json();
      if (request.method === "POST") comments.push(body);
      else comments[Number(name.split("/").at(-1))] = body;
      return Response.json({});
    });
    const setting: Setting = {
      folder,
      base: `http://127.0.0.1:${server.addr.port}`,
      comments,
      readOnly: false,
      verdict: 0,
      calls() {
        try {
          return Deno.readTextFileSync(`${folder}/calls`).trimEnd().split("\n");
        } catch {
          return [];
        }
      },
    };
    try {
      await use(setting);
    } finally {
      await server.shutdown();
    }
  });
}

/** Runs docs/ci/github.yml for a pushed commit or a pull request; `cache` is what the host keeps. */
async function benchmarks(setting: Setting, event: "push" | "pull_request", cache: string[]): Promise<JobOutcome> {
  const { folder, base } = setting;
  await Deno.writeTextFile(`${folder}/verdict`, `${setting.verdict}`);
  await Deno.writeTextFile(`${folder}/calls`, "");
  const payload = event === "push" ? {} : { pull_request: { number: 12, title: "$(touch hacked)" } };
  await Deno.writeTextFile(`${folder}/event.json`, JSON.stringify(payload));
  return await runJob(jobOf("docs/ci/github.yml", "compare"), {
    workspace: `${folder}/workspace`,
    temp: `${folder}/temp`,
    contexts: {
      github: { event_name: event, token: "secret", sha: "c0ffee" },
      runner: { temp: `${folder}/temp`, name: "bench-1", os: "Linux" },
    },
    env: {
      PUFFIN_BENCH_RELEASES: base,
      GITHUB_API_URL: base,
      GITHUB_REPOSITORY: "them/theirs",
      GITHUB_EVENT_PATH: `${folder}/event.json`,
    },
    composites: { "puffinflow/puffinflow": ROOT },
    actions: {
      "actions/checkout": () => {},
      "actions/cache/restore": ({ "restore-keys": key = "" }) => ({
        "cache-matched-key": cache.find((kept) => kept.startsWith(key)) ?? "",
      }),
      "actions/cache/save": ({ key = "" }) => void cache.push(key),
      "actions/upload-artifact": () => {},
    },
  });
}

Deno.test({
  name: "docs/ci/github.yml keeps main's baseline, comments on what pull requests change, and fails on a regression",
  ignore,
  fn: () =>
    inSetting(async (setting) => {
      const cache: string[] = [];
      const first = await benchmarks(setting, "pull_request", cache);
      assertEquals([first.success, setting.calls()], [true, [""]], "there is nothing to compare with yet");
      const pushed = await benchmarks(setting, "push", cache);
      assert(pushed.success, pushed.text);
      assertEquals(setting.calls(), ["all|--quiet|--save-results|", "baseline|save|--force|"]);
      assertEquals(cache, ["baseline-bench-1-c0ffee"]);
      const same = await benchmarks(setting, "pull_request", cache);
      assert(same.success, same.text);
      assertStringIncludes(setting.calls()[1] ?? "", "compare|--threshold|10|--format|markdown|--output|");
      assertEquals(setting.comments, ["<!-- puffin-bench -->\nthe verdict is 0\n"]);
      setting.verdict = 1;
      const slower = await benchmarks(setting, "pull_request", cache);
      assertEquals([slower.success, slower.ran.at(-1)], [false, "actions/upload-artifact@v4"]);
      assertEquals(setting.comments, ["<!-- puffin-bench -->\nthe verdict is 1\n"], "in place of the other");
      setting.readOnly = true;
      for (const verdict of [0, 1]) {
        setting.verdict = verdict;
        const forked = await benchmarks(setting, "pull_request", cache);
        assertEquals(forked.success, verdict === 0, "a comment that may not be written changes no verdict");
        assertStringIncludes(forked.text, `the verdict is ${verdict}`);
      }
    }),
});

Deno.test({
  name: "the composite action runs nothing that its inputs hold, whatever they are",
  ignore,
  fn: () =>
    inSetting(async (setting) => {
      const { folder, base } = setting;
      const act = (given: Readonly<Record<string, string>>) => {
        const job: Job = { steps: [{ uses: "puffinflow/puffinflow@v0", with: given }] };
        return runJob(job, {
          workspace: `${folder}/workspace`,
          temp: `${folder}/temp`,
          contexts: { github: { token: "" }, runner: { temp: `${folder}/temp` } },
          env: { PUFFIN_BENCH_RELEASES: base },
          composites: { "puffinflow/puffinflow": ROOT },
          actions: {},
        });
      };
      await Deno.writeTextFile(`${folder}/verdict`, "0");
      await Deno.writeTextFile(`${folder}/workspace/a-file-there`, "");
      const hostile = `"; touch hacked; $(touch hacked) \`touch hacked\` ' * \n touch hacked`;
      assert((await act({ measure: hostile, compare: hostile, update: hostile })).success);
      const words = `";|touch|hacked;|$(touch|hacked)|\`touch|hacked\`|'|*|touch|hacked|`;
      const [measured = "", compared = ""] = setting.calls();
      assertEquals(measured, `${words}--save-results|`);
      assertStringIncludes(compared, `compare|${words}--format`);
      const refused = await act({ version: hostile });
      assertEquals(refused.success, false);
      assertStringIncludes(refused.text, "is not a version");
      assertEquals([...Deno.readDirSync(`${folder}/workspace`)].map(({ name }) => name), ["a-file-there"]);
      assertEquals(setting.calls().length, 2);
    }),
});

/** Runs a job of the release workflow on a release that is there; `calls` are of the programs that have to be GitHub's or Deno's own. */
async function releaseJob(setting: Setting, name: string, contexts: Contexts, programs: readonly string[]) {
  const { folder } = setting;
  const uses: Record<string, Readonly<Record<string, string>>> = {};
  const stand = (action: string): [string, Action] => [action, (inputs) => void (uses[action] = inputs)];
  for (const program of programs) {
    const text = `#!/bin/sh\n{ printf '%s|' ${program} "$@" "\${PUFFIN_BENCH_BINARY:-}"; echo; } >>${folder}/calls\n`;
    await Deno.writeTextFile(`${folder}/temp/${program}`, text, { mode: 0o755 });
  }
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const workspace = `${folder}/workspace`;
  for (const file of ["install.sh", "install.ps1", "deno.json"]) {
    await Deno.copyFile(`${ROOT}/${file}`, `${workspace}/${file}`);
  }
  const outcome = await runJob(jobOf(".github/workflows/release.yml", name, { 8017: `${port}` }), {
    workspace,
    temp: `${folder}/temp`,
    contexts: { runner: { os: "Linux" }, ...contexts },
    env: { PATH: `${folder}/temp:${Deno.env.get("PATH")}`, PUFFIN_BENCH_INSTALL: `${workspace}/bin` },
    composites: {},
    actions: {
      ...Object.fromEntries(
        [
          ...["actions/checkout", "actions/setup-node", "actions/attest-build-provenance", "actions/attest-sbom"],
          ...["actions/upload-artifact", "denoland/setup-deno", "docker/setup-buildx-action", "docker/login-action"],
          "docker/build-push-action",
        ].map(stand),
      ),
      "actions/download-artifact": ({ path = "" }) => {
        Deno.mkdirSync(`${workspace}/${path}`, { recursive: true });
        for (const { name: file } of Deno.readDirSync(`${folder}/release`)) {
          Deno.copyFileSync(`${folder}/release/${file}`, `${workspace}/${path}/${file}`);
        }
      },
    },
  });
  return { ...outcome, uses };
}

Deno.test({
  name: "the release workflow builds only what the tag names, and tests what it installs as a user does",
  ignore: ignore || !hasProgram("python3"),
  fn: () =>
    inSetting(async (setting) => {
      const { version }: { version: string } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
      const wrong = await releaseJob(setting, "build", { github: { ref_name: "v0.0.99" } }, []);
      assertEquals([wrong.success, wrong.ran.at(-1)], [false, "The tag is the version"], `not ${version}`);
      const tested = await releaseJob(setting, "test", { github: { workspace: `${setting.folder}/workspace` } }, [
        "deno",
      ]);
      assert(tested.success, tested.text);
      const binary = `${setting.folder}/workspace/bin/puffin-bench`;
      assertStringIncludes(tested.text, `puffin-bench 1.2.3 is in ${setting.folder}/workspace/bin`);
      assertEquals(setting.calls(), [`deno|task|test:cli|${binary}|`]);
    }),
});

Deno.test({
  name:
    "the release workflow publishes the archives that it attests, with an image that has the executable where the Dockerfile looks",
  ignore,
  fn: () =>
    inSetting(async (setting) => {
      const { folder } = setting, workspace = `${folder}/workspace`;
      await Deno.copyFile(`${folder}/release/${ARCHIVE}`, `${folder}/release/${ARCHIVE.replace("x86_64", "aarch64")}`);
      await Deno.writeTextFile(`${folder}/release/puffin-bench.cdx.json`, "{}");
      const github = { ref_name: "v1.2.3", repository: "them/theirs", actor: "them", token: "secret" };
      const { success, text, uses } = await releaseJob(setting, "publish", { github }, ["gh"]);
      assert(success, text);
      const [, source = ""] = /^COPY .*?(\S+) \S+$/m.exec(await Deno.readTextFile(`${ROOT}/Dockerfile`)) ?? [];
      const { context, platforms = "", tags } = uses["docker/build-push-action"] ?? {};
      for (const platform of platforms.split(",")) {
        const executable = source.replace("${TARGETARCH}", platform.replace("linux/", ""));
        assertEquals((await Deno.stat(`${workspace}/${context}/${executable}`)).mode! & 0o111, 0o111);
      }
      assertEquals(tags, "ghcr.io/them/theirs/puffin-bench:v1.2.3");
      const published = ["puffin-bench-aarch64-unknown-linux-gnu.tar.gz", ARCHIVE, "puffin-bench.cdx.json"]
        .map((name) => `dist/release/${name}`);
      assertEquals(setting.calls(), [
        ["gh", "release", "create", "v1.2.3", "--verify-tag", "--generate-notes", "dist/release/SHA256SUMS"]
          .concat(published, "install.sh", "install.ps1", "", "").join("|"),
      ]);
      const sbom = uses["actions/attest-sbom"], provenance = uses["actions/attest-build-provenance"];
      assertEquals(sbom, { "subject-path": "dist/release/puffin-bench-*", "sbom-path": published.at(-1) ?? "" });
      assertEquals(provenance, { "subject-path": "dist/release/puffin-bench-*" }, "archives for Windows, too");
    }),
});
