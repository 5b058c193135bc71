import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { DocumentError, MAX_DOCUMENT_BYTES } from "../../measure/document_file.ts";
import { sampleDocument } from "../../report/testdata/sample_document.ts";
import { fixture, FIXTURES } from "../testdata/fixture.ts";
import { parseRun } from "./parse_run.ts";
import { readRun } from "./read_run.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readRun() reads every format alike, compressed or not, whatever the file is called", () =>
  inFolder(async (folder) => {
    const texts = [JSON.stringify(sampleDocument()), ...await Promise.all(FIXTURES.map(fixture))];
    for (const text of texts) {
      const path = join(folder, "some file");
      const expected = parseRun(text, path);
      await Deno.writeTextFile(path, text);
      assertEquals(await readRun(path), expected);
      await Deno.writeFile(path, gzipSync(text));
      assertEquals(await readRun(path), expected);
    }
  }));

Deno.test("readRun() refuses what is no file, no text, or too large", () =>
  inFolder(async (folder) => {
    const path = join(folder, "x");
    const code = async () => (await assertRejects(() => readRun(path), DocumentError)).code;
    assertEquals(await code(), "document_not_found");
    await Deno.writeFile(path, new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff]));
    assertEquals(await code(), "document_unreadable");
    await Deno.truncate(path, MAX_DOCUMENT_BYTES + 1); // a hole: it takes no room on the disk
    assertEquals(await code(), "document_too_large");
    assertEquals((await assertRejects(() => readRun(folder), DocumentError)).code, "document_unreadable");
  }));
