import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inTempDir, type Outcome, run } from "../src/cli/testdata/program.ts";

const INSTALLER = fileURLToPath(new URL("../install.sh", import.meta.url));
const ARCHIVE = "puffin-bench-x86_64-unknown-linux-gnu.tar.gz";
const ignore = Deno.build.os !== "linux" || Deno.build.arch !== "x86_64";

/** A server of releases on loopback, and a home folder to install in. */
interface Host {
  /** What the server answers, by path. */
  readonly files: Map<string, Uint8Array<ArrayBuffer> | string>;
  /** Where the executable goes. */
  readonly folder: string;
  /** Runs the installer. */
  install(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
}

async function onHost(use: (host: Host) => Promise<void>): Promise<void> {
  await inTempDir(async (home) => {
    const files: Host["files"] = new Map();
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
      const body = files.get(new URL(request.url).pathname);
      return body === undefined ? new Response("no such release", { status: 404 }) : new Response(body);
    });
    const folder = `${home}/bin`;
    const releases = `http://127.0.0.1:${server.addr.port}`;
    try {
      await use({
        files,
        folder,
        install: (args = [], env = {}) =>
          run(["sh", INSTALLER], args, {
            env: { HOME: home, TMPDIR: home, PUFFIN_BENCH_RELEASES: releases, PUFFIN_BENCH_INSTALL: folder, ...env },
          }),
      });
      const left = [...Deno.readDirSync(home)].map(({ name }) => name).filter((name) => name.startsWith("tmp."));
      assertEquals(left, [], "nothing temporary is left");
    } finally {
      await server.shutdown();
    }
  });
}

/** An archive with a program that tells a version. */
async function release(version: string, program = `#!/bin/sh\necho "puffin-bench ${version}"\n`) {
  let archive = new Uint8Array();
  await inTempDir(async (folder) => {
    await Deno.writeTextFile(`${folder}/puffin-bench`, program, { mode: 0o755 });
    await run(["tar"], ["-C", folder, "-czf", `${folder}/archive`, "./puffin-bench"]);
    archive = await Deno.readFile(`${folder}/archive`);
  });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", archive)).toHex();
  return { archive, sums: `${digest}  ${ARCHIVE}\n` };
}

Deno.test({
  name: "install.sh installs the newest release or the one that is asked for, over an older one",
  ignore,
  fn: () =>
    onHost(async ({ files, folder, install }) => {
      for (const [path, version] of [["latest/download", "1.3.0"], ["download/v1.2.0", "1.2.0"]] as const) {
        const { archive, sums } = await release(version);
        files.set(`/${path}/${ARCHIVE}`, archive).set(`/${path}/SHA256SUMS`, `0${sums.slice(1, 64)}  other\n${sums}`);
      }
      const newest = await install();
      assertEquals({ code: newest.code, stderr: newest.stderr }, { code: 0, stderr: "" });
      assertStringIncludes(newest.stdout, `puffin-bench 1.3.0 is in ${folder}\n${folder} is not on your PATH`);
      assertEquals((await run([`${folder}/puffin-bench`], [])).stdout, "puffin-bench 1.3.0\n");
      for (const version of ["1.2.0", "v1.2.0"]) {
        const older = await install([version], { PATH: `${Deno.env.get("PATH")}:${folder}` });
        assertEquals(older.stdout, `puffin-bench 1.2.0 is in ${folder}\n`);
      }
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["puffin-bench"]);
    }),
});

Deno.test({
  name: "install.sh installs nothing that it cannot vouch for, and says why",
  ignore,
  fn: () =>
    onHost(async ({ files, folder, install }) => {
      const refused = async (
        message: RegExp,
        args: readonly string[] = [],
        env: Readonly<Record<string, string>> = {},
      ) => {
        const { code, stderr } = await install(args, env);
        assertEquals(code, 1, stderr);
        assertMatch(stderr, message);
        assertEquals(await Deno.stat(folder).catch(() => "nothing"), "nothing");
      };
      const { archive, sums } = await release("1.3.0");
      const at = "/latest/download";
      await refused(/install: cannot download .*SHA256SUMS/);
      files.set(`${at}/SHA256SUMS`, sums.replace(ARCHIVE, "another.tar.gz"));
      await refused(/SHA256SUMS does not name puffin-bench-x86_64/);
      files.set(`${at}/SHA256SUMS`, sums);
      await refused(/install: cannot download .*tar\.gz/);
      files.set(`${at}/${ARCHIVE}`, archive.slice(0, -1));
      await refused(/another SHA-256 \([0-9a-f]{64}\) than SHA256SUMS says \([0-9a-f]{64}\); nothing was installed/);
      const broken = await release("1.3.0", "#!/bin/sh\nexit 1\n");
      files.set(`${at}/${ARCHIVE}`, broken.archive).set(`${at}/SHA256SUMS`, broken.sums);
      await refused(/does not start on this host; nothing was installed/);
      await refused(/"\.\.\/\.\.\/x" is not a version/, ["../../x"]);
      await inTempDir(async (programs) => {
        await Deno.writeTextFile(`${programs}/uname`, "#!/bin/sh\necho riscv64\n", { mode: 0o755 });
        await refused(/no build for riscv64 processors/, [], { PATH: `${programs}:${Deno.env.get("PATH")}` });
      });
    }),
});
