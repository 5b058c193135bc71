import { assert, assertEquals, assertMatch } from "@std/assert";
import { readSetAside } from "../bundle/set_aside.ts";
import { PUFFIN_BENCH, run, testExecutable } from "./testdata/program.ts";

const MEGABYTE = 1e6;

if (Deno.build.os === "linux") {
  testExecutable(
    "the executable's ELF image is whole: what is set aside begins where the section headers end",
    async () => {
      const executable = await Deno.readFile(PUFFIN_BENCH[0]);
      const header = new DataView(executable.buffer);
      const end = Number(header.getBigUint64(0x28, true)) + header.getUint16(0x3a, true) * header.getUint16(0x3c, true);
      const aside = await readSetAside(PUFFIN_BENCH[0]);
      assertEquals(executable.subarray(end, end + 1000), aside.subarray(0, 1000));
    },
  );

  testExecutable(
    "the executable begins with little to read: its runtime copies the section that deno compile appends whenever it starts",
    async () => {
      const executable = await Deno.readFile(PUFFIN_BENCH[0]);
      const sectionBytes = Number(new DataView(executable.buffer).getBigUint64(executable.length - 8, true));
      assert(sectionBytes < 5 * MEGABYTE, `${sectionBytes} bytes`); // at 6 MB it starts in 1.3 times what an empty program takes
    },
  );
}

Deno.test("puffin-bench --debug names the source's file and line, of the executable, too", async () => {
  const { code, stderr } = await run(PUFFIN_BENCH, ["report", "no-such-result.json", "--debug"]);
  assertEquals(code, 2, stderr);
  const [, path, line] = /at .*?src\/(\S+?\.ts):(\d+):\d+/.exec(stderr) ?? [];
  assertMatch(path ?? stderr, /^\w+/);
  const source = Deno.readTextFileSync(new URL(`../${path}`, import.meta.url)).split("\n")[Number(line) - 1];
  assertMatch(source ?? "", /Error|await|throw/);
});
