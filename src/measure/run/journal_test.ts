import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { MeasureError } from "../measure_error.ts";
import { QUICK_SETTINGS } from "../settings.ts";
import type { FindingRecord } from "./findings.ts";
import { Journal, type JournalHeader } from "./journal.ts";
import { inTempDir } from "../../testdata/temp_dir.ts";

const header: JournalHeader = {
  runId: "first",
  startedAt: "2026-01-01T00:00:00.000Z",
  tool: { name: "puffin-bench", version: "0.1.0" },
  planHash: "abc",
  fingerprint: "0123456789ab",
  settings: { ...QUICK_SETTINGS, seed: 7 },
};

const record = (id: string): FindingRecord => ({
  type: "failed",
  id,
  failure: { reason: "threw", message: "x\ny", stack: null, fork: 0 },
});

function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  return inTempDir((folder) => test(join(folder, "journal.jsonl")));
}

function open(path: string, options: { header?: JournalHeader; resume?: boolean; trouble?: string[] } = {}) {
  const { trouble = [], resume = false } = options;
  return Journal.open({ path, header: options.header ?? header, resume, onTrouble: (reason) => trouble.push(reason) });
}

/** A journal that a killed run has left. */
async function leave(path: string, ids: readonly string[]): Promise<void> {
  const journal = await open(path);
  for (const id of ids) await journal.append(record(id));
  await journal.close({ remove: false });
}

Deno.test("Journal goes on with what a killed run has kept, under that run's id and seed", () =>
  inFolder(async (path) => {
    await leave(path, ["a", "b"]);
    const second = { ...header, runId: "second", settings: { ...header.settings, seed: 8 } };
    const journal = await open(path, { header: second, resume: true });
    assertEquals([journal.header, journal.records], [header, [record("a"), record("b")]]);
    await journal.append(record("c"));
    await journal.close({ remove: false });
    const again = await open(path, { resume: true });
    assertEquals(again.records.length, 3);
    await again.close({ remove: true });
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }));

Deno.test("Journal ignores a last line that is torn, and writes on after the last whole one", () =>
  inFolder(async (path) => {
    await leave(path, ["a", "\u{1F427}"]);
    const bytes = await Deno.readFile(path);
    for (const torn of [1, 30, 60]) {
      await Deno.writeFile(path, bytes.subarray(0, bytes.length - torn));
      const journal = await open(path, { resume: true });
      assertEquals(journal.records, [record("a")]);
      await journal.append(record("c"));
      await journal.close({ remove: false });
      const again = await open(path, { resume: true });
      assertEquals(again.records, [record("a"), record("c")]);
      await again.close({ remove: false });
    }
  }));

Deno.test("Journal starts afresh if there is nothing to go on with, or that is not asked for", () =>
  inFolder(async (path) => {
    const journal = await open(path, { resume: true });
    assertEquals(journal.records, []);
    await journal.append(record("a"));
    await journal.close({ remove: false });
    const fresh = await open(path);
    assertEquals(fresh.records, []);
    await fresh.close({ remove: false });
    assertEquals((await Deno.readTextFile(path)).split("\n").length, 2);
  }));

Deno.test("Journal of another run is not resumed; the error says what differs", () =>
  inFolder(async (path) => {
    await leave(path, ["a"]);
    const cases: [Partial<JournalHeader>, string][] = [
      [{ settings: { ...header.settings, forks: 5 } }, "forks was 2 and is 5"],
      [{ planHash: "other" }, "the benchmarks have changed"],
      [{ fingerprint: "other" }, "the host or its runtime has changed"],
      [{ tool: { name: "puffin-bench", version: "9" } }, 'the version was "0.1.0" and is "9"'],
    ];
    for (const [change, expected] of cases) {
      const error = await assertRejects(
        () => open(path, { header: { ...header, ...change }, resume: true }),
        MeasureError,
      );
      assertEquals(error.code, "journal_mismatch");
      assertStringIncludes(error.message, expected);
    }
    const journal = await open(path, { resume: true });
    assertEquals(journal.records.length, 1, "the journal was left as it was");
    await journal.close({ remove: false });
  }));

Deno.test("Journal that holds anything else is not resumed; the error names the line", () =>
  inFolder(async (path) => {
    await leave(path, ["a", "b"]);
    const text = await Deno.readTextFile(path);
    for (const [edited, line] of [["hello\n" + text, 1], [text.replace('"a"', "7"), 2], [text + "{}\n", 4]] as const) {
      await Deno.writeTextFile(path, edited);
      const error = await assertRejects(() => open(path, { resume: true }), MeasureError);
      assertEquals(error.code, "journal_invalid");
      assertStringIncludes(error.message, `line ${line}`);
    }
  }));

Deno.test("Journal that another run writes to is left alone", () =>
  inFolder(async (path) => {
    const trouble: string[] = [];
    const first = await open(path);
    const second = await open(path, { trouble });
    await second.append(record("b"));
    await second.close({ remove: true });
    await first.append(record("a"));
    await first.close({ remove: false });
    assertEquals(trouble, ["another run is writing to it"]);
    const kept = await open(path, { resume: true });
    assertEquals(kept.records, [record("a")]);
    await kept.close({ remove: false });
  }));

Deno.test({
  name: "Journal on a full disk tells so once, and the run goes on",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const trouble: string[] = [];
    const journal = await open("/dev/full", { trouble });
    await journal.append(record("a"));
    await journal.append(record("b"));
    await journal.close({ remove: false });
    assertEquals(trouble.length, 1);
  },
});

Deno.test("Journal in a folder that is not there tells so, and the run goes on", async () => {
  const trouble: string[] = [];
  const journal = await open("/nowhere/at/all/journal.jsonl", { trouble });
  await journal.append(record("a"));
  await journal.close({ remove: true });
  assertEquals(trouble.length, 1);
});
