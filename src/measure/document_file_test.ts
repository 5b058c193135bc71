import { assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { ResultDocument } from "./document.ts";
import { DocumentError, MAX_DOCUMENT_BYTES, parseDocument, readDocument, writeDocument } from "./document_file.ts";
import { documentJsonSchema } from "./document_json_schema.ts";
import { sampleBenchmark, sampleDocument, sampleSamples } from "./testdata/sample_document.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function failure(action: () => Promise<unknown>): Promise<DocumentError> {
  const error = await assertRejects(action, DocumentError);
  assertEquals(error.message.includes("\n"), false, "one line");
  return error;
}

function withSamples(samples: Partial<typeof sampleSamples>): ResultDocument {
  const forks = sampleBenchmark.forks.map((fork) => ({ ...fork, samples: { ...sampleSamples, ...samples } }));
  return { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, forks }] };
}

Deno.test("readDocument() reads what writeDocument() wrote, and nothing else is left in the folder", () =>
  inFolder(async (folder) => {
    const path = join(folder, "result.json");
    await writeDocument(path, sampleDocument);
    await writeDocument(path, {
      ...sampleDocument,
      warnings: [{ code: "x", message: "\u{1F427}", benchmarkId: null }],
    });
    assertEquals((await readDocument(path)).warnings[0]?.message, "\u{1F427}");
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["result.json"]);
  }));

Deno.test("parseDocument() refuses an id that suite, name and parameters contradict", () => {
  for (const changes of [{ name: "other" }, { suite: "other" }, { params: { constructor: 1 } }]) {
    const document = { ...sampleDocument, benchmarks: [{ ...sampleBenchmark, ...changes }] };
    const error = assertThrows(() => parseDocument(JSON.stringify(document), "x.json"), DocumentError);
    assertStringIncludes(error.message, 'Cannot read "x.json": benchmarks[0].id is ');
  }
});

Deno.test("writeDocument() into a folder that is not there tells so, and leaves nothing", () =>
  inFolder(async (folder) => {
    const error = await failure(() => writeDocument(join(folder, "none", "result.json"), sampleDocument));
    assertEquals(error.code, "document_unwritable");
    assertStringIncludes(error.message, "result.json");
  }));

Deno.test({
  name: "writeDocument() onto a full disk tells so, and leaves neither file",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      // A link to the device that is always full, in the place of the temporary file, whose name is drawn at random: so a
      // process with a limit on the size of its files stands for the disk instead.
      const path = join(folder, "result.json");
      const script = `
        import { writeDocument } from ${JSON.stringify(new URL("./document_file.ts", import.meta.url).href)};
        import { sampleDocument } from ${
        JSON.stringify(new URL("./testdata/sample_document.ts", import.meta.url).href)
      };
        const warnings = Array.from({ length: 9_000 }, () => ({ code: "x", message: "y".repeat(99), benchmarkId: null }));
        await writeDocument(${
        JSON.stringify(path)
      }, { ...sampleDocument, warnings }).catch((error) => console.log(error.code));`;
      const main = join(folder, "main.ts");
      await Deno.writeTextFile(main, script);
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const shell = `trap '' XFSZ; ulimit -f 100; exec "$0" run --quiet --no-lock --config "$1" -A "$2"`;
      const { stdout } = await new Deno.Command("bash", { args: ["-c", shell, Deno.execPath(), config, main] })
        .output();
      assertEquals(new TextDecoder().decode(stdout).trim(), "document_unwritable");
      assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["main.ts"]);
    }),
});

Deno.test("readDocument() tells what is wrong with a path", () =>
  inFolder(async (folder) => {
    assertEquals((await failure(() => readDocument(join(folder, "none.json")))).code, "document_not_found");
    assertEquals((await failure(() => readDocument(folder))).code, "document_unreadable");
  }));

Deno.test("readDocument() refuses a huge file by its size, before it reads it", () =>
  inFolder(async (folder) => {
    const path = join(folder, "huge.json");
    await Deno.writeTextFile(path, "");
    await Deno.truncate(path, 2 * MAX_DOCUMENT_BYTES); // sparse: it takes no room
    const error = await failure(() => readDocument(path));
    assertEquals(error.code, "document_too_large");
    assertStringIncludes(error.message, "512 MB");
  }));

Deno.test("parseDocument() names the file, the place and the value of what is wrong", () => {
  const text = JSON.stringify(sampleDocument);
  const edited = (edit: object) => JSON.stringify({ ...sampleDocument, ...edit });
  const cases: [string, string, string][] = [
    ["", "document_not_json", "empty"],
    ["hello", "document_not_json", "not JSON"],
    [text.slice(0, text.length / 2), "document_not_json", "perhaps cut off"],
    ["[]", "document_wrong_format", "found missing"],
    ["null", "document_wrong_format", "found missing"],
    [edited({ format: "other" }), "document_wrong_format", 'found "other"'],
    [edited({ version: 99 }), "document_wrong_version", "found 99"],
    [edited({ settings: { ...sampleDocument.settings, forks: 0 } }), "document_invalid", "settings.forks is 0"],
    [edited({ warnings: [{ code: 1 }] }), "document_invalid", "warnings[0].code is 1"],
    [edited({ surplus: 1 }), "document_invalid", "surplus"],
    [edited({ benchmarks: [sampleBenchmark, sampleBenchmark] }), "document_invalid", "benchmarks[1].id"],
    [JSON.stringify(withSamples({ startMs: [1] })), "document_invalid", "startMs"],
    [
      JSON.stringify(withSamples({ excluded: [{ index: 3, cause: "steal" }] })),
      "document_invalid",
      "excluded[0].index is 3",
    ],
    [JSON.stringify(withSamples({ garbageCollected: [0, 3] })), "document_invalid", "garbageCollected[1] is 3"],
  ];
  for (const [input, code, expected] of cases) {
    const error = assertThrows(() => parseDocument(input, "some/file.json"), DocumentError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, expected);
    assertStringIncludes(error.message, "some/file.json");
    assertEquals(error.message.includes("\n"), false, error.message);
  }
});

Deno.test("parseDocument() reads a valid document as it is", () => {
  assertEquals(parseDocument(JSON.stringify(sampleDocument), "x"), sampleDocument);
  assertEquals(parseDocument(`\ufeff${JSON.stringify(sampleDocument)}`, "x"), sampleDocument, "a byte order mark");
});

Deno.test("parseDocument() reads a document of version 1, which has no references, as one of the version of today", () => {
  const { references: _, ...old } = { ...sampleDocument, version: 1 };
  assertEquals(parseDocument(JSON.stringify(old), "old.json"), { ...sampleDocument, references: [] });
  const incomplete = { ...old, version: 2 };
  const { message } = assertThrows(() => parseDocument(JSON.stringify(incomplete), "new.json"), DocumentError);
  assertStringIncludes(message, "references");
});

Deno.test("parseDocument() reads a document that does not tell of collections within samples, of either version", () => {
  const { garbageCollected: _, ...untold } = sampleSamples;
  const forks = sampleBenchmark.forks.map((fork) => ({ ...fork, samples: untold }));
  for (const version of [1, 2]) {
    const old = { ...sampleDocument, version, benchmarks: [{ ...sampleBenchmark, forks }] };
    assertEquals(parseDocument(JSON.stringify(old), "old.json"), withSamples({ garbageCollected: null }));
  }
});

Deno.test("documentJsonSchema() demands no field that documents of its version may lack", () => {
  const text = JSON.stringify(documentJsonSchema());
  assertMatch(text, /"garbageCollected":/);
  assertMatch(text, /"required":\["wallNs","cpuNs","runQueueDelayNs","involuntarySwitches","startMs","excluded"\]/);
});

Deno.test("parseDocument() holds references to the rules of benchmarks", () => {
  const read = (references: ResultDocument["references"]) =>
    parseDocument(JSON.stringify({ ...sampleDocument, references }), "x.json").references;
  assertEquals(read([sampleBenchmark]), [sampleBenchmark], "an id may be a benchmark's, too");
  const { message } = assertThrows(() => read([sampleBenchmark, sampleBenchmark]), DocumentError);
  assertStringIncludes(message, "references[1].id");
  assertStringIncludes(message, "twice");
});
