import { assertEquals, assertRejects } from "@std/assert";
import { inTempDir } from "../cli/testdata/program.ts";
import { readSetAside, setAside } from "./set_aside.ts";

/** What `deno compile` makes for Linux: a runtime, a section, and the trailer that tells the length of both. */
function compiled(runtime: string, section: string): Uint8Array {
  const encoder = new TextEncoder(), trailer = new DataView(new ArrayBuffer(16));
  trailer.setUint32(0, 0x501e, true);
  trailer.setUint32(4, 0x2a7, true);
  trailer.setBigUint64(8, BigInt(section.length + 16), true);
  return new Uint8Array([...encoder.encode(runtime + section), ...new Uint8Array(trailer.buffer)]);
}

Deno.test("setAside() puts between runtime and section what readSetAside() gives back", () =>
  inTempDir(async (folder) => {
    const path = `${folder}/program`, before = compiled("runtime", "section"), bytes = new Uint8Array([1, 2, 3]);
    await Deno.writeFile(path, before);
    await assertRejects(() => readSetAside(path), TypeError, "nothing is");
    await setAside(path, bytes);
    assertEquals(await readSetAside(path), bytes);
    const after = await Deno.readFile(path);
    assertEquals(after.slice(0, 7), before.slice(0, 7), "the runtime is where it was");
    assertEquals(after.slice(-23), before.slice(-23), "and so is the section, seen from the end");
    assertEquals(after.length, before.length + 3 + 16);
  }));

Deno.test("setAside() and readSetAside() refuse what is no compiled program", () =>
  inTempDir(async (folder) => {
    const tooLong = compiled("", "x"), tooShort = compiled("", "x");
    tooLong[tooLong.length - 8] = 255;
    tooShort[tooShort.length - 8] = 15;
    for (const bytes of [new Uint8Array(), new Uint8Array(100), tooLong, tooShort]) {
      const path = `${folder}/program`;
      await Deno.writeFile(path, bytes);
      await assertRejects(() => setAside(path, new Uint8Array(1)), TypeError, "expected an executable");
      await assertRejects(() => readSetAside(path), TypeError, "expected an executable");
      assertEquals(await Deno.readFile(path), bytes, "and leave it as it is");
    }
  }));
