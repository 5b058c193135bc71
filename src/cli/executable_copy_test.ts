import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ExecutableCopy } from "./executable_copy.ts";
import { inTempDir, run } from "./testdata/program.ts";

const FLAG = "--single-threaded";
const PLACE = '"--no-single-threaded"';

/** A program, of which its flags are a part, in a folder that holds nothing else. */
async function withProgram(text: string, use: (path: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const path = join(folder, "program");
    await Deno.writeTextFile(path, text, { mode: 0o755 });
    await use(path);
  });
}

const program = (flags: string, exitCode = 0) =>
  `#!/bin/sh\nexit ${exitCode}\n{"v8_flags":[${flags}],"log_level":null}\n`;

const ignore = Deno.build.os === "windows"; // no sh

Deno.test({
  name: "ExecutableCopy.make() writes the flag in place of the negated one, and disposing of it removes it",
  ignore,
  fn: () =>
    withProgram(program(`"--expose-gc",${PLACE}`), async (path) => {
      let copied: string;
      {
        await using copy = await ExecutableCopy.make(path, FLAG);
        copied = copy.path;
        const text = await Deno.readTextFile(copied);
        assertEquals(text, program(`"--expose-gc","${FLAG}"   `));
        assertEquals((await Deno.stat(copied)).mode! & 0o777, 0o700);
        assertEquals((await Deno.stat(dirname(copied))).mode! & 0o777, 0o700);
      }
      await assertRejects(() => Deno.stat(dirname(copied)), Deno.errors.NotFound);
      assertEquals(await Deno.readTextFile(path), program(`"--expose-gc",${PLACE}`), "the original is what it was");
    }),
});

Deno.test({
  name: "ExecutableCopy.make() finds the flag wherever it lies in the file",
  ignore,
  async fn() {
    for (const before of [-22, -21, -11, -1, 0]) {
      const start = "#!/bin/sh\nexit 0\n";
      const text = start + "x".repeat((1 << 20) + before - start.length);
      await withProgram(`${text}${PLACE}]`, async (path) => {
        await using copy = await ExecutableCopy.make(path, FLAG);
        assertEquals(await Deno.readTextFile(copy.path), `${text}"${FLAG}"   ]`);
      });
    }
  },
});

Deno.test({
  name: "ExecutableCopy.make() rejects, saying why, and leaves nothing behind",
  ignore,
  async fn() {
    const reasons: [string, string][] = [
      [program('"--expose-gc"'), "the place for that flag 0 times, not once"],
      [program(`${PLACE},${PLACE}`), "the place for that flag 2 times, not once"],
      [program(PLACE, 1), "it does not start"],
    ];
    for (const [text, reason] of reasons) {
      await withProgram(text, async (path) => {
        await assertRejects(() => ExecutableCopy.make(path, FLAG, dirname(path)), Error, reason);
        assertEquals([...Deno.readDirSync(dirname(path))].map(({ name }) => name), ["program"]);
      });
    }
    await withProgram(program(PLACE), async (path) => {
      await assertRejects(() => ExecutableCopy.make(path, FLAG, path), Error, "Not a directory");
    });
  },
});

Deno.test({
  name: "ExecutableCopy goes with a process that ends without disposing of it",
  ignore,
  fn: () =>
    withProgram(program(PLACE), async (path) => {
      const script = `
        import { ExecutableCopy } from ${JSON.stringify(new URL("./executable_copy.ts", import.meta.url).href)};
        const copy = await ExecutableCopy.make(...${JSON.stringify([path, FLAG, dirname(path)])});
        Deno.statSync(copy.path);
        Deno.exit(7);`;
      const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
      const { code, stderr } = await run([Deno.execPath(), "eval", "--config", config, script], []);
      assertEquals(code, 7, stderr);
      assertEquals([...Deno.readDirSync(dirname(path))].map(({ name }) => name), ["program"]);
    }),
});
