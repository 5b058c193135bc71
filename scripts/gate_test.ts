import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { hasProgram, inTempDir, type Outcome, run } from "../src/cli/testdata/program.ts";

const GATE = fileURLToPath(new URL("./gate", import.meta.url));
const ignore = !hasProgram("jq") || !hasProgram("curl");

const VERDICT = '| "core" | \\slower |\n';

/** What a service was asked. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body?: string;
}

/** A service with comments, and a program that writes a verdict. */
interface Setting {
  /** All that the service was asked. */
  readonly asked: Asked[];
  /** Whether the service refuses calls from now on. */
  refuse: boolean;
  /** Comments that the service has, in order. */
  readonly comments: { readonly id: number; readonly body: string }[];
  /** What a comparison writes from now on. */
  verdict: string;
  /** Runs the gate with a run and a comparison that end with these codes. */
  gate(codes: readonly [number, number], env: Readonly<Record<string, string>>): Promise<Outcome>;
}

async function inSetting(use: (setting: Setting, api: string, folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const asked: Asked[] = [];
    const comments: Setting["comments"] = [{ id: 7, body: "a person's" }, {
      id: 8,
      body: "quotes <!-- puffin-bench -->",
    }];
    const setting: Setting = {
      asked,
      comments,
      refuse: false,
      verdict: VERDICT,
      gate([measured, compared], env) {
        const program = `#!/bin/sh
echo "$@" >>${folder}/calls
[ "$1" = baseline ] && exit 0
[ "$1" = compare ] || exit ${measured}
while [ "$1" != --output ]; do shift; done
cp ${folder}/verdict "$2"
exit ${compared}
`;
        Deno.writeTextFileSync(`${folder}/verdict`, setting.verdict);
        Deno.writeTextFileSync(`${folder}/puffin-bench`, program, { mode: 0o755 });
        return run(["sh", GATE], [], { env: { PATH: `${folder}:${Deno.env.get("PATH")}`, ...env } });
      },
    };
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const authorization = request.headers.get("authorization") ?? request.headers.get("private-token") ?? "";
      const text = await request.text();
      const body: { body?: string } = text === "" ? {} : JSON.parse(text);
      asked.push({ method: request.method, path: pathname, authorization, ...body });
      if (setting.refuse) return new Response("no", { status: 403 });
      if (request.method === "POST" && body.body !== undefined) comments.push({ id: 9, body: body.body });
      const end = 100 * Number(searchParams.get("page"));
      return Response.json(request.method === "GET" ? comments.slice(end - 100, end) : {});
    });
    try {
      await use(setting, `http://127.0.0.1:${server.addr.port}`, folder);
    } finally {
      await server.shutdown();
    }
  });
}

const BODY = `<!-- puffin-bench -->\n${VERDICT}`;

Deno.test({
  name: "the gate measures, compares, comments once on the pull request of GitHub, and ends as the comparison does",
  ignore,
  fn: () =>
    inSetting(async (setting, api, folder) => {
      await Deno.writeTextFile(`${folder}/event.json`, JSON.stringify({ pull_request: { number: 12 } }));
      const env = {
        MEASURE: "core-agent --quick",
        COMPARE: "--threshold 5",
        GITHUB_TOKEN: "secret",
        GITHUB_API_URL: api,
        GITHUB_REPOSITORY: "them/theirs",
        GITHUB_EVENT_PATH: `${folder}/event.json`,
      };
      // A benchmark that fails (1) is the comparison's to judge.
      const first = await setting.gate([1, 1], env);
      assertEquals({ code: first.code, stderr: first.stderr }, { code: 1, stderr: "" });
      assertStringIncludes(first.stdout, "slower");
      const second = await setting.gate([0, 0], env);
      assertEquals(second.code, 0);
      const repository = "/repos/them/theirs/issues";
      const authorization = "Bearer secret";
      assertEquals(setting.asked, [
        { method: "GET", path: `${repository}/12/comments`, authorization },
        { method: "POST", path: `${repository}/12/comments`, authorization, body: BODY },
        { method: "GET", path: `${repository}/12/comments`, authorization },
        { method: "PATCH", path: `${repository}/comments/9`, authorization, body: BODY },
      ]);
      setting.comments.unshift(...Array.from({ length: 100 }, (_, id) => ({ id: 100 + id, body: "a person's" })));
      assertEquals((await setting.gate([0, 0], env)).code, 0);
      assertEquals(setting.asked.slice(4).map(({ method }) => method), ["GET", "GET", "PATCH"]);
      const calls = (await Deno.readTextFile(`${folder}/calls`)).split("\n");
      assertEquals(calls[0], "core-agent --quick --save-results");
      assertStringIncludes(String(calls[1]), "compare --threshold 5 --format markdown --output ");
    }),
});

Deno.test({
  name:
    "the gate comments on the merge request of GitLab; a comment that fails changes no verdict; wrong usage ends it; main makes a baseline",
  ignore,
  fn: () =>
    inSetting(async (setting, api, folder) => {
      const env = { GITLAB_TOKEN: "secret", CI_MERGE_REQUEST_IID: "3", CI_PROJECT_ID: "40", CI_API_V4_URL: api };
      assertEquals((await setting.gate([0, 3], env)).code, 3);
      assertEquals((await setting.gate([0, 3], env)).code, 3);
      assertEquals(setting.asked.map(({ method, path }) => `${method} ${path}`), [
        "GET /projects/40/merge_requests/3/notes",
        "POST /projects/40/merge_requests/3/notes",
        "GET /projects/40/merge_requests/3/notes",
        "PUT /projects/40/merge_requests/3/notes/9",
      ]);
      setting.verdict = "±".repeat(100_000); // more than a comment may have, or an argument of a program
      assertEquals((await setting.gate([0, 0], env)).stderr, "");
      const [start = "", end] = setting.asked.at(-1)?.body?.split("\n\n") ?? [];
      assertEquals([start.length, end], [60_000, "(cut off: the whole verdict is in the log)\n"]);
      setting.refuse = true;
      const refused = await setting.gate([0, 0], env);
      assertEquals(refused.code, 0);
      assertStringIncludes(refused.stderr, "the comment could not be written");
      await Deno.remove(`${folder}/calls`);
      assertEquals((await setting.gate([2, 0], {})).code, 2);
      assertEquals((await setting.gate([0, 0], { UPDATE: "true" })).code, 0);
      assertEquals(
        await Deno.readTextFile(`${folder}/calls`),
        "all --save-results\nall --save-results\nbaseline save --force\n",
        "nothing is compared",
      );
    }),
});
